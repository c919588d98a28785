using System.Diagnostics;
using SpanRnn.Layers;
using SpanRnn.Streaming;
using SpanRnn.Tool.Bench.Models;
using SpanRnn.Tool.Bench.Reports;
using SpanRnn.Tool.Bench.Sections;
using SpanRnn.Tool.Bench.Timing;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Reports;

namespace SpanRnn.Tool.Bench;

/// <summary>One run: a section after the other, each until its part of the time is over; what was made late, later sections make good.</summary>
/// <param name="settings">What is measured.</param>
/// <param name="model">A model from a file; null for layers made for it.</param>
/// <param name="stop">Ctrl+C: what is known by then is reported.</param>
internal sealed class BenchRun(BenchSettings settings, BenchModel? model, CancellationToken stop)
{
    private const double Least = 1e-3;

    /// <summary>What progress calls the sections.</summary>
    public static string NameOf(BenchSection section) => section switch
    {
        BenchSection.Latency => "latency of a step",
        BenchSection.Formats => "weight formats",
        BenchSection.Streams => "many streams",
        BenchSection.Flatness => "flatness",
        _ => "cores",
    };

    /// <summary>The sections that will be measured: not all mean something for every model or machine.</summary>
    public IReadOnlyList<BenchSection> Sections { get; } = [.. settings.Sections.Order().Where(section => section switch
    {
        BenchSection.Formats => model is null || model.Formats.Count > 1,
        BenchSection.Streams => model is null || model.CanBeGrouped,
        BenchSection.Cores => model is null && settings.Threads > 1,
        _ => true,
    })];

    /// <summary>Measures.</summary>
    public BenchReport Run(IProgressView view)
    {
        var report = new BenchReport
        {
            Machine = [.. MachineFacts.Lines()],
            Model = model?.Name,
            Seconds = settings.Seconds,
            Threads = settings.Threads,
        };
        if (Sections.Count == 0)
        {
            return report with { IsComplete = true };
        }

        long begun = Stopwatch.GetTimestamp();
        double parts = Sections.Sum(section => settings.Parts[(int)section]), done = 0;
        view.Show([.. Sections.Select(NameOf)], progress =>
        {
            for (int i = 0; i < Sections.Count && !stop.IsCancellationRequested; i++)
            {
                int place = i;
                done += settings.Parts[(int)Sections[i]];
                double end = settings.Seconds * done / parts;
                var time = new SectionTime(
                    Math.Max(Least, end - Stopwatch.GetElapsedTime(begun).TotalSeconds), settings.Seconds - end, figures => progress(place, figures), stop);
                report = Measure(Sections[i], report, time);
                if (!stop.IsCancellationRequested)
                {
                    time.End();
                }
            }
        });
        return report with { IsComplete = !stop.IsCancellationRequested };
    }

    private BenchReport Measure(BenchSection section, BenchReport report, SectionTime time) => section switch
    {
        BenchSection.Latency => report with { Latency = OfLatency(time) },
        BenchSection.Formats => report with { Formats = ForEach(settings.FormatUnits, InLstm, (subject, seconds) => FormatSection.Measure(subject, seconds, time), time) },
        BenchSection.Streams => report with
        {
            Streams = ForEach(settings.StreamUnits, InLstm, (subject, seconds) => StreamSection.Measure(subject, settings.StreamCounts, seconds, time), time),
        },
        BenchSection.Flatness => report with { Flatness = ForEach(settings.Cells, Decaying, (subject, seconds) => OfFlatness(subject, seconds, time), time) },
        _ => report with { Cores = CoreSection.Measure(settings, time) },
    };

    private LatencyReport? OfLatency(SectionTime time)
    {
        if (model is not null)
        {
            return LatencySection.Measure([model], settings.MostSteps, time);
        }

        LayerModel[] layers = [.. settings.Cells.SelectMany(cell => settings.LatencyUnits.Select(units => new LayerModel(cell, 1, units)))];
        return LatencySection.Measure(layers, settings.MostSteps, time);
    }

    private IReadOnlyList<FlatnessRow> OfFlatness(BenchModel subject, double seconds, SectionTime time)
    {
        var rows = new List<FlatnessRow>();
        double until = time.Left - seconds;
        for (int i = 0; i < subject.Formats.Count && !time.IsStopped; i++)
        {
            double part = Math.Max(0, time.Left - until) / (subject.Formats.Count - i);
            if (FlatnessSection.Measure(subject, subject.Formats[i], settings.SilentSteps, part, time) is { } row)
            {
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>The file's model, or a layer for each case, one at a time: large ones are let go before the next.</summary>
    private IReadOnlyList<TRow> ForEach<TCase, TRow>(
        IReadOnlyList<TCase> cases, Func<TCase, BenchModel> make, Func<BenchModel, double, IReadOnlyList<TRow>> measure, SectionTime time)
    {
        if (model is not null)
        {
            return measure(model, time.Left);
        }

        var rows = new List<TRow>();
        for (int i = 0; i < cases.Count && !time.IsStopped; i++)
        {
            double until = time.Left - (time.Left / (cases.Count - i));
            using BenchModel subject = make(cases[i]);
            rows.AddRange(measure(subject, Math.Max(0, time.Left - until)));
        }

        return rows;
    }

    private static LayerModel InLstm(int units) => new(CellKind.Lstm, units, units, Enum.GetValues<WeightFormat>());

    private LayerModel Decaying(CellKind cell) => new(cell, 1, settings.FlatnessUnits, decays: true);
}
