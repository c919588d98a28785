using SpanRnn.Formats;

namespace SpanRnn.Interchange.Readers;

/// <summary>Which layer follows which: arrays alone do not say it.</summary>
/// <remarks>
/// The caller's order is taken, else the file's if sizes fit, else embeddings before recurrent layers before dense ones, each by the numbers
/// at the end of their names (safetensors sorts names, so lstm_10 would come before lstm_2).
/// </remarks>
internal static class KerasLayerOrder
{
    /// <exception cref="ModelFileException">In neither order the sizes fit, or the caller's names are not the file's.</exception>
    public static List<KerasLayerArrays> Of(string file, List<KerasLayerArrays> layers, ImportOptions options)
    {
        if (options.LayerOrder is { } order)
        {
            if (order.Count != layers.Count || order.Any(name => layers.Count(layer => layer.Name == name) != 1))
            {
                throw new ModelFileException(file, $"LayerOrder: expected each of {Names(layers)} once, found {string.Join(", ", order)}.");
            }

            return [.. order.Select(name => layers.Single(layer => layer.Name == name))];
        }

        List<KerasLayerArrays> usual = [.. layers.OrderBy(layer => layer.Rank).ThenBy(layer => Number(layer.Name)).ThenBy(layer => layer.Name, StringComparer.Ordinal)];
        return Fits(layers) ? layers
            : Fits(usual) ? usual
            : throw new ModelFileException(file, $"the sizes of {Names(layers)} do not fit each other in the file's order; name the order in LayerOrder.");
    }

    private static bool Fits(List<KerasLayerArrays> layers)
    {
        for (int i = 0; i < layers.Count; i++)
        {
            if (i > 0 && (layers[i].Rank == 0 || layers[i].InputSize != layers[i - 1].OutputSize))
            {
                return false;
            }
        }

        return true;
    }

    private static string Names(List<KerasLayerArrays> layers) =>
        string.Join(", ", layers.Select(layer => $"{ModelFileException.Quote(layer.Name)} ({layer.InputSize} to {layer.OutputSize})"));

    /// <summary>3 of lstm_3; 0 of lstm.</summary>
    private static int Number(string name)
    {
        int at = name.LastIndexOf('_');
        return at >= 0 && int.TryParse(name.AsSpan(at + 1), out int number) ? number : 0;
    }
}
