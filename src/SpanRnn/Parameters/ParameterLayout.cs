using SpanRnn.Kernels;

namespace SpanRnn.Parameters;

/// <summary>The names, shapes and places of a model's tensors in one arena, laid out before any memory is taken.</summary>
/// <remarks>Weights, gradients and optimizer moments are arenas of the same layout.</remarks>
public sealed class ParameterLayout
{
    private readonly List<ParameterInfo> _tensors = [];
    private readonly Dictionary<string, int> _byName = [];

    /// <summary>The tensors in the order they were declared.</summary>
    public IReadOnlyList<ParameterInfo> Tensors => _tensors;

    /// <summary>Floats of an arena of this layout, padding included.</summary>
    public int Length { get; private set; }

    /// <summary>Numbers of all tensors, padding not counted.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            foreach (ParameterInfo tensor in _tensors)
            {
                count += tensor.Count;
            }

            return count;
        }
    }

    /// <summary>The index of the tensor of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is no tensor of that name.</exception>
    public int IndexOf(string name) => _byName.TryGetValue(name, out int index)
        ? index
        : throw new KeyNotFoundException($"There is no tensor \"{name}\" among {string.Join(", ", _byName.Keys)}.");

    /// <summary>Whether there is a tensor of that name, and its index.</summary>
    public bool TryIndexOf(string name, out int index) => _byName.TryGetValue(name, out index);

    internal int AddMatrix(string name, int rows, int columns) => Add(name, rows, columns, isVector: false);

    internal int AddVector(string name, int length) => Add(name, 1, length, isVector: true);

    private int Add(string name, int rows, int columns, bool isVector)
    {
        int stride = Block.Pad(columns); // rows in whole blocks: kernels meet no tails
        long end = Length + (long)rows * stride;
        if (end > int.MaxValue / 2)
        {
            throw new ArgumentException($"{name} [{rows}, {columns}]: the model would need {end:N0} floats; {int.MaxValue / 2:N0} is the most.");
        }

        _byName.Add(name, _tensors.Count);
        _tensors.Add(new ParameterInfo(name, rows, columns, isVector, Length, stride));
        Length = (int)end;
        return _tensors.Count - 1;
    }
}
