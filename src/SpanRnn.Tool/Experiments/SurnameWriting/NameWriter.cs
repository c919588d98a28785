using SpanRnn.Models;

namespace SpanRnn.Tool.Experiments.SurnameWriting;

/// <summary>Writes names with a trained model, character by character, until it ends them or they are twice as long as any it knows.</summary>
/// <param name="model">Stays the caller's.</param>
/// <param name="alphabet">Its languages and characters.</param>
internal sealed class NameWriter(EncoderDecoder model, Alphabet alphabet) : IDisposable
{
    private readonly EncoderDecoderSession _session = model.CreateSession();
    private readonly int[] _tokens = new int[2 * alphabet.Longest];
    private readonly float[] _vector = new float[alphabet.Languages.Count];

    /// <summary>One name.</summary>
    /// <param name="language">Of <see cref="Alphabet.Languages"/>.</param>
    /// <param name="sampler">Draws the characters.</param>
    public string Write(int language, TokenSampler sampler)
    {
        alphabet.WriteVectors([language], _vector);
        _session.Read(_vector);
        return alphabet.Characters.Decode(_tokens.AsSpan(0, _session.Generate(sampler, _tokens)));
    }

    /// <summary>The likeliest names that beam search finds, the best first, with log P of each.</summary>
    /// <param name="language">Of <see cref="Alphabet.Languages"/>.</param>
    /// <param name="width">Names that it follows at once.</param>
    public IReadOnlyList<(string Name, double LogProbability)> Search(int language, int width)
    {
        // By P alone: what is asked for is the likeliest name, however short.
        using var search = new BeamSearch(model, 1, _tokens.Length, width, lengthPenalty: 0);
        alphabet.WriteVectors([language], _vector);
        search.Search(_vector);
        return [.. Enumerable.Range(0, search.Count).Select(i => (alphabet.Characters.Decode(search.Tokens(i)), search.LogProbability(i)))];
    }

    public void Dispose() => _session.Dispose();
}
