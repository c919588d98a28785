using System.Globalization;
using SpanRnn.Models;

namespace SpanRnn.Tool.Training;

/// <summary>Parallel readers, each of its own part of the text, from its beginning to its end and then again.</summary>
internal sealed class Streams(int[] text, int steps, int batch) : IBatches
{
    private readonly int _length = (text.Length - 1) / batch;          // inputs of one part; the last target is one beyond
    private int _at;

    public bool CarriesState => true;

    public string Position
    {
        get => _at.ToString(CultureInfo.InvariantCulture);
        set => _at = int.Parse(value, CultureInfo.InvariantCulture);
    }

    public void Next(Span<int> tokens, Span<int> targets, Trainer trainer)
    {
        if (_at + steps > _length)
        {
            _at = 0;
            trainer.ResetState();
        }

        for (int b = 0; b < batch; b++)
        {
            int start = b * _length + _at;
            for (int t = 0; t < steps; t++)
            {
                tokens[t * batch + b] = text[start + t];
                targets[t * batch + b] = text[start + t + 1];
            }
        }

        _at += steps;
    }
}
