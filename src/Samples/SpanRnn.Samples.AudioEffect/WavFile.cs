using System.Buffers.Binary;

namespace SpanRnn.Samples.AudioEffect;

/// <summary>A sound as a WAV file holds it: 1 or 2 channels of equally many samples, -1 to 1 at full scale.</summary>
/// <param name="Rate">Samples per second.</param>
/// <param name="Channels">A row of samples for each.</param>
/// <param name="Encoding">How it was or will be written.</param>
internal sealed record WavFile(int Rate, float[][] Channels, WavEncoding Encoding)
{
    /// <summary>Samples of a channel.</summary>
    public int Length => Channels[0].Length;

    /// <summary>How long it lasts.</summary>
    public double Seconds => (double)Length / Rate;

    /// <summary>The largest magnitude.</summary>
    public float Peak => Channels.Max(channel => channel.Length == 0 ? 0f : channel.Max(Math.Abs));

    private int BytesPerSample => Encoding switch { WavEncoding.Pcm16 => 2, WavEncoding.Pcm24 => 3, _ => 4 };

    /// <summary>Reads a file.</summary>
    /// <exception cref="SampleException">It is no WAV file, is cut off, or is encoded otherwise.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static WavFile Read(string path) => WavReader.Read(path, File.ReadAllBytes(path));

    /// <summary>How many samples lie beyond what whole numbers can hold.</summary>
    public int CountClipped() => Encoding == WavEncoding.Float32 ? 0 : Channels.Sum(channel => channel.Count(x => x is > 1f or < -1f));

    /// <summary>Writes it whole: on any failure an old file stays as it was. What lies beyond full scale is cut off in whole numbers.</summary>
    /// <exception cref="SampleException">It is too long for the format.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string path)
    {
        byte[] bytes = Encode(path);
        string part = $"{path}.{Environment.ProcessId}.part";
        try
        {
            File.WriteAllBytes(part, bytes);
            File.Move(part, path, overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private byte[] Encode(string path)
    {
        bool isFloat = Encoding == WavEncoding.Float32;
        int frame = Channels.Length * BytesPerSample;
        long data = (long)Length * frame;
        int format = isFloat ? 18 : 16, header = 12 + 8 + format + (isFloat ? 12 : 0) + 8;
        if (header + data + 1 > Array.MaxLength)
        {
            throw new SampleException($"{path}: expected at most {Array.MaxLength} bytes, found {header + data}.");
        }

        byte[] bytes = new byte[header + (int)data + (int)(data & 1)]; // chunks begin at even places
        Span<byte> rest = bytes;
        rest = Put(Put(Put(rest, "RIFF"u8), bytes.Length - 8), "WAVE"u8);
        rest = Put(Put(rest, "fmt "u8), format);
        rest = PutShort(PutShort(rest, isFloat ? 3 : 1), Channels.Length);
        rest = Put(Put(rest, Rate), Rate * frame);
        rest = PutShort(PutShort(rest, frame), 8 * BytesPerSample);
        if (isFloat)
        {
            rest = Put(Put(Put(PutShort(rest, 0), "fact"u8), 4), Length); // no extension; what is not PCM says how many frames there are
        }

        rest = Put(Put(rest, "data"u8), (int)data);
        for (int i = 0; i < Length; i++)
        {
            foreach (float[] channel in Channels)
            {
                rest = PutSample(rest, channel[i]);
            }
        }

        return bytes;
    }

    private Span<byte> PutSample(Span<byte> to, float x)
    {
        switch (Encoding)
        {
            case WavEncoding.Pcm16: return PutShort(to, Whole(x, 15));
            case WavEncoding.Pcm24:
                int value = Whole(x, 23);
                (to[0], to[1], to[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
                return to[3..];
            case WavEncoding.Pcm32: return Put(to, Whole(x, 31));
            default: return Put(to, BitConverter.SingleToInt32Bits(x));
        }

        static int Whole(float x, int bits)
        {
            double full = 1L << bits;
            return (int)Math.Clamp(Math.Round(x * full), -full, full - 1);
        }
    }

    private static Span<byte> Put(Span<byte> to, ReadOnlySpan<byte> text)
    {
        text.CopyTo(to);
        return to[text.Length..];
    }

    private static Span<byte> Put(Span<byte> to, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, value);
        return to[4..];
    }

    private static Span<byte> PutShort(Span<byte> to, int value)
    {
        BinaryPrimitives.WriteInt16LittleEndian(to, (short)value);
        return to[2..];
    }
}
