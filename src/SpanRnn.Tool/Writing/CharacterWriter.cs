using System.Diagnostics;
using System.Text;
using SpanRnn.Models;
using SpanRnn.Streaming;

namespace SpanRnn.Tool.Writing;

/// <summary>Lets a model write: it reads the prompt, then each character that was drawn, its state carried along.</summary>
internal sealed class CharacterWriter(SequenceModel model, Vocabulary vocabulary, WeightFormat weights = WeightFormat.Float32)
{
    /// <summary>Writes after a prompt.</summary>
    /// <param name="prompt">All its characters are in the vocabulary.</param>
    /// <param name="settings">How.</param>
    /// <param name="written">Called with each character as it is drawn.</param>
    /// <param name="stop">Looked at before each character.</param>
    public void Write(string prompt, WritingSettings settings, Action<Rune> written, CancellationToken stop)
    {
        using SequenceSession session = model.Freeze(weights).CreateSession();
        var sampler = new TokenSampler(settings.Temperature, settings.Seed);
        var logits = new float[session.OutputSize];
        foreach (int token in vocabulary.Encode(prompt))
        {
            session.Step(token, logits);
        }

        for (int i = 0; i < settings.Length && !stop.IsCancellationRequested; i++)
        {
            int token = sampler.Sample(logits);
            written(vocabulary[token]);
            session.Step(token, logits);
        }
    }

    /// <summary>
    /// The median time of one step, from a token to the logits of the next, in microseconds: what generation waits for, without
    /// the drawing. The code is compiled and the caches are filled before it is measured.
    /// </summary>
    public double MedianMicroseconds(int steps = 1_000)
    {
        using SequenceSession session = model.Freeze(weights).CreateSession();
        var sampler = new TokenSampler();
        var logits = new float[session.OutputSize];
        var ticks = new long[steps];
        int token = 0;
        for (int i = -steps / 2; i < steps; i++)
        {
            long begun = Stopwatch.GetTimestamp();
            session.Step(token, logits);
            long took = Stopwatch.GetTimestamp() - begun;
            token = sampler.Sample(logits);
            if (i >= 0)
            {
                ticks[i] = took;
            }
        }

        Array.Sort(ticks);
        return ticks[steps / 2] * 1e6 / Stopwatch.Frequency;
    }
}
