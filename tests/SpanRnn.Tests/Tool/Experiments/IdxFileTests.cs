using SpanRnn.Tool;
using SpanRnn.Tool.Experiments.Mnist;
using Xunit;

namespace SpanRnn.Tests.Tool.Experiments;

public sealed class IdxFileTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Dimensions_and_elements_are_read()
    {
        IdxFile file = IdxFile.Read(_tool.Write("good.gz", DrawnDigits.Idx([2, 3, 1], [1, 2, 3, 4, 5, 6])), null, 3, 1);
        Assert.Equal([2, 3, 1], file.Dimensions);
        Assert.Equal([1, 2, 3, 4, 5, 6], file.Elements);
    }

    [Fact]
    public void Whatever_breaks_the_format_is_refused_with_both_numbers()
    {
        byte[] six = [1, 2, 3, 4, 5, 6];
        Refused(DrawnDigits.Idx([2, 3, 1], six, type: 13), "expected an IDX file of bytes (00 00 08), found 00000D");
        Refused(DrawnDigits.Idx([2, 3], six), "expected 3 dimensions, found 2");
        Refused(DrawnDigits.Idx([2, 4, 1], six), "dimension 1: expected 3, found 4");
        Refused(DrawnDigits.Idx([0, 3, 1], six), "dimension 0: expected 1 to ");
        Refused(DrawnDigits.Idx([2, 3, 1], six[..5]), "ends within [2, 3, 1] elements: expected 6 bytes, found 5");
        Refused(DrawnDigits.Idx([2, 3, 1], [.. six, 7]), "expected its end after 6 elements, found more");
        Refused("this is not gzip"u8.ToArray(), "is not a sound gzip file");
        Refused([], "ends within the magic number: expected 4 bytes, found 0");
    }

    [Fact]
    public void Sizes_that_no_such_file_can_hold_are_refused_before_memory_is_taken()
    {
        Refused(DrawnDigits.Idx([int.MaxValue, 3, 1], [1]), "dimension 0: expected 1 to ");
        Refused(DrawnDigits.Idx([-1, 3, 1], [1]), "found 4294967295");
        byte[] small = DrawnDigits.Idx([20_000, 3, 1], [1]);
        Assert.True(small.Length * 1032 < 60_000);
        Refused(small, "[20000, 3] is more than the ");
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_unless_only_gzips_own_end_is_lacking()
    {
        byte[] elements = [.. Enumerable.Range(0, 60).Select(i => (byte)(i * 7))], whole = DrawnDigits.Idx([20, 3, 1], elements);
        int refused = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            string path = _tool.Write("cut.gz", whole[..length]);
            try
            {
                Assert.Equal(elements, IdxFile.Read(path, null, 3, 1).Elements);
            }
            catch (ToolException refusal)
            {
                Assert.Contains("cut.gz: ", refusal.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.InRange(refused, whole.Length - 12, whole.Length);               // the check sum, the length, the last block's mark
    }

    [Fact]
    public void Images_and_labels_must_belong_together()
    {
        DrawnDigits.Write(_tool, 20, 10);
        string images = _tool.Path("train-images-idx3-ubyte.gz");
        ToolException few = Assert.Throws<ToolException>(() => MnistImages.Read(images, _tool.Path("t10k-labels-idx1-ubyte.gz")));
        Assert.Contains("expected 20 labels", few.Message, StringComparison.Ordinal);
        string wrong = _tool.Write("wrong.gz", DrawnDigits.Idx([20], [.. Enumerable.Repeat((byte)1, 19), 10]));
        ToolException label = Assert.Throws<ToolException>(() => MnistImages.Read(images, wrong));
        Assert.Contains("label 19: expected a digit from 0 to 9, found 10.", label.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_moved_image_is_the_image_with_paper_from_outside()
    {
        var pixels = new byte[28 * 28];
        pixels[3 * 28 + 5] = 255;
        var images = new MnistImages(pixels, [7]);
        float[] still = new float[28 * 28], moved = new float[28 * 28];
        images.Write(0, 0, 0, still);
        images.Write(0, 2, -1, moved);
        float paper = (0 - 0.1307f) / 0.3081f, ink = (1 - 0.1307f) / 0.3081f;
        Assert.Equal(ink, still[3 * 28 + 5]);
        Assert.Equal(ink, moved[2 * 28 + 7]);
        Assert.Equal(28 * 28 - 1, moved.Count(value => value == paper));
    }

    private void Refused(byte[] bytes, string part)
    {
        ToolException refusal = Assert.Throws<ToolException>(() => IdxFile.Read(_tool.Write("bad.gz", bytes), null, 3, 1));
        Assert.Contains(part, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("bad.gz: ", refusal.Message, StringComparison.Ordinal);
    }
}
