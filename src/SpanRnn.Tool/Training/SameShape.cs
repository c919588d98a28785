using SpanRnn.Parameters;

namespace SpanRnn.Tool.Training;

/// <summary>Weights from one model to another of the same tensors.</summary>
internal static class SameShape
{
    /// <summary>Copies all; who owns <paramref name="to"/> packs.</summary>
    /// <param name="path">The file that <paramref name="from"/> was read from, for messages.</param>
    /// <param name="from">Read.</param>
    /// <param name="to">Written.</param>
    /// <exception cref="IOException">The tensors differ in names, shapes or order; nothing was written.</exception>
    public static void Copy(string path, ParameterSet from, ParameterSet to)
    {
        if (!from.Layout.Tensors.Select(Shape).SequenceEqual(to.Layout.Tensors.Select(Shape)))
        {
            throw new IOException($"{path}: is of a model of another shape: expected {Shapes(to.Layout)}, found {Shapes(from.Layout)}.");
        }

        for (int i = 0; i < to.Layout.Tensors.Count; i++)
        {
            var numbers = new float[to.Layout.Tensors[i].Count];
            from[i].CopyTo(numbers);
            to[i].CopyFrom(numbers);
        }
    }

    private static string Shape(ParameterInfo tensor) => $"{tensor.Name} [{tensor.Rows}, {tensor.Columns}]";

    private static string Shapes(ParameterLayout layout) => string.Join(", ", layout.Tensors.Select(Shape));
}
