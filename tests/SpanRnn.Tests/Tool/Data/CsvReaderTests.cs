using SpanRnn.Tool;
using SpanRnn.Tool.Data;
using Xunit;

namespace SpanRnn.Tests.Tool.Data;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\n1,2\n", "a|b;1|2")]
    [InlineData("a,b\r\n1,2", "a|b;1|2")]
    [InlineData("\"a\",\"b,c\"\n\"\",2", "a|b,c;|2")]
    [InlineData("\"say \"\"hi\"\", she said\",\"two\nlines\"\n", "say \"hi\", she said|two\nlines")]
    [InlineData("a,\n,b\n", "a|;|b")]
    [InlineData("a,b\n\n1,2\n\n", "a|b;1|2")]
    [InlineData("一,\"二,三\"\n", "一|二,三")]
    [InlineData("\"\"\"\"\n", "\"")]
    [InlineData("", "")]
    public void Fields_are_read_as_they_were_written(string text, string rows) =>
        Assert.Equal(rows, string.Join(';', CsvReader.Read("x", text).Select(row => string.Join('|', row))));

    [Theory]
    [InlineData("a,b\n1\n", "x: line 2: expected 2 fields, as in the first line, found 1.")]
    [InlineData("a\n\"b", "x: line 2: a quote is not closed.")]
    [InlineData("a\nb\"c\n", "x: line 2: a field with a quote in it must begin with one: b\"c")]
    [InlineData("\"a\nb\"c\n", "x: line 2: expected a comma or the line's end after a closing quote, found 'c'.")]
    public void What_is_malformed_is_named_with_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ToolException>(() => CsvReader.Read("x", text)).Message);
}
