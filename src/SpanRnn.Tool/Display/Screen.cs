using Spectre.Console;

namespace SpanRnn.Tool.Display;

/// <summary>Where results and where progress and messages go.</summary>
internal sealed class Screen
{
    private const int WidthOfFiles = 160;
    private readonly bool _isJson;

    /// <summary>Results go to stdout, progress and messages to stderr.</summary>
    /// <param name="output">stdout.</param>
    /// <param name="error">stderr.</param>
    /// <param name="isJson">Whether stdout is for a program: what is only for people then goes to stderr too.</param>
    public Screen(TextWriter output, TextWriter error, bool isJson = false)
    {
        (Output, Error, _isJson) = (output, error, isJson);
        IAnsiConsole console = ConsoleOn(error);
        Progress = console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal ? new LiveProgress(console) : new PlainProgress(error);
    }

    public TextWriter Output { get; }

    public TextWriter Error { get; }

    public IProgressView Progress { get; init; }

    /// <summary>For people.</summary>
    public TextWriter Notes => _isJson ? Error : Output;

    /// <summary>A table, or what else Spectre draws, to <see cref="Notes"/>.</summary>
    public void Draw(Spectre.Console.Rendering.IRenderable what) => ConsoleOn(Notes).Write(what);

    private static IAnsiConsole ConsoleOn(TextWriter writer)
    {
        var output = new AnsiConsoleOutput(writer);
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = output,
            Ansi = output.IsTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = output.IsTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        });
        if (!output.IsTerminal)
        {
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }
}
