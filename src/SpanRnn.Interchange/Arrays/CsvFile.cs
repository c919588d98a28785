using System.Globalization;
using System.Text;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.Arrays;

/// <summary>
/// Numbers as text: a line for each row, separated by commas, semicolons or tabs, with a point for the fraction. A first line without any
/// number is taken for names; empty lines are passed over. UTF-8.
/// </summary>
/// <remarks>Memory: at most 32 times the file's length.</remarks>
public static class CsvFile
{
    private const int LongestLine = 1 << 24;

    /// <summary>Reads a file as an array [rows, columns].</summary>
    /// <exception cref="ModelFileException">Something is no number, or lines have different lengths; the message names line and column.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static NumberArray Read(string path)
    {
        if (new FileInfo(path).Length > FileLimits.LongestWhole)
        {
            throw new ModelFileException(path, $"is {new FileInfo(path).Length} bytes long, of this format at most {FileLimits.LongestWhole} are read.");
        }

        using var text = new StreamReader(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        var numbers = new List<float>();
        int line = 0, rows = 0, columns = 0;
        try
        {
            while (text.ReadLine() is { } row)
            {
                line++;
                if (line == 1 && row.StartsWith('\uFEFF'))
                {
                    row = row[1..];
                }

                if (row.Length > LongestLine)
                {
                    throw new ModelFileException(path, $"line {line} has {row.Length} characters, at most {LongestLine} are read.");
                }

                if (row.AsSpan().Trim().IsEmpty || (rows == 0 && line == 1 && IsHeader(row)))
                {
                    continue;
                }

                int count = ReadRow(path, line, row, numbers);
                columns = rows++ == 0 ? count : columns;
                if (count != columns)
                {
                    throw new ModelFileException(path, $"line {line} has {count} numbers, the lines before it have {columns}.");
                }
            }
        }
        catch (DecoderFallbackException error)
        {
            throw new ModelFileException(path, $"is not UTF-8 after line {line}: another format?", error);
        }

        return rows == 0
            ? throw new ModelFileException(path, "holds no numbers.")
            : new NumberArray(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(numbers), rows, columns);
    }

    private static int ReadRow(string path, int line, ReadOnlySpan<char> row, List<float> numbers)
    {
        int column = 0;
        foreach (Range field in row.SplitAny(",;\t"))
        {
            column++;
            ReadOnlySpan<char> text = row[field].Trim();
            if (!TryNumber(text, out float number))
            {
                throw new ModelFileException(
                    path, $"line {line}, column {column}: expected a number, found {(text.IsEmpty ? "nothing" : ModelFileException.Quote(text.ToString()))}.");
            }

            numbers.Add(number);
        }

        return column;
    }

    private static bool IsHeader(ReadOnlySpan<char> row)
    {
        foreach (Range field in row.SplitAny(",;\t"))
        {
            if (TryNumber(row[field].Trim(), out _))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out float number) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number);
}
