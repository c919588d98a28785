namespace SpanRnn.Tool.Bench.Models;

/// <summary>Something that is stepped again and again, with the same numbers each time.</summary>
internal abstract class Stepped : IDisposable
{
    /// <summary>How many streams a step steps.</summary>
    public virtual int Streams => 1;

    /// <summary>Whether <see cref="Feed"/> can give it numbers too large for anything: a model of tokens cannot be given such.</summary>
    public virtual bool TakesNumbers => true;

    /// <summary>One step. Compiled at once, allocates nothing.</summary>
    public abstract void Step();

    /// <summary>Chooses what the next steps read.</summary>
    public virtual void Feed(StepInput input)
    {
    }

    public virtual void Dispose()
    {
    }
}
