using SpanRnn.Layers;
using SpanRnn.Streaming;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// Neither long silence nor extreme input leaves a stream with denormals, which would slow every later step, or with what is not finite, which
/// would never leave it again.
/// </summary>
public sealed class StreamsSurviveSilence
{
    private const int Units = 5, Silence = 20_000;
    private static readonly float[] Extremes = [1e30f, -1e30f, 1e-40f, float.Epsilon];

    public static TheoryData<CellKind, WeightFormat> Cases => CasesOf(Enum.GetValues<CellKind>());

    /// <summary>A ReLU has no bound: what is large stays as large as its weights let it.</summary>
    public static TheoryData<CellKind, WeightFormat> Bounded => CasesOf([.. Enum.GetValues<CellKind>().Where(cell => cell != CellKind.RnnRelu)]);

    /// <summary>Without biases every state decays towards zero.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_state_decays_without_denormals(CellKind cell, WeightFormat format)
    {
        using RecurrentSession session = Session(cell, format, BiasKind.None, 0.9f);
        session.Step([1f, -1f], []);
        for (int step = 0; step < Silence; step++)
        {
            session.Step([0f, 0f], []);
            Check(session, $"step {step}");
        }
    }

    [Theory]
    [MemberData(nameof(Bounded))]
    public void Extreme_input_is_survived(CellKind cell, WeightFormat format)
    {
        using RecurrentSession session = Session(cell, format, BiasKind.Single, 0.5f);
        foreach (float extreme in Extremes)
        {
            session.Step([extreme, extreme], []);
            Check(session, $"{extreme}");
            session.Step([extreme, -extreme], []);
            Check(session, $"{extreme} and {-extreme}");
            for (int step = 0; step < 2_000; step++)
            {
                session.Step([0f, 0f], []);
                Check(session, $"step {step} after {extreme}");
            }
        }
    }

    private static TheoryData<CellKind, WeightFormat> CasesOf(CellKind[] cells)
    {
        var cases = new TheoryData<CellKind, WeightFormat>();
        foreach (CellKind cell in cells)
        {
            foreach (WeightFormat format in Enum.GetValues<WeightFormat>())
            {
                cases.Add(cell, format);
            }
        }

        return cases;
    }

    private static RecurrentSession Session(CellKind cell, WeightFormat format, BiasKind bias, float scale)
    {
        using var layers = new Recurrent(new RecurrentOptions { Cell = cell, InputSize = 2, HiddenSizes = [Units, Units], Bias = bias });
        layers.Initialize(3);
        foreach (ref float weight in layers.Weights.All)
        {
            weight *= scale;
        }

        return layers.Freeze(format).CreateSession();
    }

    private static void Check(RecurrentSession session, string when)
    {
        Span<float> hidden = stackalloc float[2 * Units], cell = stackalloc float[2 * Units];
        cell = cell[..session.CellStateSize];
        session.CopyStateTo(hidden, cell);
        Check(hidden, when);
        Check(cell, when);
    }

    private static void Check(ReadOnlySpan<float> states, string when)
    {
        foreach (float state in states)
        {
            if (float.IsSubnormal(state) || !float.IsFinite(state))
            {
                Assert.Fail($"{when}: expected a finite state, and no denormal one, found {state}.");
            }
        }
    }
}
