using SpanRnn.Cells;
using SpanRnn.Lanes;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>From options to the cell that computes them: the plain one wherever it can, else its general form.</summary>
internal static class CellChoice
{
    /// <summary>A layer in one direction.</summary>
    public static RecurrentLayer Create(
        RecurrentOptions options, int index, bool reverse, string prefix, ParameterLayout layout, Isa isa)
    {
        CellSettings settings = Settings(options, reverse ? 1 : 0);
        return options.Cell switch
        {
            CellKind.Rnn or CellKind.RnnRelu when !IsPlain(settings) => Of<GeneralElman>(),
            CellKind.Rnn or CellKind.RnnRelu when settings.F.Kind == ActivationKind.Relu => Of<Elman<ReluActivation>>(),
            CellKind.Rnn or CellKind.RnnRelu => Of<Elman<TanhActivation>>(),
            CellKind.Lstm => IsPlain(settings) ? Of<Lstm>() : Of<GeneralLstm>(),
            CellKind.Gru => IsPlain(settings) ? Of<GruResetAfter>() : Of<GeneralGruResetAfter>(),
            CellKind.GruResetBefore => IsPlain(settings) ? Of<GruResetBefore>() : Of<GeneralGruResetBefore>(),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Cell, "There is no such cell."),
        };

        RecurrentLayer Of<TCell>() where TCell : struct, ICell => new RecurrentLayer<TCell>(options, index, reverse, prefix, layout, isa);

        bool IsPlain(CellSettings s) => float.IsPositiveInfinity(s.Clip) && !s.HasPeepholes && !s.CoupledForgetGate && HasPlainActivations(options.Cell, s);
    }

    /// <summary>What a general cell is told, the cell's own activations where the options give none.</summary>
    public static CellSettings Settings(RecurrentOptions options, int direction)
    {
        CellActivations? given = options.ActivationsOf(direction);
        Activation f = options.Cell switch
        {
            CellKind.Rnn => Activation.Tanh,
            CellKind.RnnRelu => Activation.Relu,
            _ => Activation.Sigmoid,
        };
        return new(
            given?.F ?? f, given?.G ?? Activation.Tanh, given?.H ?? Activation.Tanh, options.Clip, options.Peepholes, options.CoupledForgetGate);
    }

    private static bool HasPlainActivations(CellKind cell, CellSettings s) => cell is CellKind.Rnn or CellKind.RnnRelu
        ? s.F.Kind is ActivationKind.Tanh or ActivationKind.Relu
        : s.F.Kind == ActivationKind.Sigmoid && s.G.Kind == ActivationKind.Tanh && s.H.Kind == ActivationKind.Tanh;
}
