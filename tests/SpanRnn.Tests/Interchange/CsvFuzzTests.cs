using System.Text;
using SpanRnn.Formats;
using SpanRnn.Interchange.Arrays;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>Whatever the bytes of a csv file: numbers, or <see cref="ModelFileException"/>, and no more memory than is stated.</summary>
public sealed class CsvFuzzTests : IDisposable
{
    private const string Good = "name,other\n1,-2.5e3\n\n0.25,7\r\n1e-9, 3 \n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_cut_or_changed_anywhere_is_read_or_refused()
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Good);
        Assert.True(IsRead(bytes));
        int refused = 0;
        for (int at = 0; at < bytes.Length; at++)
        {
            refused += IsRead(bytes.AsSpan(0, at)) ? 0 : 1;
            foreach (byte other in "\0\n,;\t\"x9-\u0080\u00ff"u8)
            {
                byte[] changed = [.. bytes];
                changed[at] = other;
                refused += IsRead(changed) ? 0 : 1;
            }
        }

        Assert.InRange(refused, bytes.Length, 11 * bytes.Length); // many are, not all
    }

    [Theory]
    [InlineData("1,2\n3\n", "line 2 has 1 numbers, the lines before it have 2.")]
    [InlineData("a,b\n", "holds no numbers.")]
    [InlineData("", "holds no numbers.")]
    [InlineData("1,2\n3,four\n", "line 2, column 2: expected a number, found 'four'.")]
    [InlineData("1,\n", "line 1, column 2: expected a number, found nothing.")]
    public void A_refusal_names_the_place(string text, string message)
    {
        string path = _folder.Path("x.csv");
        File.WriteAllText(path, text);
        Assert.Contains(message, Assert.Throws<ModelFileException>(() => CsvFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,")]
    [InlineData("1\n")]
    [InlineData("\n")]
    [InlineData("12345678;")]
    public void Memory_stays_below_what_is_stated(string piece)
    {
        string path = _folder.Path("x.csv");
        const int Pieces = 100_000;
        File.WriteAllText(path, string.Concat(Enumerable.Repeat(piece, Pieces)) + "1\n");
        Read(path); // compiles
        long before = GC.GetAllocatedBytesForCurrentThread();
        Read(path);
        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.InRange(after - before, 0, 32 * new FileInfo(path).Length + 65_536);
    }

    private bool IsRead(ReadOnlySpan<byte> bytes)
    {
        string path = _folder.Path("fuzz.csv");
        File.WriteAllBytes(path, bytes);
        return Read(path);
    }

    private static bool Read(string path)
    {
        try
        {
            _ = CsvFile.Read(path);
            return true;
        }
        catch (ModelFileException)
        {
            return false;
        }
    }
}
