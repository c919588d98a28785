using System.Diagnostics;
using SpanRnn.Interchange;

namespace SpanRnn.Samples.AudioEffect;

/// <summary>Stands in for a sound card: hands out blocks, one after the other, and looks at the clock.</summary>
internal static class EffectRun
{
    /// <summary>Runs a model over a sound.</summary>
    /// <param name="sound">Each channel gets a session of its own.</param>
    /// <param name="model">Shared by the channels.</param>
    /// <param name="knobs">The model's inputs besides the sound.</param>
    /// <param name="block">Samples of a block; the last may have fewer. It changes no bit of the result.</param>
    /// <param name="stop">Looked at between blocks.</param>
    /// <exception cref="SampleException">The model cannot be streamed.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static EffectResult Over(WavFile sound, ImportedModel model, ReadOnlySpan<float> knobs, int block, CancellationToken stop = default)
    {
        int length = sound.Length;
        float[][] output = [.. sound.Channels.Select(_ => new float[length])];
        var times = new LatencyRecorder((length + block - 1) / block);
        var channels = new EffectChannel[sound.Channels.Length];
        try
        {
            for (int c = 0; c < channels.Length; c++)
            {
                channels[c] = new EffectChannel(model, knobs);
                channels[c].Prepare();
            }

            times.Add(Stopwatch.GetTimestamp()); // so that it is compiled before the first block
            times.Clear();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int start = 0; start < length && !stop.IsCancellationRequested; start += block)
            {
                int count = Math.Min(block, length - start);
                long begun = Stopwatch.GetTimestamp();
                for (int c = 0; c < channels.Length; c++)
                {
                    channels[c].Process(sound.Channels[c].AsSpan(start, count), output[c].AsSpan(start, count));
                }

                times.Add(begun);
            }

            long after = GC.GetAllocatedBytesForCurrentThread();
            stop.ThrowIfCancellationRequested();
            return new EffectResult(sound with { Channels = output }, times, after - before);
        }
        catch (InvalidOperationException wrong) when (wrong is not ObjectDisposedException)
        {
            throw new SampleException($"The model cannot run as the sound comes in: {wrong.Message}");
        }
        finally
        {
            foreach (EffectChannel? channel in channels)
            {
                channel?.Dispose();
            }
        }
    }
}
