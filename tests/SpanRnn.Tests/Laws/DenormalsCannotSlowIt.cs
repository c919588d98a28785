using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Law 5: with nothing coming in, states and their gradients decay to exactly 0 and do not stay among the denormals.</summary>
public sealed class DenormalsCannotSlowIt
{
    private const int Units = 5, Rows = 2, Steps = 6000;
    private const float Decay = 0.95f; // per step: above 1/2, where rounding to nearest keeps a denormal alive for ever

    public static TheoryData<LawCell> Cells => Problems.Cells;

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_decaying_state_becomes_zero_and_is_never_denormal(LawCell cell) => EachWay(cell, (engine, _) =>
    {
        using RecurrentTape tape = engine.Plan(1, Rows);
        float[] x = new float[Rows], h = Ones(Rows * engine.HiddenStateSize), c = Ones(Rows * engine.CellStateSize);
        for (int step = 0; step < Steps; step++)
        {
            engine.Forward(tape, 1, Rows, [], x, h, c, [], h, c);
            Assert.DoesNotContain(h, value => value != 0f && MathF.Abs(value) < LaneMath.Tiny && engine.Options.ProjectionSize == 0);
            Assert.DoesNotContain(c, value => value != 0f && MathF.Abs(value) < LaneMath.Tiny);
            Assert.DoesNotContain(h, float.IsSubnormal);
        }

        Bits.AllZero("h", h);
        Bits.AllZero("c", c);
    });

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_decaying_gradient_becomes_zero_and_is_never_denormal(LawCell cell) => EachWay(cell, (engine, gradients) =>
    {
        using RecurrentTape tape = engine.Plan(1, Rows);
        float[] x = new float[Rows], h0 = new float[Rows * engine.HiddenStateSize];
        Array.Fill(h0, engine.Options.Cell == CellKind.RnnRelu ? 1f : 0f); // a rectifier passes gradients only while it is on
        float[] dh = Ones(h0.Length), dc = Ones(Rows * engine.CellStateSize);
        for (int step = 0; step < Steps; step++)
        {
            engine.Forward(tape, 1, Rows, [], x, h0, [], [], [], []);
            engine.Backward(tape, [], dh, dc, gradients, accumulate: false, [], dh, dc);
            Assert.DoesNotContain(dh, float.IsSubnormal);
            Assert.DoesNotContain(dc, float.IsSubnormal);
        }

        Bits.AllZero("dh", dh);
        Bits.AllZero("dc", dc);
    });

    /// <summary>The state that decays through the recurrent weights, and the one that decays through a gate.</summary>
    private static void EachWay(LawCell cell, Action<Recurrent, ParameterSet> law)
    {
        foreach (bool throughWeights in new[] { true, false })
        {
            using var engine = new Recurrent(new RecurrentOptions
            {
                Cell = KindOf(cell),
                InputSize = 1,
                HiddenSizes = [Units],
                ProjectionSize = cell == LawCell.LstmWithProjection ? Units : 0,
                Clip = GeneralCells.Is(cell) ? 100f : float.PositiveInfinity, // never reached, but the cell is the general one
            });
            Fill(engine, throughWeights);
            using ParameterSet gradients = engine.CreateGradients();
            law(engine, gradients);
        }
    }

    /// <summary>R = 0.95 times the identity with gates open, or R = 0 with the gate that keeps the state at 0.95.</summary>
    private static void Fill(Recurrent engine, bool throughWeights)
    {
        const float open = 30f, kept = 2.944439f; // sigmoid(2.944439) = 0.95
        ParameterSet weights = engine.Weights;
        (int candidate, float[] gates) = engine.Options.Cell switch
        {
            CellKind.Lstm => (2, throughWeights ? new[] { open, -open, 0f, open } : [-open, kept, 0f, open]), // i f g o
            CellKind.Gru or CellKind.GruResetBefore => (2, throughWeights ? [open, -open, 0f] : [open, kept, 0f]), // r z n
            _ => (0, [0f]),
        };
        for (int gate = 0; gate < gates.Length; gate++)
        {
            weights["bias_ih_l0"].Row(0).Slice(gate * Units, Units).Fill(gates[gate]);
        }

        for (int unit = 0; unit < Units; unit++)
        {
            weights["weight_hh_l0"][candidate * Units + unit, unit] = throughWeights || gates.Length == 1 ? Decay : 0f;
            if (engine.Options.ProjectionSize > 0)
            {
                weights["weight_hr_l0"][unit, unit] = 1f;
            }
        }

        engine.Pack();
    }

    private static float[] Ones(int count) => [.. Enumerable.Repeat(1f, count)];

    private static CellKind KindOf(LawCell cell) => cell switch
    {
        LawCell.Rnn or LawCell.GeneralRnn => CellKind.Rnn,
        LawCell.RnnRelu => CellKind.RnnRelu,
        LawCell.Gru or LawCell.GeneralGru => CellKind.Gru,
        LawCell.GruResetBefore or LawCell.GeneralGruResetBefore => CellKind.GruResetBefore,
        _ => CellKind.Lstm,
    };
}
