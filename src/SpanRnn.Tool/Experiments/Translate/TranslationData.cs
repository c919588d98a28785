using SpanRnn.Parameters;
using SpanRnn.Tool.Data;

namespace SpanRnn.Tool.Experiments.Translate;

/// <summary>Short sentences with their translations, cut so that no English sentence is in two parts.</summary>
internal sealed class TranslationData
{
    /// <summary>Where the tool looks for them.</summary>
    public static DataSet Source { get; } = new(
        "English-French sentence pairs",
        "fra-eng",
        ["fra-eng.zip"],
        "Tatoeba pairs as prepared by manythings.org, a zip with lines of English, tab, French",
        "CC BY 2.0");

    private const ulong SplitSeed = 1;

    private TranslationData(string name, int all, IReadOnlyList<SentencePair> training, IReadOnlyList<SentencePair> validation, IReadOnlyList<SentencePair> heldOut, Languages languages)
    {
        (Name, All, Languages) = (name, all, languages);
        (Training, Validation, HeldOut) = (training, validation, heldOut);
        Digest = DataDigest.Of(
            $"split {SplitSeed}", training.Concat(validation).Concat(heldOut).Select(pair => $"{string.Join(' ', pair.Source)}\t{string.Join('\t', pair.Targets.Select(target => string.Join(' ', target)))}"));
    }

    /// <summary>The file.</summary>
    public string Name { get; }

    /// <summary>Different English sentences before long ones were left out.</summary>
    public int All { get; }

    public IReadOnlyList<SentencePair> Training { get; }

    /// <summary>Decides which weights are kept.</summary>
    public IReadOnlyList<SentencePair> Validation { get; }

    public IReadOnlyList<SentencePair> HeldOut { get; }

    /// <summary>The words of the training part.</summary>
    public Languages Languages { get; }

    public string Digest { get; }

    /// <summary>Keeps the short sentences and cuts them.</summary>
    /// <param name="name">The file.</param>
    /// <param name="pairs">All.</param>
    /// <param name="settings">What is short, and which words are frequent.</param>
    /// <param name="heldOut">English sentences to hold out; at most a tenth of the short ones. Half as many decide which weights are kept.</param>
    /// <param name="first">Take only so many short sentences, drawn by a fixed seed; null: all.</param>
    /// <exception cref="ToolException">There are too few short sentences.</exception>
    public static TranslationData Cut(string name, IReadOnlyList<SentencePair> pairs, TranslateSettings settings, int heldOut, int? first)
    {
        var brief = new List<SentencePair>();
        foreach (SentencePair pair in pairs.Where(pair => pair.Source.Length is > 0 && pair.Source.Length <= settings.Words))
        {
            string[][] targets = [.. pair.Targets.Where(target => target.Length > 0 && target.Length < settings.TargetSteps)];
            if (targets.Length > 0)
            {
                brief.Add(pair with { Targets = targets });
            }
        }

        StratifiedSplit.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(brief), new RandomStream(SplitSeed).Fork("pairs"));
        if (first is { } most && most < brief.Count)
        {
            brief.RemoveRange(most, brief.Count - most);
        }

        int tested = Math.Min(heldOut, brief.Count / 10), looked = tested / 2;
        if (looked == 0)
        {
            throw new ToolException($"{name}: expected at least 20 sentences of at most {settings.Words} words, found {brief.Count}.");
        }

        List<SentencePair> training = brief[(tested + looked)..];
        return new TranslationData(
            name, pairs.Count, training, brief[tested..(tested + looked)], brief[..tested], Languages.Of(training, settings.MinimumCount, settings.SourceSteps));
    }
}
