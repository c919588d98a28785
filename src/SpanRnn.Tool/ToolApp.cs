using System.CommandLine;
using System.CommandLine.Invocation;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool;

/// <summary>The tool without a process around it: arguments in, text and an exit code out.</summary>
internal static class ToolApp
{
    /// <summary>The exit code after Ctrl+C: 128 + SIGINT, as shells expect it.</summary>
    public const int Stopped = 130;

    /// <summary>How the user starts the tool: from the repository, or installed.</summary>
    public static string CommandLine =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "spanrnn" ? "spanrnn" : "dotnet run -c Release --project src/SpanRnn.Tool --";

    /// <summary>Runs a command line.</summary>
    /// <param name="arguments">As Main gets them; without a command it is <c>compare</c>.</param>
    /// <param name="output">For results.</param>
    /// <param name="error">For progress and messages.</param>
    /// <param name="stop">Ctrl+C.</param>
    /// <returns>0; 1 where <c>verify</c> finds a difference; 2 for what the user can put right; 130 after Ctrl+C.</returns>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken stop = default)
    {
        try
        {
            ParseResult line = Root(new ToolContext(output, error, stop)).Parse(WithCommand(arguments));
            if (line.Errors.Count > 0 && line.Action is not CommandLineAction { ClearsParseErrors: true })
            {
                throw new ToolException($"{line.Errors[0].Message} Try --help.");
            }

            return line.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }
        catch (FileNotFoundException missing) when (missing.FileName is not null)
        {
            return Refuse($"{missing.FileName}: there is no such file.");
        }
        catch (Exception wrong) when (wrong is ToolException or IOException or UnauthorizedAccessException)
        {
            return Refuse(wrong.Message);
        }
        catch (OutOfMemoryException)
        {
            return Refuse("There is not enough memory for a model and batches of these sizes: lower --hidden, --batch or --steps.");
        }

        int Refuse(string message)
        {
            error.WriteLine(message);
            return ToolException.ExitCode;
        }
    }

    private static RootCommand Root(ToolContext context) =>
        new("Trains recurrent character models (RNN, LSTM, GRU) on a text, compares them, lets them write; reads, converts and verifies other programs' models. Without a command: compare.")
        {
            new CompareCommand(context),
            new TrainCommand(context),
            new GenerateCommand(context),
            new InfoCommand(context),
            new ConvertCommand(context),
            new VerifyCommand(context),
        };

    private static IReadOnlyList<string> WithCommand(IReadOnlyList<string> arguments) =>
        arguments.Count == 0 || (arguments[0].StartsWith('-') && arguments[0] is not ("--help" or "-h" or "-?" or "--version"))
            ? ["compare", .. arguments]
            : arguments;
}
