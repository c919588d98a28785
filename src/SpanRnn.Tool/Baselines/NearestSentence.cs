namespace SpanRnn.Tool.Baselines;

/// <summary>Finds the sentence that is most like another: the cosine of their bags of words, each word weighted by how rare it is.</summary>
/// <remarks>The weight of a word is 1 + ln((1 + n) / (1 + d)), with n sentences of which d have it.</remarks>
internal sealed class NearestSentence
{
    private readonly Dictionary<string, List<int>> _places = new(StringComparer.Ordinal);
    private readonly double[] _lengths;

    /// <summary>Takes the sentences to find.</summary>
    public NearestSentence(IReadOnlyList<IReadOnlyList<string>> sentences)
    {
        for (int i = 0; i < sentences.Count; i++)
        {
            foreach (string word in sentences[i].Distinct())
            {
                if (!_places.TryGetValue(word, out List<int>? places))
                {
                    _places[word] = places = [];
                }

                places.Add(i);
            }
        }

        _lengths = new double[sentences.Count];
        foreach (List<int> places in _places.Values)
        {
            double weight = Weight(places);
            foreach (int place in places)
            {
                _lengths[place] += weight * weight;
            }
        }
    }

    /// <summary>The place of the sentence that is most like these words; the first of equals, and 0 if none has a word of them.</summary>
    public int Find(IReadOnlyList<string> words)
    {
        var shared = new Dictionary<int, double>();
        foreach (string word in words.Distinct())
        {
            if (_places.TryGetValue(word, out List<int>? places))
            {
                double weight = Weight(places);
                foreach (int place in places)
                {
                    shared[place] = shared.GetValueOrDefault(place) + weight * weight;
                }
            }
        }

        (int best, double most) = (0, 0);
        foreach ((int place, double sum) in shared)
        {
            double likeness = sum / Math.Sqrt(_lengths[place]);
            if (likeness > most || (likeness == most && place < best))
            {
                (best, most) = (place, likeness);
            }
        }

        return best;
    }

    private double Weight(List<int> places) => 1 + Math.Log((1.0 + _lengths.Length) / (1.0 + places.Count));
}
