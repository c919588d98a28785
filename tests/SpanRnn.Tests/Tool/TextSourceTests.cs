using System.Text;
using SpanRnn.Models;
using SpanRnn.Tool;
using SpanRnn.Tool.Text;
using Xunit;

namespace SpanRnn.Tests.Tool;

public sealed class TextSourceTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("spanrnn-text-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_embedded_text_is_ten_thousand_characters_of_reviews_without_line_breaks()
    {
        var source = TextSource.Embedded();
        Assert.InRange(source.Whole.Length, 9_800, 10_500);
        Assert.InRange(Vocabulary.Of(source.Whole).Count, 700, 1_000);
        Assert.DoesNotContain('\n', source.Whole);
        Assert.Equal(source.Whole, source.Training + source.HeldOut);
        Assert.Equal(source.Whole.Length / 10, source.HeldOut.Length);
        Assert.Equal("hotel-reviews.txt", source.Name);
    }

    [Fact]
    public void The_reviews_are_lines_of_40_to_160_characters_and_most_speak_of_breakfast()
    {
        string[] lines = TextSource.Embedded(new TextOptions { DropLineBreaks = false }).Whole.TrimEnd('\n').Split('\n');
        Assert.All(lines, line => Assert.InRange(line.Length, 40, 160));
        Assert.True(lines.Count(line => line.Contains("早餐", StringComparison.Ordinal)) >= 50);
        Assert.Equal(lines.Length, lines.Distinct().Count());
    }

    [Fact]
    public void The_held_out_tenth_is_like_the_rest()
    {
        var source = TextSource.Embedded();
        var known = source.Training.ToHashSet();
        Assert.InRange(source.HeldOut.Count(c => !known.Contains(c)), 0, source.HeldOut.Length / 10);
    }

    [Fact]
    public void A_file_keeps_its_line_breaks_but_not_its_mark_or_carriage_returns()
    {
        var source = TextSource.File(Write([0xEF, 0xBB, 0xBF, .. "a\r\nb\n早"u8]));
        Assert.Equal("a\nb\n早", source.Whole);
    }

    [Fact]
    public void A_file_drops_its_line_breaks_when_asked() =>
        Assert.Equal("ab早", TextSource.File(Write("a\r\nb\n早\r"u8), new TextOptions { DropLineBreaks = true }).Whole);

    [Fact]
    public void The_first_characters_and_the_last_tenth_are_counted_in_whole_symbols()
    {
        string text = string.Concat(Enumerable.Repeat("😀", 25));
        var source = TextSource.File(Write(Encoding.UTF8.GetBytes(text)), new TextOptions { First = 20 });
        Assert.Equal(20 * 2, source.Whole.Length);
        Assert.Equal(18 * 2, source.Training.Length);
        Assert.Equal(2 * 2, source.HeldOut.Length);
    }

    [Fact]
    public void Nothing_is_held_out_when_so_asked()
    {
        var source = TextSource.Embedded(new TextOptions { HeldOut = 0, First = 100 });
        Assert.Equal(100, source.Training.Length);
        Assert.Equal("", source.HeldOut);
    }

    [Fact]
    public void The_first_characters_are_counted_after_line_breaks_are_dropped() =>
        Assert.Equal("abc", TextSource.File(Write("a\nb\nc\nd"u8), new TextOptions { DropLineBreaks = true, First = 3 }).Whole);

    [Theory]
    [InlineData(new byte[] { 0x61, 0xB2, 0xE2 }, "is not UTF-8: byte 0xB2 at position 1 begins no valid character.")]
    [InlineData(new byte[] { 0xEF, 0xBB, 0xBF, 0x61, 0xE6, 0x97 }, "is not UTF-8: byte 0xE6 at position 4 begins no valid character.")]
    [InlineData(new byte[] { 0xC0, 0x80 }, "is not UTF-8: byte 0xC0 at position 0 begins no valid character.")]
    [InlineData(new byte[] { 0x61, 0xED, 0xA0, 0x80 }, "is not UTF-8: byte 0xED at position 1 begins no valid character.")]
    public void A_file_that_is_not_utf8_is_refused_naming_the_byte(byte[] bytes, string message) =>
        Refused(bytes, new TextOptions(), message);

    [Fact]
    public void A_file_in_utf16_is_refused_with_a_hint() => Refused([0xFF, 0xFE, 0x61, 0x00], new TextOptions(),
        "is not UTF-8: byte 0xFF at position 0 begins no valid character. The file begins as UTF-16 does: save it as UTF-8.");

    [Fact]
    public void An_empty_file_is_refused_also_if_there_were_only_a_mark_or_line_breaks()
    {
        const string Message = "expected at least 1 character, found 0.";
        Refused([], new TextOptions(), Message);
        Refused([0xEF, 0xBB, 0xBF], new TextOptions(), Message);
        Refused("\r\n\n"u8.ToArray(), new TextOptions { DropLineBreaks = true }, Message);
    }

    [Fact]
    public void A_missing_file_or_a_folder_is_refused_by_name()
    {
        string missing = Path.Combine(_folder, "none", "text.txt");
        Assert.Equal($"{missing}: there is no such file.", Assert.Throws<ToolException>(() => TextSource.File(missing)).Message);
        Assert.StartsWith($"{_folder}: cannot be read: ", Assert.Throws<ToolException>(() => TextSource.File(_folder)).Message);
        Assert.Equal("other.txt: there is no such embedded text; there is hotel-reviews.txt.",
            Assert.Throws<ToolException>(() => TextSource.Embedded(name: "other.txt")).Message);
    }

    [Fact]
    public void A_text_that_is_too_short_is_refused_with_both_numbers()
    {
        byte[] fifty = Encoding.ASCII.GetBytes(new string('a', 50));
        Refused(fifty, new TextOptions { First = 51 }, "expected at least 51 characters, found 50.");
        Refused(fifty, new TextOptions { First = 0 }, "expected to take at least 1 character, found 0.");
        Refused(fifty, new TextOptions { Minimum = 46 }, "expected at least 46 characters to train on, found 45 (50 less the 5 held out).");
        Refused(fifty, new TextOptions { Minimum = 51, HeldOut = 0 }, "expected at least 51 characters to train on, found 50.");
        Assert.Equal(45, TextSource.File(Write(fifty), new TextOptions { Minimum = 45 }).Training.Length);
    }

    private void Refused(byte[] bytes, TextOptions options, string message)
    {
        string path = Write(bytes);
        Assert.Equal($"{path}: {message}", Assert.Throws<ToolException>(() => TextSource.File(path, options)).Message);
    }

    private string Write(ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(_folder, "text.txt");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
