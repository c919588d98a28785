using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace SpanRnn.Formats;

/// <summary>Turns the bytes of elements into numbers of this machine.</summary>
internal static class Elements
{
    /// <summary>
    /// Converts each element: exact where the destination can hold the value, otherwise rounded to the nearest; truth
    /// values become 0 and 1. <paramref name="bytes"/> are little-endian on entry and are overwritten on other machines.
    /// </summary>
    /// <exception cref="OverflowException">An unsigned value is too large for a signed destination.</exception>
    public static void Convert<TTo>(SafetensorsType type, Span<byte> bytes, Span<TTo> to) where TTo : unmanaged, INumberBase<TTo>
    {
        SwapOnBigEndian(bytes, type.Word());
        switch (type)
        {
            case SafetensorsType.Bool: Truths(bytes, to); break;
            case SafetensorsType.U8: Numbers<byte, TTo>(bytes, to); break;
            case SafetensorsType.I8: Numbers<sbyte, TTo>(bytes, to); break;
            case SafetensorsType.U16: Numbers<ushort, TTo>(bytes, to); break;
            case SafetensorsType.I16: Numbers<short, TTo>(bytes, to); break;
            case SafetensorsType.U32: Numbers<uint, TTo>(bytes, to); break;
            case SafetensorsType.I32: Numbers<int, TTo>(bytes, to); break;
            case SafetensorsType.U64: Numbers<ulong, TTo>(bytes, to); break;
            case SafetensorsType.I64: Numbers<long, TTo>(bytes, to); break;
            case SafetensorsType.F16: Numbers<Half, TTo>(bytes, to); break;
            case SafetensorsType.BF16: BrainFloats(bytes, to); break;
            case SafetensorsType.F32: Numbers<float, TTo>(bytes, to); break;
            case SafetensorsType.F64: Numbers<double, TTo>(bytes, to); break;
            default: throw new InvalidOperationException($"{type} is not converted; the caller checks this.");
        }
    }

    /// <summary>Reverses each word on a big-endian machine, in place; on all others the file's bytes are the machine's.</summary>
    public static void SwapOnBigEndian(Span<byte> bytes, int word)
    {
        if (!BitConverter.IsLittleEndian)
            Swap(bytes, word);
    }

    internal static void Swap(Span<byte> bytes, int word)
    {
        switch (word)
        {
            case 2: Span<ushort> two = MemoryMarshal.Cast<byte, ushort>(bytes); BinaryPrimitives.ReverseEndianness(two, two); break;
            case 4: Span<uint> four = MemoryMarshal.Cast<byte, uint>(bytes); BinaryPrimitives.ReverseEndianness(four, four); break;
            case 8: Span<ulong> eight = MemoryMarshal.Cast<byte, ulong>(bytes); BinaryPrimitives.ReverseEndianness(eight, eight); break;
        }
    }

    private static void Numbers<TFrom, TTo>(ReadOnlySpan<byte> bytes, Span<TTo> to)
        where TFrom : unmanaged, INumberBase<TFrom>
        where TTo : unmanaged, INumberBase<TTo>
    {
        if (typeof(TFrom) == typeof(TTo))
        {
            // Also keeps every bit of a NaN.
            bytes.CopyTo(MemoryMarshal.AsBytes(to));
            return;
        }
        ReadOnlySpan<TFrom> from = MemoryMarshal.Cast<byte, TFrom>(bytes);
        for (int i = 0; i < from.Length; i++)
            to[i] = TTo.CreateChecked(from[i]);
    }

    private static void Truths<TTo>(ReadOnlySpan<byte> bytes, Span<TTo> to) where TTo : INumberBase<TTo>
    {
        for (int i = 0; i < bytes.Length; i++)
            to[i] = bytes[i] == 0 ? TTo.Zero : TTo.One;
    }

    private static void BrainFloats<TTo>(ReadOnlySpan<byte> bytes, Span<TTo> to) where TTo : INumberBase<TTo>
    {
        ReadOnlySpan<ushort> from = MemoryMarshal.Cast<byte, ushort>(bytes);
        for (int i = 0; i < from.Length; i++)
            to[i] = TTo.CreateChecked(BitConverter.UInt32BitsToSingle((uint)from[i] << 16));
    }
}
