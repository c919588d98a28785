using SpanRnn.Layers;

namespace SpanRnn.Interchange.Readers;

/// <summary>What a wrong number of gates most likely means.</summary>
internal static class GateCause
{
    /// <summary>Gates of that cell.</summary>
    public static int GatesOf(CellKind cell) => cell switch
    {
        CellKind.Lstm => 4,
        CellKind.Gru or CellKind.GruResetBefore => 3,
        _ => 1,
    };

    /// <summary>A guess from the rows found, or null.</summary>
    public static string? Of(int rows, int units) => (units > 0 && rows % units == 0 ? rows / units : 0) switch
    {
        1 => "one gate: a simple RNN's",
        3 => "three gates: a GRU's",
        4 => "four gates: an LSTM's",
        _ => null,
    };
}
