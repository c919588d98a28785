using SpanRnn.Formats;

namespace SpanRnn.Interchange.PyTorch;

/// <summary>An element type of PyTorch: its storage class, its dtype, and what we call it.</summary>
/// <param name="Storage">The class in <c>torch</c> that storages of it have; null for types that only have a dtype.</param>
/// <param name="DType">The dtype in <c>torch</c>.</param>
/// <param name="Type">The type as safetensors call it.</param>
internal sealed record TorchType(string? Storage, string DType, SafetensorsType Type)
{
    private static readonly TorchType[] All =
    [
        new("FloatStorage", "float32", SafetensorsType.F32), new("DoubleStorage", "float64", SafetensorsType.F64),
        new("HalfStorage", "float16", SafetensorsType.F16), new("BFloat16Storage", "bfloat16", SafetensorsType.BF16),
        new("LongStorage", "int64", SafetensorsType.I64), new("IntStorage", "int32", SafetensorsType.I32),
        new("ShortStorage", "int16", SafetensorsType.I16), new("CharStorage", "int8", SafetensorsType.I8),
        new("ByteStorage", "uint8", SafetensorsType.U8), new("BoolStorage", "bool", SafetensorsType.Bool),
        new("ComplexFloatStorage", "complex64", SafetensorsType.C64),
        new(null, "uint16", SafetensorsType.U16), new(null, "uint32", SafetensorsType.U32), new(null, "uint64", SafetensorsType.U64),
        new(null, "float8_e4m3fn", SafetensorsType.F8E4M3), new(null, "float8_e5m2", SafetensorsType.F8E5M2),
        new(null, "float8_e8m0fnu", SafetensorsType.F8E8M0),
    ];

    /// <summary>The type whose storages are of that class in <c>torch</c>.</summary>
    public static TorchType? OfStorage(string name) => Array.Find(All, type => type.Storage == name);

    /// <summary>The type of that name in <c>torch</c>.</summary>
    public static TorchType? OfDType(string name) => Array.Find(All, type => type.DType == name);
}
