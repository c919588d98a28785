namespace SpanRnn.Interchange.PyTorch;

/// <summary>Some bytes of a stream, as a stream that ends where they do; for decompression, which reads on.</summary>
internal sealed class StreamPart(Stream stream, long start, long length) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        stream.Position = start + _read;
        int got = stream.Read(buffer[..(int)Math.Min(buffer.Length, length - _read)]);
        _read += got;
        return got;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
