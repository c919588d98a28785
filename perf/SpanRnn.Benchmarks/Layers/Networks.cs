using SpanRnn.Layers;

namespace SpanRnn.Benchmarks.Layers;

/// <summary>Layers with weights from a seed.</summary>
internal static class Networks
{
    public static Recurrent Of(CellKind cell, int inputs, int units, int layers = 1, bool bidirectional = false)
    {
        var network = new Recurrent(new RecurrentOptions
        {
            Cell = cell,
            InputSize = inputs,
            HiddenSizes = RecurrentOptions.Sizes(units, layers),
            Bidirectional = bidirectional,
        });
        network.Initialize(1);
        return network;
    }

    /// <summary>Two numbers in a text like 128x256.</summary>
    public static (int First, int Second) Sizes(string text)
    {
        string[] sizes = text.Split('x');
        return (int.Parse(sizes[0]), int.Parse(sizes[1]));
    }
}
