using SpanRnn.Interchange;

namespace SpanRnn.Samples.AudioEffect;

/// <summary>One channel of sound through a model: y[t] = model(x[t], knobs), with a state of its own.</summary>
internal sealed class EffectChannel : IDisposable
{
    private readonly ImportedSession _session;
    private readonly float[] _input;

    /// <param name="model">I inputs, one output; its weights may be shared with other channels.</param>
    /// <param name="knobs">The I - 1 inputs after the sound.</param>
    /// <exception cref="InvalidOperationException">The model needs the end of a sequence before its start.</exception>
    public EffectChannel(ImportedModel model, ReadOnlySpan<float> knobs)
    {
        _session = model.CreateSession();
        _input = [0f, .. knobs];
    }

    /// <summary>The callback: it allocates nothing and takes no lock.</summary>
    /// <param name="input">Samples.</param>
    /// <param name="output">As many; may be input.</param>
    public void Process(ReadOnlySpan<float> input, Span<float> output)
    {
        for (int i = 0; i < input.Length; i++)
        {
            _input[0] = input[i];
            _session.Step(_input, output.Slice(i, 1));
        }
    }

    /// <summary>What a plug-in does when it is loaded: compiles the code and fetches the weights, then begins at silence.</summary>
    public void Prepare()
    {
        Span<float> silence = stackalloc float[64];
        silence.Clear();
        Process(silence, silence);
        _session.Reset();
    }

    public void Dispose() => _session.Dispose();
}
