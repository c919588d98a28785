namespace SpanRnn.Formats;

/// <summary>The rule that tensors cover the data exactly: no hole, no overlap, nothing left over.</summary>
internal static class SafetensorsLayout
{
    /// <summary>Returns the tensors in the order of their bytes, or refuses the file.</summary>
    public static TensorInfo[] Order(string file, IEnumerable<TensorInfo> tensors, long available)
    {
        // An empty tensor begins where its neighbour does and goes first; otherwise it would look like an overlap.
        TensorInfo[] ordered = [.. tensors.OrderBy(tensor => tensor.Begin).ThenBy(tensor => tensor.ByteLength)];
        long end = 0;
        foreach (TensorInfo tensor in ordered)
        {
            if (tensor.Begin != end)
            {
                string fault = tensor.Begin > end ? $"a hole of {tensor.Begin - end} bytes" : "an overlap";
                throw new ModelFileException(file, $"tensor {tensor} begins at {tensor.Begin}, the one before it ends at {end}: {fault}.");
            }
            end = tensor.End;
        }
        if (end != available)
        {
            string fault = end > available ? "the file was cut short" : $"{available - end} bytes are left over";
            throw new ModelFileException(file, $"the tensors need {end} bytes of data, found {available}: {fault}.");
        }
        return ordered;
    }
}
