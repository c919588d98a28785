namespace SpanRnn.Memory;

/// <summary>Lays out the parts of one slab before it is rented: each part starts on a 64-byte boundary.</summary>
internal sealed class ArenaPlan
{
    private const int FloatsPerLine = Slab.Alignment / sizeof(float);

    private long _length;

    /// <summary>Reserves a part; returns where it will start.</summary>
    public int Add(long length)
    {
        long start = _length;
        _length += (length + FloatsPerLine - 1) / FloatsPerLine * FloatsPerLine;
        return start <= int.MaxValue ? (int)start : throw new OutOfMemoryException($"A plan of {_length:N0} floats is too large.");
    }

    /// <summary>Takes the memory, zeroed.</summary>
    public Slab Rent() => Slab.Rent(_length);
}
