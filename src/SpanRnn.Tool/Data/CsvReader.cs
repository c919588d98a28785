using System.Text;

namespace SpanRnn.Tool.Data;

/// <summary>Comma-separated values as RFC 4180 defines them: quoted fields may hold commas, line breaks and doubled quotes.</summary>
/// <remarks>Lines end in LF or CRLF, the last one perhaps in nothing; lines without a character are skipped. Lines in messages count from 1.</remarks>
internal static class CsvReader
{
    /// <summary>The rows of a text, the heading included.</summary>
    /// <param name="name">What messages call the file.</param>
    /// <param name="text">The whole file.</param>
    /// <exception cref="ToolException">A quote is not closed, or stands in the middle of a field.</exception>
    /// <exception cref="ToolException">A row has not as many fields as the first.</exception>
    public static List<string[]> Read(string name, string text)
    {
        var rows = new List<string[]>();
        int at = 0, line = 1;
        while (at < text.Length)
        {
            int begun = line;
            string[] row = Row(name, text, ref at, ref line);
            if (row is [""] && text[at - 1] is '\n' or '\r')
            {
                continue;
            }

            if (rows.Count > 0 && row.Length != rows[0].Length)
            {
                throw new ToolException($"{name}: line {begun}: expected {rows[0].Length} fields, as in the first line, found {row.Length}.");
            }

            rows.Add(row);
        }

        return rows;
    }

    private static string[] Row(string name, string text, ref int at, ref int line)
    {
        var fields = new List<string>();
        while (true)
        {
            fields.Add(at < text.Length && text[at] == '"' ? Quoted(name, text, ref at, ref line) : Plain(name, text, ref at, line));
            if (at >= text.Length)
            {
                return [.. fields];
            }

            char end = text[at++];
            if (end == ',')
            {
                continue;
            }

            at += end == '\r' && at < text.Length && text[at] == '\n' ? 1 : 0;
            line++;
            return [.. fields];
        }
    }

    /// <summary>Up to the next comma or line break.</summary>
    private static string Plain(string name, string text, ref int at, int line)
    {
        int length = text.AsSpan(at).IndexOfAny(",\r\n");
        string field = length < 0 ? text[at..] : text.Substring(at, length);
        if (field.Contains('"', StringComparison.Ordinal))
        {
            throw new ToolException($"{name}: line {line}: a field with a quote in it must begin with one: {Shortened(field)}");
        }

        at += field.Length;
        return field;
    }

    /// <summary>From a quote to the one that closes it.</summary>
    private static string Quoted(string name, string text, ref int at, ref int line)
    {
        int begun = line;
        var field = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                line += text[at] == '\n' ? 1 : 0;
                field.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                field.Append(text[at++]);
            }
            else if (++at == text.Length || text[at] is ',' or '\r' or '\n')
            {
                return field.ToString();
            }
            else
            {
                throw new ToolException($"{name}: line {line}: expected a comma or the line's end after a closing quote, found '{text[at]}'.");
            }
        }

        throw new ToolException($"{name}: line {begun}: a quote is not closed.");
    }

    private static string Shortened(string field) => field.Length <= 40 ? field : $"{field[..40]}...";
}
