using SpanRnn.Layers;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Experiments;

/// <summary>One model of an experiment: all that decides what it becomes. With the same data it becomes the same, to the bit.</summary>
internal sealed record Contender
{
    /// <summary>Names its files: "lstm-1".</summary>
    public required string Id { get; init; }

    /// <summary>What tables call it, without the seed; contenders of one name are summed up by mean and spread.</summary>
    public required string Name { get; init; }

    public required CellKind Cell { get; init; }

    public bool Bidirectional { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Passes over the training data, or 0 where the experiment counts <see cref="Iterations"/>.</summary>
    public double Epochs { get; init; }

    /// <summary>Updates, or 0 where the experiment counts <see cref="Epochs"/>.</summary>
    public long Iterations { get; init; }

    /// <summary>The experiment's own options that change the result, as text: "hidden 128, plain".</summary>
    public string Options { get; init; } = "";

    /// <summary>The contender of a cell and a seed, with the usual names: "lstm-1", "bigru-1".</summary>
    public static Contender Of(CellKind cell, ulong seed, bool bidirectional = false) => new()
    {
        Id = $"{(bidirectional ? "bi" : "")}{CellNames.IdOf(cell)}-{seed}",
        Name = bidirectional ? $"bidirectional {CellNames.NameOf(cell)}" : CellNames.NameOf(cell),
        Cell = cell,
        Bidirectional = bidirectional,
        Seed = seed,
    };
}
