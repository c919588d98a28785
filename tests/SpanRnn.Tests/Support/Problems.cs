using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using SpanRnn.Tests.Twin;

namespace SpanRnn.Tests.Support;

/// <summary>Draws problems for the laws: always the same ones, so that a failure comes back.</summary>
internal static class Problems
{
    private static readonly LawCell[] All = Enum.GetValues<LawCell>();

    /// <summary>A law of that cell over so many drawn problems. A failure prints the smallest problem that shows it.</summary>
    public static void ForAll(LawCell cell, int count, Limits limits, Action<Problem> law) =>
        ForAll(Draw(cell, limits), count, Smaller, law);

    /// <summary>A law over so many drawn values.</summary>
    public static void ForAll<T>(Gen<T> values, int count, Func<T, IEnumerable<T>> smaller, Action<T> law)
    {
        // A fixed seed: the suite must say the same today and tomorrow.
        var replay = new Replay(new Rnd(20_240_229, 11), FSharpOption<int>.None);
        Config config = Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(FSharpOption<Replay>.Some(replay)).WithQuietOnSuccess(true);
        Check.One(config, Prop.ForAll(Arb.From(values, smaller), law));
    }

    /// <summary>All cells, as a theory's data.</summary>
    public static Xunit.TheoryData<LawCell> Cells => [.. All];

    private static Gen<Problem> Draw(LawCell cell, Limits limits) =>
        from stack in DrawStack(cell, limits)
        from steps in Gen.Elements(limits.Steps)
        from rows in Gen.Choose(limits.FewestRows, limits.MostRows)
        from withLengths in limits.Lengths ? Gen.Elements(true, true, false) : Gen.Constant(false)
        from lengths in Gen.Choose(0, steps).ArrayOf(rows)
        from dropout in limits.Dropout ? Gen.Elements(0f, 0.25f, 0.5f) : Gen.Constant(0f)
        from variational in Gen.Elements(true, false)
        from given in Gen.Elements(limits.Given)
        from scale in Gen.Elements(limits.Scales)
        from seed in Gen.Choose(1, 1_000_000)
        select new Problem(stack, steps, rows, seed)
        {
            Lengths = withLengths ? lengths : null,
            Dropout = dropout,
            Variational = dropout > 0f && variational,
            Given = given,
            Scale = scale,
        };

    private static Gen<TwinRecurrent> DrawStack(LawCell cell, Limits limits) =>
        from inputs in Gen.Choose(1, limits.MostInputs)
        from layers in Gen.Choose(1, limits.MostLayers)
        from hidden in Gen.Choose(limits.FewestUnits, limits.MostUnits).ArrayOf(layers)
        from way in limits.Bidirectional ? Gen.Elements("both", "both", "forward", "reverse") : Gen.Constant("forward")
        from merge in way == "both" ? Gen.Elements(Enum.GetValues<TwinMerge>()) : Gen.Constant(TwinMerge.Concat)
        from bias in Gen.Elements(Enum.GetValues<TwinBias>())
        from projection in cell == LawCell.LstmWithProjection ? Gen.Choose(1, limits.MostUnits) : Gen.Constant(0)
        from stack in GeneralCells.Draw(cell, new TwinRecurrent(Twin(cell), inputs, hidden)
        {
            Bidirectional = way == "both",
            IsReversed = way == "reverse",
            Merge = merge,
            Bias = bias,
            Projection = projection,
        })
        select stack;

    private static TwinCell Twin(LawCell cell) => cell switch
    {
        LawCell.Rnn or LawCell.GeneralRnn => TwinCell.ElmanTanh,
        LawCell.RnnRelu => TwinCell.ElmanRelu,
        LawCell.Gru or LawCell.GeneralGru => TwinCell.Gru,
        LawCell.GruResetBefore or LawCell.GeneralGruResetBefore => TwinCell.GruBefore,
        _ => TwinCell.Lstm,
    };

    private static IEnumerable<Problem> Smaller(Problem p)
    {
        if (p.Stack.Layers > 1)
        {
            yield return p with { Stack = p.Stack with { Hidden = p.Stack.Hidden[1..] } };
        }

        if (p.Stack.Bidirectional)
        {
            yield return p with { Stack = p.Stack with { Bidirectional = false, Merge = TwinMerge.Concat, ReverseActivations = null } };
        }

        if (p.Rows > 2)
        {
            yield return p with { Rows = p.Rows - 1, Lengths = p.Lengths?[1..] };
        }

        if (p.Steps > 1)
        {
            yield return p with { Steps = p.Steps - 1, Lengths = p.Lengths is null ? null : [.. p.Lengths.Select(n => Math.Min(n, p.Steps - 1))] };
        }

        if (p.Stack.Hidden[0] > 2)
        {
            yield return p with { Stack = p.Stack with { Hidden = [p.Stack.Hidden[0] / 2, .. p.Stack.Hidden[1..]] } };
        }
    }

    /// <summary>Plain layers in both directions, of sizes that the case chooses.</summary>
    public static TwinRecurrent PlainStack(LawCell cell, int inputs, int[] hidden)
    {
        TwinCell twin = cell switch
        {
            LawCell.Rnn => TwinCell.ElmanTanh,
            LawCell.RnnRelu => TwinCell.ElmanRelu,
            LawCell.Gru => TwinCell.Gru,
            LawCell.GruResetBefore => TwinCell.GruBefore,
            _ => TwinCell.Lstm,
        };
        return new(twin, inputs, hidden) { Bidirectional = true, Projection = cell == LawCell.LstmWithProjection ? 40 : 0 };
    }
}
