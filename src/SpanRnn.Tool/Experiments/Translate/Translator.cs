using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>Translates with a trained model: word by word always the likeliest, or by beam search.</summary>
internal sealed class Translator : IDisposable
{
    private readonly Languages _languages;
    private readonly EncoderDecoderSession _session;
    private readonly BeamSearch _search;
    private readonly TokenSampler _likeliest = new(temperature: 0);
    private readonly bool _hasAttention;
    private readonly int[] _tokens;

    /// <param name="model">Stays the caller's.</param>
    /// <param name="languages">Its words.</param>
    /// <param name="beam">Translations that beam search follows at once.</param>
    public Translator(EncoderDecoder model, Languages languages, int beam)
    {
        _languages = languages;
        _hasAttention = model.Options.Attention != AttentionKind.None;
        _tokens = new int[2 * languages.Most + 4];
        _session = model.CreateSession(languages.Most);
        _search = new BeamSearch(model, languages.Most, _tokens.Length, beam);
    }

    /// <summary>Always the likeliest word, with where the model looked for it.</summary>
    /// <param name="words">English; at least one, and no more than the model was trained on.</param>
    public Translation Translate(IReadOnlyList<string> words)
    {
        int[] source = _languages.English.Encode(words);
        _session.Read(source);
        float[] attention = _hasAttention ? new float[_tokens.Length * source.Length] : [];
        int count = _session.Generate(_likeliest, _tokens, attention);
        int rows = _hasAttention ? Math.Min(count + 1, _tokens.Length) : 0;
        return new Translation(Text(_tokens.AsSpan(0, count)), [.. attention.Chunk(source.Length).Take(rows)]);
    }

    /// <summary>The best that beam search finds.</summary>
    /// <param name="words">English; at least one, and no more than the model was trained on.</param>
    public string[] Search(IReadOnlyList<string> words)
    {
        _search.Search(_languages.English.Encode(words));
        return Text(_search.Tokens(0));
    }

    public void Dispose()
    {
        _session.Dispose();
        _search.Dispose();
    }

    private string[] Text(ReadOnlySpan<int> tokens)
    {
        var words = new string[tokens.Length];
        for (int i = 0; i < tokens.Length; i++)
        {
            words[i] = _languages.French[tokens[i]];
        }

        return words;
    }
}
