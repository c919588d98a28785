namespace SpanRnn.Interchange.Readers;

/// <summary>What a file's first bytes say.</summary>
internal enum FileKind
{
    /// <summary>None of the others: ONNX's protobuf has no mark, nor has torch's format before 1.6.</summary>
    Other,

    /// <summary>PK: torch.save, npz, .keras.</summary>
    Zip,

    /// <summary>An opening brace after white space.</summary>
    Json,

    /// <summary>An opening brace after a plausible length.</summary>
    Safetensors,
}
