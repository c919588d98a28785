namespace SpanRnn.Formats;

/// <summary>What the format calls each type, how long its elements are, and what it can be converted to.</summary>
internal static class SafetensorsTypes
{
    // In the order of the enumeration.
    private static readonly (string Name, int Size)[] Table =
    [
        ("BOOL", 1),
        ("U8", 1), ("I8", 1), ("U16", 2), ("I16", 2), ("U32", 4), ("I32", 4), ("U64", 8), ("I64", 8),
        ("F16", 2), ("BF16", 2), ("F32", 4), ("F64", 8),
        ("F8_E4M3", 1), ("F8_E5M2", 1), ("F8_E8M0", 1), ("C64", 8),
    ];

    public static string KnownNames => string.Join(", ", Table.Select(row => row.Name));

    public static bool IsKnown(this SafetensorsType type) => (uint)type < (uint)Table.Length;

    public static bool TryParse(string name, out SafetensorsType type)
    {
        // No lambda: it would allocate for every tensor of a file.
        for (int i = 0; i < Table.Length; i++)
        {
            if (Table[i].Name != name)
                continue;
            type = (SafetensorsType)i;
            return true;
        }
        type = default;
        return false;
    }

    public static string Name(this SafetensorsType type) => Table[(int)type].Name;

    /// <summary>Bytes per element.</summary>
    public static int Size(this SafetensorsType type) => Table[(int)type].Size;

    /// <summary>Whole numbers, truth values among them.</summary>
    public static bool IsWhole(this SafetensorsType type) => type <= SafetensorsType.I64;

    /// <summary>Whole numbers and the floats that every machine can widen.</summary>
    public static bool IsNumber(this SafetensorsType type) => type <= SafetensorsType.F64;

    /// <summary>Bytes in the smallest unit whose byte order matters: a complex number is two of them.</summary>
    public static int Word(this SafetensorsType type) => type == SafetensorsType.C64 ? 4 : type.Size();
}
