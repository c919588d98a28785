using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using SpanRnn.Interchange.Running;
using SpanRnn.Interchange.Stages;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange;

/// <summary>One stream through an imported model, a step at a time: it owns the state, the model's weights are shared.</summary>
/// <remarks>
/// A step allocates nothing, takes no lock, and gives the same bits as running the whole sequence at once. A session serves one thread
/// at a time. Call <see cref="Reset"/> where one stream ends and the next, unrelated one begins. Where the model selects a step of a
/// sequence, every step gives what the model would if the sequence ended there.
/// </remarks>
public sealed class ImportedSession : IDisposable
{
    private readonly ImportedModel _model;
    private readonly EmbeddingStage? _embedding;
    private readonly StreamEmbedding? _table;
    private readonly StageStep[] _steps;
    private readonly Slab _input;
    private readonly int _width, _outputs;

    internal ImportedSession(ImportedModel model, WeightFormat weights)
    {
        _model = model;
        _embedding = model.Stages[0] as EmbeddingStage;
        _table = _embedding?.Frozen.Of(weights, model.Isa);
        WeightFormat = weights;
        _width = _embedding?.OutputSize ?? model.InputSize;
        _outputs = model.OutputSize;
        var steps = new List<StageStep>();
        try
        {
            foreach (ModelStage stage in model.Stages.Skip(_embedding is null ? 0 : 1))
            {
                steps.Add(stage.CreateStep(weights, model.Isa));
            }
        }
        catch
        {
            steps.ForEach(step => step.Dispose());
            throw;
        }

        _steps = [.. steps];
        _input = Slab.Rent(Block.Pad(_width));
    }

    /// <summary>How matrices are kept.</summary>
    public WeightFormat WeightFormat { get; }

    /// <summary>Bytes of the layers' weights, the embedding's included.</summary>
    public long WeightBytes => (_table?.Bytes ?? 0) + _steps.Sum(step => step.WeightBytes);

    /// <summary>Numbers of the whole state.</summary>
    public int StateSize => _steps.Sum(step => step.StateSize);

    /// <summary>Sets the state that the file gives, or zeros: the start of a sequence.</summary>
    public void Reset()
    {
        foreach (StageStep step in _steps)
        {
            step.Reset();
        }
    }

    /// <summary>One step of numbers.</summary>
    /// <param name="x">I numbers.</param>
    /// <param name="y">Gets O numbers; empty if not wanted. May be x.</param>
    /// <exception cref="ArgumentException">A span has the wrong length; the state is untouched.</exception>
    /// <exception cref="InvalidOperationException">The model takes tokens.</exception>
    /// <exception cref="ObjectDisposedException">The session or the model was disposed.</exception>
    public void Step(ReadOnlySpan<float> x, Span<float> y)
    {
        if (_embedding is not null)
        {
            ThrowTakesTokens();
        }

        Checks.Length("x", x.Length, _width, "one step");
        Checks.LengthOrEmpty("y", y.Length, _outputs, "one step");
        x.CopyTo(_input.Span);
        Step(ref _input.Origin, y);
    }

    /// <summary>One token.</summary>
    /// <param name="token">0 to <see cref="ImportedModel.InputSize"/> - 1.</param>
    /// <param name="y">Gets O numbers; empty if not wanted.</param>
    /// <exception cref="ArgumentException">y has the wrong length; the state is untouched.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token; the state is untouched.</exception>
    /// <exception cref="InvalidOperationException">The model takes numbers.</exception>
    /// <exception cref="ObjectDisposedException">The session or the model was disposed.</exception>
    public void Step(int token, Span<float> y)
    {
        if (_embedding is null)
        {
            ThrowTakesNumbers();
        }

        _embedding.Check([token]);
        Checks.LengthOrEmpty("y", y.Length, _outputs, "one step");
        Step(ref _table!.Row(token, ref _input.Origin), y);
    }

    /// <summary>Reads the state, to go on from it later or elsewhere: <see cref="StateSize"/> numbers.</summary>
    /// <exception cref="ArgumentException">The span has the wrong length.</exception>
    public void CopyStateTo(Span<float> state) => Copy(state, write: false);

    /// <summary>Sets the state to what <see cref="CopyStateTo"/> read, of a session of the same model.</summary>
    /// <exception cref="ArgumentException">The span has the wrong length.</exception>
    public void CopyStateFrom(ReadOnlySpan<float> state) =>
        Copy(MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(state), state.Length), write: true);

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        _input.Dispose();
        foreach (StageStep step in _steps)
        {
            step.Dispose();
        }
    }

    private void Step(ref float input, Span<float> y)
    {
        // Some stages own memory of their own: all of them must go on, or none.
        ObjectDisposedException.ThrowIf(_model.IsDisposed, _model);
        ref float row = ref input;
        foreach (StageStep step in _steps)
        {
            row = ref step.Step(ref row, ref input);
        }

        MemoryMarshal.CreateReadOnlySpan(ref row, y.Length).CopyTo(y);
    }

    private static void ThrowTakesTokens() => throw new InvalidOperationException("The model takes tokens, not numbers: it has an embedding.");

    [DoesNotReturn]
    private static void ThrowTakesNumbers() => throw new InvalidOperationException("The model takes numbers, not tokens: it has no embedding.");

    private void Copy(Span<float> state, bool write)
    {
        Checks.Length("state", state.Length, StateSize, "all layers' states");
        foreach (StageStep step in _steps)
        {
            step.CopyState(state[..step.StateSize], write);
            state = state[step.StateSize..];
        }
    }
}
