using SpanRnn.Layers;

namespace SpanRnn.Tool.Training;

/// <summary>What the command line calls the cells, and what tables call them.</summary>
internal static class CellNames
{
    private static readonly (string Id, string Name, CellKind Kind)[] All =
    [
        ("rnn", "RNN (tanh)", CellKind.Rnn),
        ("rnn-relu", "RNN (ReLU)", CellKind.RnnRelu),
        ("lstm", "LSTM", CellKind.Lstm),
        ("gru", "GRU", CellKind.Gru),
        ("gru-before", "GRU (reset before)", CellKind.GruResetBefore),
    ];

    /// <summary>The names to choose from.</summary>
    public static string Choices { get; } = string.Join(", ", All.Select(cell => cell.Id));

    public static bool TryParse(string id, out CellKind kind)
    {
        (string Id, string Name, CellKind Kind) found = Array.Find(All, cell => cell.Id == id);
        kind = found.Kind;
        return found.Id is not null;
    }

    public static string IdOf(CellKind kind) => Array.Find(All, cell => cell.Kind == kind).Id;

    public static string NameOf(CellKind kind) => Array.Find(All, cell => cell.Kind == kind).Name;
}
