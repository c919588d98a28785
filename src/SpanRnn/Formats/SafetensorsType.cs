namespace SpanRnn.Formats;

/// <summary>The element types of a safetensors file, all little-endian.</summary>
public enum SafetensorsType
{
    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>Unsigned, 8 bits.</summary>
    U8,

    /// <summary>Signed, 8 bits.</summary>
    I8,

    /// <summary>Unsigned, 16 bits.</summary>
    U16,

    /// <summary>Signed, 16 bits.</summary>
    I16,

    /// <summary>Unsigned, 32 bits.</summary>
    U32,

    /// <summary>Signed, 32 bits.</summary>
    I32,

    /// <summary>Unsigned, 64 bits.</summary>
    U64,

    /// <summary>Signed, 64 bits.</summary>
    I64,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>The upper half of an IEEE 754 binary32.</summary>
    BF16,

    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>IEEE 754 binary64.</summary>
    F64,

    /// <summary>8-bit float, 4 exponent bits; its bytes can be read, it is not converted.</summary>
    F8E4M3,

    /// <summary>8-bit float, 5 exponent bits; its bytes can be read, it is not converted.</summary>
    F8E5M2,

    /// <summary>8-bit power of two; its bytes can be read, it is not converted.</summary>
    F8E8M0,

    /// <summary>Complex, two binary32; its bytes can be read, it is not converted.</summary>
    C64,
}
