using SpanRnn.Streaming;
using SpanRnn.Tool.Bench.Models;
using SpanRnn.Tool.Bench.Reports;
using SpanRnn.Tool.Bench.Timing;

namespace SpanRnn.Tool.Bench.Sections;

/// <summary>
/// Percentiles of single steps and of blocks of 64, with and without a thread beside it that makes garbage. Streams take turns, five times
/// each way, so that they meet the same machine.
/// </summary>
internal sealed class LatencySection : IDisposable
{
    /// <summary>Steps of an audio block.</summary>
    public const int BlockSteps = 64;

    /// <summary>64 samples at 48 kHz.</summary>
    public const double Budget = BlockSteps * 1e9 / 48_000;

    private const int Rounds = 5, Unrecorded = 16, BlocksPart = 4;
    private const double WarmUp = 0.05;

    private readonly List<Stream> _streams = [];
    private readonly ClockCost _clock = ClockCost.Measure();
    private readonly uint[] _ticks = new uint[8192];
    private readonly SectionTime _time;
    private readonly GarbageMaker _garbage = new();
    private int _collectionsWithout;

    private LatencySection(IReadOnlyList<BenchModel> models, int mostSteps, SectionTime time)
    {
        _time = time;
        _streams.Add(new Stream("", default, new EmptyStep()));
        foreach (BenchModel model in models)
        {
            _streams.AddRange(model.Formats.Select(format => new Stream(model.Name, format, model.CreateStream(format))));
        }

        // A block's step costs a step, a single one a reading of the clock besides; there are a quarter as many in blocks.
        double clock = _clock.CostNanoseconds * 1e-9, warmUp = Math.Min(WarmUp, time.Left / 5 / _streams.Count);
        double[] perStep = [.. _streams.Select(stream => Turns.WarmedUp(TimedWork.Of(stream.Work), warmUp, time) * (1 + 1.0 / BlocksPart) + clock)];
        double[] shares = Shares.Of([.. perStep.Select(seconds => 2 * seconds * mostSteps)], time.Left);
        for (int i = 0; i < shares.Length; i++)
        {
            _streams[i].Steps = (int)Math.Clamp(Math.Round(shares[i] / 2 / perStep[i]), BlockSteps * BlocksPart * Rounds, mostSteps);
        }
    }

    /// <returns>Null where it was stopped before any stream was stepped both ways.</returns>
    public static LatencyReport? Measure(IReadOnlyList<BenchModel> models, int mostSteps, SectionTime time)
    {
        using var latency = new LatencySection(models, mostSteps, time);
        return latency.Measure();
    }

    public void Dispose()
    {
        _garbage.Dispose();
        _streams.ForEach(stream => stream.Work.Dispose());
    }

    private LatencyReport? Measure()
    {
        double scale = 1;
        for (int round = 0; round < Rounds && !_time.IsStopped; round++)
        {
            double left = _time.Left;
            int before = GC.CollectionCount(0);
            _streams.ForEach(stream => Record(stream, stream.Alone, round, scale));
            _collectionsWithout += GC.CollectionCount(0) - before;
            _garbage.Start();
            try
            {
                _streams.ForEach(stream => Record(stream, stream.BesideGarbage, round, scale));
            }
            finally
            {
                _garbage.Pause();
            }

            // The machine may have become slower than when the steps were counted out: then the rounds that are left have fewer.
            double took = left - _time.Left, needed = took * (Rounds - 1 - round);
            scale *= needed > _time.Left ? _time.Left / needed : 1;
        }

        Stream[] known = [.. _streams.TakeWhile(stream => stream.Alone.IsComplete && stream.BesideGarbage.IsComplete)];
        if (known.Length < 2)
        {
            return null;
        }

        double megabytes = _garbage.Bytes / 1e6 / Math.Max(_garbage.Seconds, 1e-9);
        Stream empty = known[0];
        return new LatencyReport(
            _clock.TickNanoseconds, _clock.StepNanoseconds, _clock.CostNanoseconds, Budget,
            empty.Alone.Figures(ticks => ClockCost.Nanoseconds(ticks)), empty.BesideGarbage.Figures(ticks => ClockCost.Nanoseconds(ticks)),
            new GarbageReport(_garbage.Seconds, megabytes, _garbage.Collections, _garbage.FullCollections, _garbage.PauseSeconds * 1e3, _collectionsWithout),
            [.. known.Skip(1).Select(RowOf)]);
    }

    private LatencyRow RowOf(Stream stream) =>
        new(stream.Name, stream.Format, stream.Alone.Figures(_clock.OfStep), stream.BesideGarbage.Figures(_clock.OfStep));

    /// <summary>A round's part of the steps: single ones, then blocks.</summary>
    private void Record(Stream stream, StepCounts counts, int round, double scale)
    {
        if (_time.IsStopped)
        {
            return;
        }

        int singles = (int)Math.Max(1, scale * PartOf(stream.Steps, round));
        int blocks = Math.Max(1, (int)(scale * PartOf(stream.Steps / BlocksPart, round)) / BlockSteps);
        for (int left = singles; left > 0 && !_time.IsStopped; left -= _ticks.Length)
        {
            RecordPart(stream, counts, Math.Min(left, _ticks.Length), areBlocks: false);
        }

        for (int left = blocks; left > 0 && !_time.IsStopped; left -= _ticks.Length)
        {
            RecordPart(stream, counts, Math.Min(left, _ticks.Length), areBlocks: true);
        }

        _time.Did(singles + blocks * BlockSteps);
    }

    private void RecordPart(Stream stream, StepCounts counts, int count, bool areBlocks)
    {
        Span<uint> ticks = _ticks.AsSpan(0, count);
        int collections = GC.CollectionCount(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        StepRecorder.Run(stream.Work, Unrecorded); // what the counting below pushed out of the caches
        if (areBlocks)
        {
            StepRecorder.Blocks(stream.Work, BlockSteps, ticks);
        }
        else
        {
            StepRecorder.Singles(stream.Work, ticks);
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;

        // A collection closes this thread's allocation buffer, and what was left of it then counts as allocated: that part says nothing.
        counts.AllocatedBytes += GC.CollectionCount(0) == collections ? bytes : 0;
        (areBlocks ? counts.Blocks : counts.Steps).Add(ticks);
    }

    private static int PartOf(int steps, int round) => (int)((long)steps * (round + 1) / Rounds - (long)steps * round / Rounds);

    private sealed record Stream(string Name, WeightFormat Format, Stepped Work)
    {
        public int Steps { get; set; }

        public StepCounts Alone { get; } = new();

        public StepCounts BesideGarbage { get; } = new();
    }
}
