using System.Collections.Concurrent;
using SpanRnn.Lanes;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Running;

/// <summary>A stage's weights packed for steps: made for the first session that steps with a format, and shared with the others.</summary>
internal sealed class FrozenWeights<T>(Func<WeightFormat, Isa, T> freeze) where T : class
{
    private readonly ConcurrentDictionary<(WeightFormat Format, int Lanes), T> _made = [];

    /// <exception cref="ArgumentException">The format needs finite weights, and one is not.</exception>
    public T Of(WeightFormat format, Isa isa) => _made.GetOrAdd((format, isa.Lanes), _ => freeze(format, isa));
}
