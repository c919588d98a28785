namespace SpanRnn.Interchange.PyTorch;

/// <summary>One of the few names that a checkpoint may speak of.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Name">Its full name, for messages.</param>
/// <param name="Type">The element type of a storage class, or a dtype; null for bytes.</param>
internal sealed record PickleGlobal(PickleGlobalKind Kind, string Name, TorchType? Type = null)
{
    /// <summary>The name's meaning, or null: then it is refused. Nothing is ever looked up in a program.</summary>
    public static PickleGlobal? Of(string module, string name)
    {
        string full = $"{module}.{name}";
        return (module, name) switch
        {
            ("collections", "OrderedDict") => new(PickleGlobalKind.Dictionary, full),
            ("torch._utils", "_rebuild_tensor" or "_rebuild_tensor_v2") => new(PickleGlobalKind.Tensor, full),
            ("torch._utils", "_rebuild_tensor_v3") => new(PickleGlobalKind.TypedTensor, full),
            ("torch._utils", "_rebuild_parameter") or ("torch.nn.parameter", "Parameter") => new(PickleGlobalKind.Parameter, full),
            ("torch", "Size") => new(PickleGlobalKind.Size, full),
            ("torch" or "torch.storage", "UntypedStorage") => new(PickleGlobalKind.Storage, full),
            ("torch", _) when TorchType.OfStorage(name) is { } type => new(PickleGlobalKind.Storage, full, type),
            ("torch", _) when TorchType.OfDType(name) is { } type => new(PickleGlobalKind.DType, full, type),
            _ => null,
        };
    }
}
