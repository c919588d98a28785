using System.CommandLine;
using System.CommandLine.Invocation;
using SpanRnn.Tool.Bench;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Experiments;
using SpanRnn.Tool.Experiments.Flow;
using SpanRnn.Tool.Experiments.Forecast;
using SpanRnn.Tool.Experiments.Intent;
using SpanRnn.Tool.Experiments.Memory;
using SpanRnn.Tool.Experiments.Mnist;
using SpanRnn.Tool.Experiments.Sentiment;
using SpanRnn.Tool.Experiments.SurnameWriting;
using SpanRnn.Tool.Experiments.Surnames;
using SpanRnn.Tool.Experiments.Translate;

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
    /// <param name="input">What is typed or piped in; null: nothing.</param>
    /// <param name="isTyped">Whether a person types it.</param>
    /// <returns>0; 1 where <c>verify</c> finds a difference; 2 for what the user can put right; 130 after Ctrl+C.</returns>
    public static int Run(
        IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken stop = default,
        TextReader? input = null, bool isTyped = false)
    {
        try
        {
            RootCommand root = Root(new ToolContext(output, error, stop) { Input = input ?? TextReader.Null, IsTyped = isTyped });
            string[] tasks = [.. root.Subcommands.OfType<ExperimentCommand>().Select(command => command.Name)];
            ParseResult line = root.Parse(ComparedTask.Resolve(WithCommand(arguments), tasks));
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

    private static RootCommand Root(ToolContext context)
    {
        ExperimentCommand[] experiments =
        [
            new MnistCommand(context),
            new NamesCommand(context),
            new SurnamesCommand(context),
            new SentimentCommand(context),
            new IntentCommand(context),
            new TranslateCommand(context),
            new ForecastCommand(context),
            new AddingCommand(context),
            new CopyCommand(context),
        ];
        string[] tasks = [.. experiments.Select(command => command.Name)];
        var root = new RootCommand(
            "Recurrent networks (RNN, LSTM, GRU): trains character models on a text, compares them, lets them write; runs well-known experiments; "
            + "reads, converts and verifies other programs' models; measures what a step takes. Without a command: compare.")
        {
            new CompareCommand(context, tasks),
            new TrainCommand(context),
            new GenerateCommand(context),
            new InfoCommand(context),
            new ConvertCommand(context),
            new VerifyCommand(context),
            new RoundCommand(context),
            new BenchCommand(context),
            new GradientFlowCommand(context),
        };
        foreach (ExperimentCommand command in experiments)
        {
            root.Subcommands.Add(command);
        }

        return root;
    }

    private static IReadOnlyList<string> WithCommand(IReadOnlyList<string> arguments) =>
        arguments.Count == 0 || (arguments[0].StartsWith('-') && arguments[0] is not ("--help" or "-h" or "-?" or "--version"))
            ? ["compare", .. arguments]
            : arguments;
}
