using SpanRnn.Models;
using SpanRnn.Parameters;

namespace SpanRnn.Tool.Training;

/// <summary>Sequences that begin anywhere in the text, drawn at random.</summary>
internal sealed class Windows(int[] text, int steps, int batch, ulong seed) : IBatches
{
    private readonly RandomStream _random = new RandomStream(seed).Fork("windows");

    public bool CarriesState => false;

    public string Position
    {
        get => RandomPosition.Write(_random.State);
        set => _random.State = RandomPosition.Read(value);
    }

    public void Next(Span<int> tokens, Span<int> targets, Trainer trainer)
    {
        for (int b = 0; b < batch; b++)
        {
            int start = _random.NextInt32(text.Length - steps);        // steps + 1 characters from there
            for (int t = 0; t < steps; t++)
            {
                tokens[t * batch + b] = text[start + t];
                targets[t * batch + b] = text[start + t + 1];
            }
        }
    }
}
