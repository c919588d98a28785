using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace SpanRnn.Streaming;

/// <summary>A session's state as bytes: "SRS1", the numbers of hidden and of cell states, then the states, all little-endian.</summary>
internal static class StreamSnapshot
{
    private const uint Mark = 0x31535253; // SRS1
    private const int Header = 3 * sizeof(int);

    public static int SizeOf(StreamState state) => Header + (state.HiddenSize + state.CellSize) * sizeof(float);

    public static void Write(StreamState state, Span<byte> snapshot)
    {
        CheckLength(state, snapshot.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(snapshot, Mark);
        BinaryPrimitives.WriteInt32LittleEndian(snapshot[4..], state.HiddenSize);
        BinaryPrimitives.WriteInt32LittleEndian(snapshot[8..], state.CellSize);
        Span<float> values = MemoryMarshal.Cast<byte, float>(snapshot[Header..]);
        state.Copy(values[..state.HiddenSize], values[state.HiddenSize..], write: false);
        Swap(values);
    }

    public static void Read(StreamState state, ReadOnlySpan<byte> snapshot)
    {
        CheckLength(state, snapshot.Length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(snapshot) != Mark)
        {
            throw new ArgumentException("snapshot: expected to begin with \"SRS1\", found other bytes: no session wrote it.");
        }

        int hidden = BinaryPrimitives.ReadInt32LittleEndian(snapshot[4..]), cell = BinaryPrimitives.ReadInt32LittleEndian(snapshot[8..]);
        if (hidden != state.HiddenSize || cell != state.CellSize)
        {
            throw new ArgumentException(
                $"snapshot: expected {state.HiddenSize} hidden and {state.CellSize} cell states, found {hidden} and {cell}: those of other layers.");
        }

        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(snapshot[Header..]);
        if (!BitConverter.IsLittleEndian)
        {
            Span<float> own = values.ToArray();
            Swap(own);
            values = own;
        }

        Span<float> states = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(values), values.Length);
        state.Copy(states[..hidden], states[hidden..], write: true);
    }

    private static void CheckLength(StreamState state, int found)
    {
        if (found != SizeOf(state))
        {
            throw new ArgumentException($"snapshot: expected {SizeOf(state)} bytes, found {found}.");
        }
    }

    private static void Swap(Span<float> values)
    {
        if (!BitConverter.IsLittleEndian)
        {
            Span<int> bits = MemoryMarshal.Cast<float, int>(values);
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }
    }
}
