using System.Runtime.InteropServices;
using SpanRnn.Interchange.Running;
using SpanRnn.Interchange.Stages;
using SpanRnn.Kernels;
using SpanRnn.Layers;
using SpanRnn.Memory;

namespace SpanRnn.Interchange;

/// <summary>The planned memory of a model's runs over whole sequences: taken once, reused for every batch that fits.</summary>
public sealed class ImportedRun : IDisposable
{
    private readonly ImportedModel _model;
    private readonly EmbeddingStage? _embedding;
    private readonly Timeline _timeline;
    private readonly StageRun[] _runs;
    private readonly Slab _input;
    private readonly int _width, _stride;

    internal ImportedRun(ImportedModel model, int maxSteps, int maxBatch)
    {
        _model = model;
        _embedding = model.Stages[0] as EmbeddingStage;
        _timeline = new Timeline(maxSteps, maxBatch);
        _width = _embedding?.OutputSize ?? model.InputSize;
        _stride = Block.Pad(_width);
        int rows = checked(maxSteps * maxBatch);
        _input = Slab.Rent((long)rows * _stride);
        var runs = new List<StageRun>();
        foreach (ModelStage stage in model.Stages.Skip(_embedding is null ? 0 : 1))
        {
            rows = stage is SelectionStage ? maxBatch : rows;
            runs.Add(stage.Plan(new StagePlan(maxSteps, maxBatch, rows, runs.LastOrDefault(), model.Isa)));
        }

        _runs = [.. runs];
    }

    /// <summary>The largest T it was planned for.</summary>
    public int MaxSteps => _timeline.MaxSteps;

    /// <summary>The largest B it was planned for.</summary>
    public int MaxBatch => _timeline.MaxBatch;

    /// <summary>Runs T steps of B sequences of numbers. Allocates nothing; gives the same bits as stepping each sequence alone.</summary>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">Steps of each sequence, 0 to T; empty for T each. Outputs past a length are 0.</param>
    /// <param name="x">Inputs, [T, B, I].</param>
    /// <param name="y">Outputs, [T, B, O], or [B, O] where the model selects a step. May not overlap x.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, y overlaps x, a length lies outside 0..T, or the batch is larger than planned.</exception>
    /// <exception cref="InvalidOperationException">The model takes tokens.</exception>
    /// <exception cref="ObjectDisposedException">The model or the run was disposed.</exception>
    public void Run(int steps, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<float> x, Span<float> y)
    {
        if (_embedding is not null)
        {
            throw new InvalidOperationException("The model takes tokens, not numbers: it has an embedding.");
        }

        Checks.Length("x", x.Length, (long)steps * batch * _width, $"[T {steps}, B {batch}, I {_width}]");
        Checks.NoOverlap("y", y, "x", x);
        Begin(steps, batch, lengths, y);
        Rows.Gather(ref MemoryMarshal.GetReference(x), _width, _timeline.UserRows, ref _input.Origin, _stride, _width);
        Finish(lengths, y);
    }

    /// <summary>Runs T steps of B sequences of tokens. Allocates nothing; gives the same bits as stepping each sequence alone.</summary>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">Steps of each sequence, 0 to T; empty for T each. Outputs past a length are 0.</param>
    /// <param name="tokens">Inputs, [T, B]; those past a length must be valid too.</param>
    /// <param name="y">Outputs, [T, B, O], or [B, O] where the model selects a step.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, a length lies outside 0..T, or the batch is larger than planned.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    /// <exception cref="InvalidOperationException">The model takes numbers.</exception>
    /// <exception cref="ObjectDisposedException">The model or the run was disposed.</exception>
    public void Run(int steps, int batch, ReadOnlySpan<int> lengths, ReadOnlySpan<int> tokens, Span<float> y)
    {
        EmbeddingStage embedding = _embedding ?? throw new InvalidOperationException("The model takes numbers, not tokens: it has no embedding.");
        Checks.Length("tokens", tokens.Length, (long)steps * batch, $"[T {steps}, B {batch}]");
        embedding.Check(tokens);
        Begin(steps, batch, lengths, y);
        ReadOnlySpan<int> user = _timeline.UserRows;
        for (int row = 0; row < user.Length; row++)
        {
            embedding.Row(tokens[user[row]]).CopyTo(Rows.Row(ref _input.Origin, row, _stride, _width));
        }

        Finish(lengths, y);
    }

    /// <summary>Returns the memory to the pool.</summary>
    public void Dispose()
    {
        _input.Dispose();
        foreach (StageRun run in _runs)
        {
            run.Dispose();
        }
    }

    private void Begin(int steps, int batch, ReadOnlySpan<int> lengths, Span<float> y)
    {
        if (_model.GivesEveryStep)
        {
            Checks.Length("y", y.Length, (long)steps * batch * _model.OutputSize, $"[T {steps}, B {batch}, {_model.OutputSize}]");
        }
        else
        {
            Checks.Length("y", y.Length, (long)batch * _model.OutputSize, $"[B {batch}, {_model.OutputSize}]");
        }

        _timeline.Set(steps, batch, lengths);
    }

    private void Finish(ReadOnlySpan<int> lengths, Span<float> y)
    {
        var input = new RowView(ref _input.Origin, _timeline.Rows, _stride);
        var flow = new StageFlow(_timeline, lengths, input);
        RowView rows = input;
        foreach (StageRun run in _runs)
        {
            rows = run.Run(in flow, rows);
        }

        if (_model.GivesEveryStep && !_timeline.IsDense)
        {
            y.Clear();
        }

        ReadOnlySpan<int> user = _model.GivesEveryStep ? _timeline.UserRows : _timeline.Order;
        Rows.Scatter(ref rows.Origin, rows.Stride, user, ref MemoryMarshal.GetReference(y), _model.OutputSize, _model.OutputSize);
    }
}
