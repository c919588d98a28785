using SpanRnn.Streaming;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>What is measured: layers made for it, or a model from a file.</summary>
internal abstract class BenchModel : IDisposable
{
    /// <summary>What tables call it.</summary>
    public abstract string Name { get; }

    /// <summary>How its weights can be kept; a model that was imported is float32 alone.</summary>
    public abstract IReadOnlyList<WeightFormat> Formats { get; }

    /// <summary>Whether streams can be stepped together.</summary>
    public abstract bool CanBeGrouped { get; }

    /// <summary>One stream with weights of that format, warmed up.</summary>
    public abstract Stepped CreateStream(WeightFormat format);

    /// <summary>So many streams with float32 weights, stepped together or one after the other.</summary>
    /// <exception cref="NotSupportedException">They cannot be grouped.</exception>
    public virtual Stepped CreateGroup(int sessions, bool isTogether) => throw new NotSupportedException($"{Name}: streams of it cannot be stepped together.");

    /// <summary>Bytes of weights that a step reads; 0: unknown.</summary>
    public virtual long WeightBytes(WeightFormat format) => 0;

    public virtual void Dispose()
    {
    }
}
