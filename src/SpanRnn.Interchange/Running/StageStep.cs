namespace SpanRnn.Interchange.Running;

/// <summary>A stage with the state of one stream.</summary>
internal abstract class StageStep : IDisposable
{
    /// <summary>Numbers of its state.</summary>
    public virtual int StateSize => 0;

    /// <summary>Bytes of weights that a step reads; of those that have a format.</summary>
    public virtual long WeightBytes => 0;

    /// <summary>One step: from the stage's input to its output, which stays as it is until the next step.</summary>
    /// <param name="x">The stage's input.</param>
    /// <param name="input">The model's own input.</param>
    public abstract ref float Step(ref float x, ref float input);

    /// <summary>Sets the state that the file gives.</summary>
    public virtual void Reset()
    {
    }

    /// <summary>Reads or writes its <see cref="StateSize"/> numbers.</summary>
    public virtual void CopyState(Span<float> state, bool write)
    {
    }

    public virtual void Dispose()
    {
    }
}
