using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>What a latency-sensitive program relies on: over a million steps not one byte, and the thread never gives its core away by itself.</summary>
[Collection(Alone.Name)]
public sealed class AStepIsQuiet
{
    private const int Million = 1_000_000, Attempts = 4;

    public static TheoryData<CellKind, WeightFormat> Cases
    {
        get
        {
            var cases = new TheoryData<CellKind, WeightFormat>();
            foreach (CellKind cell in (ReadOnlySpan<CellKind>)[CellKind.Lstm, CellKind.Gru, CellKind.GruResetBefore])
            {
                foreach (WeightFormat format in Enum.GetValues<WeightFormat>())
                {
                    cases.Add(cell, format);
                }
            }

            return cases;
        }
    }

    public static TheoryData<WeightFormat> Formats => [.. Enum.GetValues<WeightFormat>()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_million_steps_allocate_no_byte(CellKind cell, WeightFormat format)
    {
        using var layers = new Recurrent(new RecurrentOptions { Cell = cell, InputSize = 1, HiddenSizes = [4] });
        layers.Initialize(1);
        using RecurrentSession session = layers.Freeze(format).CreateSession();
        float[] x = [0.5f], y = new float[4];
        Assert.Equal(0, LeastBytes(steps =>
        {
            for (int step = 0; step < steps; step++)
            {
                session.Step(x, y);
            }
        }));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_million_tokens_allocate_no_byte(WeightFormat format)
    {
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Gru, vocabulary: 4, embedding: 2, hidden: 4));
        model.Initialize(1);
        using SequenceSession session = model.Freeze(format).CreateSession();
        float[] logits = new float[4];
        Assert.Equal(0, LeastBytes(steps =>
        {
            for (int step = 0; step < steps; step++)
            {
                session.Step(step & 3, logits);
            }
        }));
    }

    /// <summary>
    /// A thread that waits, for a lock, a thread or the disk, gives its core away by itself, and the kernel counts it. The thread may be woken by
    /// the runtime (a collection that another thread asks for stops it): what steps cause themselves they cause in every attempt.
    /// </summary>
    [LinuxFact]
    public void A_hundred_thousand_steps_never_wait()
    {
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Lstm, vocabulary: 4, embedding: 2, hidden: 4));
        model.Initialize(1);
        using SequenceSession session = model.CreateSession();
        float[] logits = new float[4];
        session.Prewarm();
        Assert.Equal(0, LeastSwitches(() =>
        {
            for (int step = 0; step < 100_000; step++)
            {
                session.Step(step & 3, logits);
            }
        }));
    }

    // The wait is what is counted, however long it takes.
    [LinuxFact]
    public void The_instrument_notices_a_wait() => Assert.InRange(LeastSwitches(() => Thread.Sleep(1)), 1, 100);

    /// <summary>Bytes of a million steps, of the attempt with the fewest: another thread's collection may add what was left of a buffer.</summary>
    private static long LeastBytes(Action<int> step)
    {
        step(1_000);
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least != 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            step(Million);
            long after = GC.GetAllocatedBytesForCurrentThread();
            least = Math.Min(least, after - before);
        }

        return least;
    }

    private static long LeastSwitches(Action action)
    {
        action();
        VoluntarySwitches();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < Attempts && least != 0; attempt++)
        {
            long before = VoluntarySwitches();
            action();
            long after = VoluntarySwitches();
            least = Math.Min(least, after - before);
        }

        return least;
    }

    private static long VoluntarySwitches()
    {
        const string name = "voluntary_ctxt_switches:";
        string line = File.ReadLines("/proc/thread-self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line[name.Length..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
