using System.Globalization;
using System.Text;
using SpanRnn.Models;
using SpanRnn.Tool.Text;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Rounding;

/// <summary>A text's held-out part, each character foreseen from all before it: what <c>train</c> and <c>compare</c> measure, in a session.</summary>
internal sealed class RoundedText : IRoundedTask
{
    private readonly int[] _tokens;

    /// <exception cref="ToolException">The part is too short, or has characters that the model does not know.</exception>
    public RoundedText(TextSource source, Vocabulary vocabulary, string model)
    {
        foreach (Rune symbol in source.HeldOut.EnumerateRunes())
        {
            if (!vocabulary.TryIndexOf(symbol, out _))
            {
                throw new ToolException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{source.Name}: expected the {vocabulary.Count:N0} characters of {model}, found U+{symbol.Value:X4} in the held-out part."));
            }
        }

        _tokens = vocabulary.Encode(source.HeldOut);
        Data = $"the last {_tokens.Length.ToString("N0", CultureInfo.InvariantCulture)} characters of {source.Name}, held out";
        if (_tokens.Length < 2)
        {
            throw new ToolException($"{source.Name}: expected at least 2 held-out characters, found {_tokens.Length}.");
        }
    }

    public string Data { get; }

    public string Unit => "characters";

    public int Count => _tokens.Length - 1;

    public Measure Measure { get; } = new("heldOutBits", "held-out bits per character", "", HigherIsBetter: false) { Digits = 4 };

    public IRoundedReader Open(FrozenModel weights) => new Reader(weights.CreateSession(), _tokens);

    /// <summary>-log2 p(the next character).</summary>
    public double Judge(int index, ReadOnlySpan<float> outputs)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (float logit in outputs)
        {
            largest = Math.Max(largest, logit);
        }

        foreach (float logit in outputs)
        {
            sum += Math.Exp(logit - largest);
        }

        return (largest + Math.Log(sum) - outputs[_tokens[index + 1]]) / Math.Log(2);
    }

    private sealed class Reader(SequenceSession session, int[] tokens) : IRoundedReader
    {
        private readonly float[] _logits = new float[session.OutputSize];

        public ReadOnlySpan<float> Read(int index)
        {
            session.Step(tokens[index], _logits);
            return _logits;
        }

        public void Dispose() => session.Dispose();
    }
}
