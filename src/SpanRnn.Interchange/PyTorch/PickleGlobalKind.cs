namespace SpanRnn.Interchange.PyTorch;

/// <summary>What a name in a checkpoint stands for.</summary>
internal enum PickleGlobalKind
{
    /// <summary>collections.OrderedDict.</summary>
    Dictionary,

    /// <summary>A view of a storage that knows its type.</summary>
    Tensor,

    /// <summary>A view of bytes, with its type.</summary>
    TypedTensor,

    /// <summary>A tensor that is trained.</summary>
    Parameter,

    /// <summary>A shape.</summary>
    Size,

    /// <summary>A class of storages.</summary>
    Storage,

    /// <summary>An element type.</summary>
    DType,
}
