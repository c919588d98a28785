using System.Diagnostics;
using SpanRnn.Models;

namespace SpanRnn.Samples.Keyboard;

/// <summary>A recorded user: types a text key by key, while the keyboard learns from the lines that are finished.</summary>
internal static class Replay
{
    /// <summary>Types while a thread learns.</summary>
    /// <param name="weights">What the keyboard starts with.</param>
    /// <param name="learner">Learns from typed.</param>
    /// <param name="alphabet">Of all.</param>
    /// <param name="text">What is typed.</param>
    /// <param name="typed">Gets each line when it is finished.</param>
    /// <param name="interval">From key to key.</param>
    /// <param name="stop">Ctrl+C.</param>
    public static ReplayResult Beside(
        FrozenModel weights, Learner learner, Alphabet alphabet, int[] text, TypedText typed, TimeSpan interval, CancellationToken stop)
    {
        using var suggester = new Suggester(weights, alphabet);
        var keys = new KeyRecorder(text.Length);
        var hits = new HitCounter(alphabet, text);
        long begun = Stopwatch.GetTimestamp();
        using var thread = new LearningThread(learner, suggester.Use);
        Type(suggester, keys, hits, alphabet, text, typed, stop, i =>
        {
            TimeSpan ahead = (i + 1) * interval - Stopwatch.GetElapsedTime(begun);
            if (ahead > TimeSpan.Zero)
            {
                stop.WaitHandle.WaitOne(ahead);
            }
        });
        thread.End();
        return new ReplayResult(hits, keys, thread.Swaps, learner.Updates, thread.Worked);
    }

    /// <summary>Types and learns in turns on this thread: the same seed gives the same figures.</summary>
    /// <inheritdoc cref="Beside"/>
    public static ReplayResult InTurns(FrozenModel weights, Learner learner, Alphabet alphabet, int[] text, TypedText typed, CancellationToken stop)
    {
        using var suggester = new Suggester(weights, alphabet);
        var keys = new KeyRecorder(text.Length);
        var hits = new HitCounter(alphabet, text);
        int swaps = 0;
        TimeSpan worked = default;
        Type(suggester, keys, hits, alphabet, text, typed, stop, _ =>
        {
            long begun = Stopwatch.GetTimestamp();
            while (learner.IsDue && !stop.IsCancellationRequested)
            {
                learner.Learn();
                if (learner.Updates % Learner.UpdatesPerSwap == 0)
                {
                    suggester.Use(learner.Freeze());
                    swaps++;
                }
            }

            worked += Stopwatch.GetElapsedTime(begun);
        });
        return new ReplayResult(hits, keys, swaps, learner.Updates, worked);
    }

    /// <summary>Types without learning.</summary>
    /// <inheritdoc cref="Beside"/>
    public static ReplayResult Unchanged(FrozenModel weights, Alphabet alphabet, int[] text, CancellationToken stop)
    {
        using var suggester = new Suggester(weights, alphabet);
        var keys = new KeyRecorder(text.Length);
        var hits = new HitCounter(alphabet, text);
        Type(suggester, keys, hits, alphabet, text, new TypedText(), stop, _ => { });
        return new ReplayResult(hits, keys, 0, 0, default);
    }

    private static void Type(
        Suggester suggester, KeyRecorder keys, HitCounter hits, Alphabet alphabet, int[] text, TypedText typed, CancellationToken stop, Action<int> between)
    {
        int lineStart = 0;
        for (int i = 0; i < text.Length; i++)
        {
            stop.ThrowIfCancellationRequested();
            hits.Before(i, suggester);
            keys.Read(suggester, text[i]);
            if (text[i] == alphabet.NewLine || i + 1 == text.Length)
            {
                typed.Append(text.AsSpan(lineStart, i + 1 - lineStart));
                lineStart = i + 1;
            }

            between(i);
        }
    }
}
