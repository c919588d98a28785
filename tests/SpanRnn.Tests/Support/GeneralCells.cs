using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Tests.Twin;

namespace SpanRnn.Tests.Support;

/// <summary>Draws what makes a cell general.</summary>
internal static class GeneralCells
{
    private static readonly TwinFunction[] Bounded =
        [TwinFunction.Tanh, TwinFunction.Sigmoid, TwinFunction.ScaledTanh, TwinFunction.HardSigmoid, TwinFunction.Softsign];

    public static bool Is(LawCell cell) =>
        cell is LawCell.GeneralRnn or LawCell.GeneralLstm or LawCell.GeneralGru or LawCell.GeneralGruResetBefore;

    /// <summary>The stack with drawn options, or itself for other cells.</summary>
    public static Gen<TwinRecurrent> Draw(LawCell cell, TwinRecurrent stack) => !Is(cell)
        ? Gen.Constant(stack)
        : from activations in DrawActivations(stack.Cell)
          from reverse in stack.Bidirectional ? Gen.OneOf(Gen.Constant<TwinActivations?>(null), DrawActivations(stack.Cell)) : Gen.Constant<TwinActivations?>(null)
          from clip in Gen.Elements(double.PositiveInfinity, 0.75, 1.5)
          from peepholes in Gen.Elements(true, false)
          from coupled in Gen.Elements(true, false, false)
          select stack with
          {
              Activations = activations,
              ReverseActivations = reverse,
              Clip = IsUnbounded(stack.Cell, activations) || IsUnbounded(stack.Cell, reverse) ? Math.Min(clip, 1.5) : clip,
              HasPeepholes = peepholes && stack.Cell == TwinCell.Lstm,
              IsCoupled = coupled && stack.Cell == TwinCell.Lstm,
          };

    /// <summary>Whether a function jumps or bends where a is 0.</summary>
    public static bool HasKinkAtZero(TwinRecurrent stack) => stack.Cell == TwinCell.ElmanRelu || stack.Activations is not null;

    private static Gen<TwinActivations?> DrawActivations(TwinCell cell) =>
        from f in DrawOne()
        from g in Gen.OneOf(Gen.Constant<TwinActivation?>(null), DrawOne())
        from h in Gen.OneOf(Gen.Constant<TwinActivation?>(null), DrawOne())
        select (TwinActivations?)new TwinActivations(
            f, cell is TwinCell.ElmanTanh or TwinCell.ElmanRelu ? null : g, cell == TwinCell.Lstm ? h : null);

    private static Gen<TwinActivation?> DrawOne() =>
        from function in Gen.Elements(Enum.GetValues<TwinFunction>())
        from alpha in Gen.Elements(0.25, 0.8125, 1.125, -0.375) // floats exactly, as the engine's
        from beta in Gen.Elements(0.25, -0.1875, 0.75)
        select (TwinActivation?)new TwinActivation(function, alpha, beta);

    /// <summary>Gates that grow with the state they multiply square it at every step: without a limit such a run soon overflows.</summary>
    private static bool IsUnbounded(TwinCell cell, TwinActivations? activations) =>
        cell is not (TwinCell.ElmanTanh or TwinCell.ElmanRelu) && activations?.F is { } f && !Bounded.Contains(f.Function);
}
