using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>A layer in the making, and the one it reads: a chain of them becomes a model's stages.</summary>
/// <param name="node">The node it comes from; null for an input of the graph.</param>
/// <param name="parent">What it reads; null for an input of the graph.</param>
/// <param name="outputs">Numbers of a row that it gives.</param>
internal abstract class Source(GraphNode? node, Source? parent, int outputs)
{
    public GraphNode? Node => node;

    public Source? Parent => parent;

    public int Outputs => outputs;

    /// <summary>The time axis, once a recurrent layer has told it; null also for one step.</summary>
    public virtual Axis? Time => parent?.Time;

    /// <summary>Makes the stage. Recurrent layers are made by <see cref="StageBuilder"/>, which joins them.</summary>
    public virtual ModelStage? Build() => null;
}

/// <summary>An input of the graph, or a part of one.</summary>
internal sealed class InputSource(string name, Axis[] axes, int outputs, bool isPart = false) : Source(null, null, outputs)
{
    public string Name => name;

    public Axis[] Axes => axes;

    /// <summary>Whether it was cut: fit for a state that the caller gives, not for a model's input.</summary>
    public bool IsPart => isPart;
}

/// <summary>A layer of another kind than recurrent: how its stage is made is known with its node.</summary>
internal sealed class StageSource(GraphNode node, Source parent, int outputs, Func<ModelStage> build) : Source(node, parent, outputs)
{
    public override ModelStage Build() => build();
}

/// <summary>y = W x + b; a bias may still be added.</summary>
internal sealed class DenseSource(GraphNode node, Source parent, float[] weight, float[]? bias, int outputs) : Source(node, parent, outputs)
{
    public DenseSource Plus(GraphNode add, float[] more) =>
        new(add, Parent!, weight, bias is null ? more : [.. bias.Zip(more, (a, b) => a + b)], Outputs);

    public override ModelStage Build() => new DenseStage(weight, bias, weight.Length / Outputs, Outputs);
}

/// <summary>One step of each sequence.</summary>
internal sealed class SelectionSource(GraphNode node, Source parent, SelectedStep step) : Source(node, parent, parent.Outputs)
{
    public override Axis? Time => null;

    public override ModelStage Build() => new SelectionStage(step, Outputs);
}

/// <summary>One recurrent node, or two that run the two ways over the same input.</summary>
internal sealed class RecurrentSource(GraphNode node, Source parent, RecurrentParts parts, Axis? time, Axis? batch)
    : Source(node, parent, (parts.Merge == MergeMode.Concat ? parts.Settings.Directions : 1) * parts.Settings.HiddenSize)
{
    public RecurrentParts Parts => parts;

    public override Axis? Time => time;

    public Axis? Batch => batch;

    /// <summary>Whether its result is one row, its directions merged.</summary>
    public bool IsMerged => parts.Merge != MergeMode.Concat;

    /// <summary>The layer with its two directions merged.</summary>
    public RecurrentSource Merged(GraphNode merge, MergeMode mode) => new(merge, Parent!, parts with { Merge = mode }, time, batch);

    /// <summary>Both ways as one layer, or null if these are not two of a kind.</summary>
    public static RecurrentSource? Pair(RecurrentSource forward, RecurrentSource reverse) =>
        forward.Parent == reverse.Parent && forward.Time == reverse.Time && RecurrentParts.Pair(forward.Parts, reverse.Parts) is { } both
            ? new RecurrentSource(reverse.Node!, forward.Parent!, both, forward.Time, forward.Batch)
            : null;
}
