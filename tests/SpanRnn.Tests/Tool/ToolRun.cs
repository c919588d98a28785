using System.Text;
using SpanRnn.Tests.Support;
using SpanRnn.Tool;

namespace SpanRnn.Tests.Tool;

/// <summary>The tool run inside the test, in a folder of its own, with what it printed.</summary>
internal sealed class ToolRun : IDisposable
{
    /// <summary>Sizes that train in a blink.</summary>
    public const string Small = "--hidden 8 --layers 2 --embedding 4 --batch 2 --steps 10 --length 12";

    private readonly TemporaryFolder _folder = new();

    public string Output { get; private set; } = "";

    public string Error { get; private set; } = "";

    /// <summary>What is piped in.</summary>
    public string Input { get; set; } = "";

    /// <summary>A small text with lines, so that nothing is read twice from it by chance.</summary>
    public string Text => Write("text.txt", string.Concat(Enumerable.Range(0, 60).Select(i => $"the {i}th line of a small text, {i * i} words\n")));

    public string Path(string name) => _folder.Path(name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        File.WriteAllBytes(Path(name), bytes);
        return Path(name);
    }

    /// <summary>Runs a command line whose parts have no spaces; <c>{0}</c> in it is the folder.</summary>
    public int Run(string line, CancellationToken stop = default) => Run(line.Replace("{0}", _folder.FullName, StringComparison.Ordinal).Split(' '), stop);

    public int Run(string[] arguments, CancellationToken stop = default)
    {
        using StringWriter output = new(), error = new();
        using var input = new StringReader(Input);
        int code = ToolApp.Run(arguments, output, error, stop, input);
        (Output, Error) = (output.ToString(), error.ToString());
        return code;
    }

    public void Dispose() => _folder.Dispose();
}
