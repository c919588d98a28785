using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using SpanRnn.Layers;
using SpanRnn.Tool.Bench.Models;
using SpanRnn.Tool.Bench.Reports;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Reports;

namespace SpanRnn.Tool.Bench;

/// <summary>Measures what single steps take on this machine: layers of usual sizes, or a model.</summary>
internal sealed class BenchCommand : Command
{
    private const int MostUnits = 8192;

    private readonly ToolContext _context;
    private readonly Argument<string?> _model = new("MODEL")
    {
        Description = "A model file of any format that can be read, or a checkpoint; without it layers of usual sizes.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<double?> _seconds = Value.Number(
        "--seconds", $"For everything together ({BenchSettings.UsualSeconds:0}); with little, fewer steps are measured.", 0.01, 86_400);

    private readonly Option<int?> _threads = Value.Whole("--threads", "That are held against one; 1: none (2, where there are two).", 1, 1024);
    private readonly Option<CellKind[]?> _cells = new("--cells")
    {
        Description = "Cells of the latency and flatness of layers (lstm,gru,rnn).",
        HelpName = "A,B,...",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => CellArgument.ParseMany(result, "--cells"),
    };

    private readonly Option<int[]?> _hidden = new("--hidden")
    {
        Description = "Units of the layers of latency, formats and streams, in the place of each section's own.",
        HelpName = "A,B,...",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = ParseUnits,
    };

    private readonly Option<BenchSection[]?> _sections = new("--sections")
    {
        Description = $"What is measured, of {SectionNames}.",
        HelpName = "A,B,...",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = ParseSections,
    };

    private readonly Option<bool> _json = new("--json") { Description = "The results as JSON on stdout; all else goes to stderr." };
    private readonly Option<string?> _markdown = new("--markdown") { Description = "Also writes the tables there, as Markdown.", HelpName = "FILE" };
    private readonly ImportArguments _import = new();

    public BenchCommand(ToolContext context)
        : base("bench", "Measure what a step takes on this machine: percentiles, weight formats, many streams, silence, cores.")
    {
        _context = context;
        Arguments.Add(_model);
        foreach (Option option in (Option[])[_seconds, _threads, _cells, _hidden, _sections, _json, _markdown, .. _import.All])
        {
            Options.Add(option);
        }

        SetAction(Run);
    }

    private static string SectionNames => string.Join(", ", Enum.GetNames<BenchSection>().Select(name => name.ToLowerInvariant()));

    private int Run(ParseResult line)
    {
        bool isJson = line.GetValue(_json);
        var screen = new Screen(_context.Output, _context.Error, isJson);
        BenchSettings settings = Settings(line);
        TextFile? markdown = line.GetValue(_markdown) is { } path ? TextFile.Prepare(path) : null;
        using BenchModel? model = line.GetValue(_model) is { } file ? Open(file, line) : null;
        var run = new BenchRun(settings, model, _context.Stop);
        if (run.Sections.Count == 0)
        {
            throw new ToolException($"--sections: of those none can be measured {(model is null ? "on one thread" : $"with {model.Name}")}.");
        }

        BenchPrinter.Announce(screen, settings, run.Sections, model?.Name);
        BenchReport report = run.Run(screen.Progress);
        BenchPrinter.Results(screen, report);
        if (isJson)
        {
            screen.Output.WriteLine(JsonSerializer.Serialize(report, JsonReport.Readable.BenchReport));
        }

        string typed = string.Join(' ', line.Tokens.Select(token => token.Value));
        markdown?.Write(BenchMarkdown.Of(report, $"spanrnn {typed}"), "The tables", screen);
        if (!report.IsComplete)
        {
            screen.Error.WriteLine("Stopped: the tables hold what was known by then.");
        }

        return report.IsComplete ? 0 : ToolApp.Stopped;
    }

    private BenchSettings Settings(ParseResult line)
    {
        bool hasModel = line.GetValue(_model) is not null;
        foreach (Option option in (Option[])[_cells, _hidden, _threads])
        {
            if (hasModel && line.GetResult(option) is { Implicit: false })
            {
                throw new ToolException($"{option.Name}: a model is measured as it is, on one thread; this is for layers made for it.");
            }
        }

        var usual = new BenchSettings();
        int[]? units = line.GetValue(_hidden) is { Length: > 0 } given ? given : null;
        return usual with
        {
            Seconds = line.GetValue(_seconds) ?? usual.Seconds,
            Threads = line.GetValue(_threads) is { } threads ? ThreadsArgument.Checked(threads) : usual.Threads,
            Cells = line.GetValue(_cells) is { Length: > 0 } cells ? cells : usual.Cells,
            Sections = line.GetValue(_sections) is { Length: > 0 } sections ? sections : usual.Sections,
            LatencyUnits = units ?? usual.LatencyUnits,
            FormatUnits = units ?? usual.FormatUnits,
            StreamUnits = units ?? usual.StreamUnits,
        };
    }

    private BenchModel Open(string path, ParseResult line)
    {
        try
        {
            return BenchModels.Open(path, _import, line);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            throw new ToolException($"{path}: cannot be stepped: {error.Message}", error);
        }
    }

    private static int[]? ParseUnits(ArgumentResult result)
    {
        var units = new List<int>();
        foreach (string text in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int size) || size is < 1 or > MostUnits)
            {
                result.AddError($"--hidden: expected whole numbers of 1 to {MostUnits}, found '{text}'.");
                return null;
            }

            units.Add(size);
        }

        return [.. units.Distinct()];
    }

    private static BenchSection[]? ParseSections(ArgumentResult result)
    {
        var sections = new List<BenchSection>();
        foreach (string text in result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Array.Find(Enum.GetNames<BenchSection>(), name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is not { } found)
            {
                result.AddError($"--sections: expected some of {SectionNames}, found '{text}'.");
                return null;
            }

            sections.Add(Enum.Parse<BenchSection>(found));
        }

        return [.. sections.Distinct()];
    }
}
