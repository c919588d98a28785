using System.Buffers.Binary;
using System.Text;

namespace SpanRnn.Samples.AudioEffect;

/// <summary>Reads WAV: RIFF chunks in any order, of which it needs <c>fmt </c> and <c>data</c>.</summary>
internal sealed class WavReader
{
    private const int Pcm = 1, Float = 3, Extensible = 0xFFFE;

    private readonly string _path;
    private byte[]? _format, _data;

    private WavReader(string path) => _path = path;

    /// <param name="path">For messages.</param>
    /// <param name="bytes">The whole file.</param>
    /// <exception cref="SampleException">It is no WAV file, is cut off, or is encoded otherwise.</exception>
    public static WavFile Read(string path, ReadOnlySpan<byte> bytes)
    {
        var reader = new WavReader(path);
        reader.FindChunks(bytes);
        byte[] form = reader._format ?? throw reader.Refuse("expected a chunk 'fmt ', found none");
        return reader.Decode(form, reader._data ?? throw reader.Refuse("expected a chunk 'data', found none"));
    }

    private void FindChunks(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12 || !bytes[..4].SequenceEqual("RIFF"u8) || !bytes[8..12].SequenceEqual("WAVE"u8))
        {
            string found = bytes.Length < 12 ? $"{bytes.Length} bytes" : $"'{Name(bytes[..4])}' and '{Name(bytes[8..12])}'";
            throw Refuse($"expected a WAV file, which begins with 'RIFF', its length and 'WAVE', found {found}");
        }

        int at = 12;
        while (at + 8 <= bytes.Length)
        {
            ReadOnlySpan<byte> name = bytes.Slice(at, 4);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            bool isFormat = name.SequenceEqual("fmt "u8), isData = name.SequenceEqual("data"u8);
            at += 8;
            if (size > bytes.Length - at)
            {
                throw Refuse($"is cut off: chunk '{Name(name)}': expected {size} bytes, found {bytes.Length - at}");
            }

            if ((isFormat ? _format : isData ? _data : null) is not null)
            {
                throw Refuse($"expected one chunk '{Name(name)}', found another");
            }

            if (isFormat)
            {
                _format = bytes.Slice(at, (int)size).ToArray();
            }
            else if (isData)
            {
                _data = bytes.Slice(at, (int)size).ToArray();
            }

            at = (int)Math.Min(bytes.Length, at + size + (size & 1)); // chunks begin at even places
        }

    }

    private WavFile Decode(ReadOnlySpan<byte> form, ReadOnlySpan<byte> data)
    {
        if (form.Length < 16)
        {
            throw Refuse($"chunk 'fmt ': expected at least 16 bytes, found {form.Length}");
        }

        int format = Short(form, 0), channels = Short(form, 2), frame = Short(form, 12), bits = Short(form, 14);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(form[4..]);
        if (format == Extensible)
        {
            if (form.Length < 40)
            {
                throw Refuse($"chunk 'fmt ', extensible: expected 40 bytes, found {form.Length}");
            }

            format = Short(form, 24); // the first part of a GUID whose others are the same for all formats
        }

        WavEncoding encoding = (format, bits) switch
        {
            (Pcm, 16) => WavEncoding.Pcm16,
            (Pcm, 24) => WavEncoding.Pcm24,
            (Pcm, 32) => WavEncoding.Pcm32,
            (Float, 32) => WavEncoding.Float32,
            _ => throw Refuse($"expected PCM of 16, 24 or 32 bits or float of 32, found {FormatName(format)} of {bits} bits"),
        };
        if (channels is not (1 or 2))
        {
            throw Refuse($"expected 1 or 2 channels, found {channels}");
        }

        if (rate is 0 or > 1_000_000)
        {
            throw Refuse($"expected a rate from 1 to 1000000 Hz, found {rate}");
        }

        if (frame != channels * bits / 8 || data.Length % frame != 0)
        {
            throw Refuse($"expected whole frames of {channels * bits / 8} bytes, found {data.Length} bytes in frames of {frame}");
        }

        var samples = new float[channels][];
        for (int c = 0; c < channels; c++)
        {
            samples[c] = Channel(data, encoding, c * bits / 8, frame);
        }

        return new WavFile((int)rate, samples, encoding);
    }

    private float[] Channel(ReadOnlySpan<byte> data, WavEncoding encoding, int offset, int frame)
    {
        float[] samples = new float[data.Length / frame];
        for (int i = 0; i < samples.Length; i++)
        {
            ReadOnlySpan<byte> at = data[(i * frame + offset)..];
            samples[i] = encoding switch
            {
                WavEncoding.Pcm16 => BinaryPrimitives.ReadInt16LittleEndian(at) * (1f / (1 << 15)),
                WavEncoding.Pcm24 => ((at[0] | at[1] << 8 | at[2] << 16) << 8 >> 8) * (1f / (1 << 23)),
                WavEncoding.Pcm32 => BinaryPrimitives.ReadInt32LittleEndian(at) * (1f / (1L << 31)),
                _ => BinaryPrimitives.ReadSingleLittleEndian(at),
            };
            if (!float.IsFinite(samples[i]))
            {
                throw Refuse($"sample {i}: expected a finite number, found {samples[i]}, which no model recovers from");
            }
        }

        return samples;
    }

    private static int Short(ReadOnlySpan<byte> form, int at) => BinaryPrimitives.ReadUInt16LittleEndian(form[at..]);

    private SampleException Refuse(string reason) => new($"{_path}: {reason}.");

    private static string FormatName(int format) => format switch
    {
        Pcm => "PCM",
        2 => "ADPCM (2)",
        Float => "float",
        6 => "A-law (6)",
        7 => "mu-law (7)",
        0x55 => "MP3 (0x55)",
        _ => $"format 0x{format:X}",
    };

    /// <summary>A chunk's name, fit for a message.</summary>
    private static string Name(ReadOnlySpan<byte> name) =>
        string.Concat(Encoding.Latin1.GetString(name).Select(c => char.IsControl(c) ? '?' : c));
}
