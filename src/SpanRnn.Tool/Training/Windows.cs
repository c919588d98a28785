using System.Globalization;
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
        get
        {
            RandomState state = _random.State;
            return string.Create(CultureInfo.InvariantCulture, $"{state.A:x16} {state.B:x16} {state.C:x16} {state.D:x16}");
        }

        set
        {
            ulong[] words = Array.ConvertAll(value.Split(' '), word => ulong.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            _random.State = new RandomState(words[0], words[1], words[2], words[3]);
        }
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
