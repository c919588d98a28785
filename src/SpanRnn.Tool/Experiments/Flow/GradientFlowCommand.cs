using System.CommandLine;
using System.Text.Json;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Reports;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments.Flow;

/// <summary>Shows how gradients vanish and explode on their way back through time, and what clipping does about it.</summary>
internal sealed class GradientFlowCommand : Command
{
    private readonly ToolContext _context;
    private readonly ExperimentArguments _shared = new();
    private readonly Option<int?> _steps = Value.Whole("--steps", "T, steps the gradient travels back (100).", 1, 100_000);
    private readonly Option<int?> _hidden = Value.Whole("--hidden", "Units of each layer (64).", 1, 65_536);
    private readonly Option<int?> _batch = Value.Whole("--batch", "Sequences that norms are averaged over (16).", 1, 65_536);
    private readonly Option<double?> _gain = Value.Number("--gain", "The exploding RNN's recurrent weights have the deviation gain / sqrt(units) (4).", 0, 1000);
    private readonly Option<long?> _iterations = Value.Whole("--iterations", "Updates of the trainings with and without clipping; 0: none (4000).", 0L, 1_000_000_000);
    private readonly Option<double?> _clip = Value.Number("--clip", "The norm that gradients are clipped to (1).", 1e-6, 1e9);
    private readonly Option<double?> _rate = Value.Number("--learning-rate", "Of plain gradient descent in these trainings (0.02).", 1e-9, 1000);

    public GradientFlowCommand(ToolContext context)
        : base("gradient-flow", "See gradients vanish and explode on their way back through time, and clipping cure the explosion.")
    {
        _context = context;
        foreach (Option option in (Option[])[_steps, _hidden, _batch, _gain, _iterations, _clip, _rate, _shared.Seed, _shared.Threads.Threads, _shared.Json])
        {
            Options.Add(option);
        }

        SetAction(Run);
    }

    private int Run(ParseResult line)
    {
        int threads = _shared.Threads.Of(line);
        bool isJson = line.GetValue(_shared.Json);
        var screen = new Screen(_context.Output, _context.Error, isJson);
        FlowSettings settings = Settings(line);
        FlowPrinter.Announce(screen, settings, threads);
        var flows = new List<FlowReport>();
        var clipping = new List<ClippingReport>();
        bool isDone = Measure(settings, flows) && Train(screen, settings, clipping, threads);
        var report = new GradientFlowReport { Experiment = Name, Settings = settings, Threads = threads, Flows = flows, Clipping = clipping };
        FlowPrinter.Results(screen, report);
        if (isJson)
        {
            screen.Output.WriteLine(JsonSerializer.Serialize(report, JsonReport.Readable.GradientFlowReport));
        }

        if (!isDone)
        {
            screen.Error.WriteLine($"Stopped after {flows.Count} measurements and {clipping.Count} trainings.");
        }

        return isDone ? 0 : ToolApp.Stopped;
    }

    private FlowSettings Settings(ParseResult line) => new()
    {
        Steps = line.GetValue(_steps) ?? 100,
        Hidden = line.GetValue(_hidden) ?? 64,
        Batch = line.GetValue(_batch) ?? 16,
        Gain = line.GetValue(_gain) ?? 4,
        Seed = line.GetValue(_shared.Seed) ?? 1,
        Iterations = line.GetValue(_iterations) ?? 4000,
        Clip = line.GetValue(_clip) ?? 1,
        LearningRate = line.GetValue(_rate) ?? 0.02,
    };

    /// <returns>Whether it came to its end.</returns>
    private bool Measure(FlowSettings settings, List<FlowReport> flows)
    {
        try
        {
            foreach (FlowCell cell in FlowCell.All(settings.Gain))
            {
                flows.Add(FlowMeasurement.Of(cell, settings, _context.Stop));
            }

            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private bool Train(Screen screen, FlowSettings settings, List<ClippingReport> reports, int threads)
    {
        if (settings.Iterations == 0)
        {
            return true;
        }

        using WorkerTeam? team = ThreadsArgument.TeamOf(threads);
        double?[] clips = [null, settings.Clip];
        screen.Progress.Show([.. clips.Select(ClippingTrial.NameOf)], report =>
        {
            for (int i = 0; i < clips.Length; i++)
            {
                int training = i;
                if (ClippingTrial.Run(settings, clips[i], progress => report(training, progress), _context.Stop, team) is not { } result)
                {
                    return;
                }

                reports.Add(result);
            }
        });
        return reports.Count == clips.Length;
    }
}
