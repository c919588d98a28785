namespace SpanRnn.Tests.Support;

/// <summary>How large the problems of a law may be.</summary>
internal sealed record Limits
{
    /// <summary>For laws about the engine alone: past a block of 16 units, past a tile's rows.</summary>
    public static Limits Engine { get; } = new();

    /// <summary>For laws about sessions: one direction, no lengths, and units past four blocks.</summary>
    public static Limits Streams { get; } = new()
    {
        MostRows = 1,
        MostInputs = 40,
        MostUnits = 70,
        Bidirectional = false,
        Lengths = false,
    };

    /// <summary>For laws that ask the scalar twin for derivatives: every evaluation runs it.</summary>
    public static Limits Twin { get; } = new()
    {
        Steps = [1, 2, 3, 6],
        FewestRows = 2,
        MostRows = 3,
        MostInputs = 3,
        FewestUnits = 2,
        MostUnits = 4,
        Scales = [0.5],
    };

    public int[] Steps { get; init; } = [1, 2, 3, 5, 9];

    public int FewestRows { get; init; } = 1;

    public int MostRows { get; init; } = 9;

    public int MostInputs { get; init; } = 20;

    public int FewestUnits { get; init; } = 1;

    public int MostUnits { get; init; } = 37;

    public int MostLayers { get; init; } = 3;

    public bool Bidirectional { get; init; } = true;

    public bool Lengths { get; init; } = true;

    public bool Dropout { get; init; }

    /// <summary>See <see cref="Problem.Given"/>.</summary>
    public int[] Given { get; init; } = [7, 7, 3, 5, 6, 2, 4];

    public double[] Scales { get; init; } = [0.2, 0.5, 1];
}
