extern alias audio;

using System.Buffers.Binary;
using System.Text;
using audio::SpanRnn.Samples;
using audio::SpanRnn.Samples.AudioEffect;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.SamplePrograms;

/// <summary>The sample's WAV files: what is written is read, what others write is read, what is not understood is refused with its reason.</summary>
public sealed class WavFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, 1, 15)]
    [InlineData(0, 2, 15)]
    [InlineData(1, 1, 23)]
    [InlineData(1, 2, 23)]
    [InlineData(2, 2, 24)] // whole numbers of 32 bits are read into floats, which have 24
    [InlineData(3, 1, 24)]
    [InlineData(3, 2, 24)]
    public void What_is_written_is_read_back_to_the_same_bits(int encoding, int channels, int bits)
    {
        float[][] samples = [.. Enumerable.Range(0, channels).Select(c => Numbers.Of(c + 1, 101).Select(x => Rounded(x, bits)).ToArray())];
        var sound = new WavFile(44100, samples, (WavEncoding)encoding);
        sound.Write(_folder.Path("a.wav"));
        WavFile read = WavFile.Read(_folder.Path("a.wav"));
        Assert.Equal((44100, sound.Encoding, channels), (read.Rate, read.Encoding, read.Channels.Length));
        for (int c = 0; c < channels; c++)
        {
            Bits.Equal($"channel {c}", samples[c], read.Channels[c]);
        }

        read.Write(_folder.Path("b.wav"));
        byte[] bytes = File.ReadAllBytes(_folder.Path("a.wav"));
        Assert.Equal(bytes, File.ReadAllBytes(_folder.Path("b.wav")));
        Assert.Equal(bytes.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4)));
        Assert.True(bytes.Length % 2 == 0, "chunks are padded to even lengths");
        Assert.Equal(["a.wav", "b.wav"], _folder.Names);
    }

    [Fact]
    public void Whole_numbers_are_signed_little_endian_and_full_scale_is_one()
    {
        Assert.Equal([-1f, 32767f / 32768, 0f, -1f / 32768], Read(Wav(Format(1, 1, 16), [0x00, 0x80, 0xFF, 0x7F, 0, 0, 0xFF, 0xFF])).Channels[0]);
        Assert.Equal([-1f, 8388607f / 8388608, -1f / 8388608], Read(Wav(Format(1, 1, 24), [0, 0, 0x80, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])).Channels[0]);
        Assert.Equal([-1f, 0.5f], Read(Wav(Format(1, 1, 32), [0, 0, 0, 0x80, 0, 0, 0, 0x40])).Channels[0]);
        Assert.Equal([1f, -2.5f], Read(Wav(Format(3, 1, 32), [0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0])).Channels[0]);
    }

    [Fact]
    public void Channels_lie_one_after_the_other_in_a_frame()
    {
        WavFile sound = Read(Wav(Format(1, 2, 16), [0, 0x40, 0, 0xC0, 0, 0x20, 0, 0xE0]));
        Assert.Equal([0.5f, 0.25f], sound.Channels[0]);
        Assert.Equal([-0.5f, -0.25f], sound.Channels[1]);
    }

    [Fact]
    public void Chunks_come_in_any_order_with_others_between_them_and_padding_after_odd_ones()
    {
        byte[] data = Chunk("data", [0, 0x40, 0, 0xC0]), odd = Chunk("LIST", [1, 2, 3]), format = Chunk("fmt ", Format(1, 1, 16));
        Assert.Equal([0.5f, -0.5f], Read(Riff([.. odd, .. format, .. Chunk("fact", [2, 0, 0, 0]), .. data, .. odd])).Channels[0]);
        Assert.Equal([0.5f, -0.5f], Read(Riff([.. odd, .. data, .. odd, .. format])).Channels[0]);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(3, 32)]
    public void The_extensible_format_says_the_format_in_its_guid(int format, int bits)
    {
        byte[] extensible = [.. Format(0xFFFE, 1, bits), 22, 0, (byte)bits, 0, 4, 0, 0, 0, (byte)format, 0, .. new byte[14]];
        Assert.Equal([0f, 0f], Read(Wav(extensible, new byte[2 * bits / 8])).Channels[0]);
    }

    [Fact]
    public void What_lies_beyond_full_scale_is_cut_off_in_whole_numbers_and_counted_and_kept_in_floats()
    {
        float[][] samples = [[1.5f, -1.5f, 1f, -1f, 0.25f]];
        foreach (WavEncoding encoding in Enum.GetValues<WavEncoding>())
        {
            var sound = new WavFile(8000, samples, encoding);
            sound.Write(_folder.Path("a.wav"));
            float[] read = WavFile.Read(_folder.Path("a.wav")).Channels[0];
            Assert.Equal(encoding == WavEncoding.Float32 ? 0 : 2, sound.CountClipped());
            Assert.Equal(encoding == WavEncoding.Float32 ? 1.5f : 1f, read[0], 1e-4f);
            Assert.Equal(encoding == WavEncoding.Float32 ? -1.5f : -1f, read[1]);
            Assert.Equal(0.25f, read[4]);
        }
    }

    public static TheoryData<byte[], string> Refused => new()
    {
        { [], "begins with 'RIFF', its length and 'WAVE', found 0 bytes" },
        { Encoding.ASCII.GetBytes("OggS............"), "found 'OggS' and '....'" },
        { Encoding.ASCII.GetBytes("RF64\0\0\0\0WAVE"), "found 'RF64'" },
        { Riff(Chunk("data", [0, 0])), "expected a chunk 'fmt ', found none" },
        { Riff(Chunk("fmt ", Format(1, 1, 16))), "expected a chunk 'data', found none" },
        { Wav(Format(1, 1, 16), [0, 0, 0, 0])[..^1], "is cut off: chunk 'data': expected 4 bytes, found 3" },
        { [.. Riff(Chunk("fmt ", Format(1, 1, 16))), .. "data"u8, 0xFF, 0xFF, 0xFF, 0xFF], "expected 4294967295 bytes, found 0" },
        { Riff([.. Chunk("fmt ", Format(1, 1, 16)), .. Chunk("data", [0, 0]), .. Chunk("data", [0, 0])]), "expected one chunk 'data', found another" },
        { Wav(Format(1, 1, 16)[..14], [0, 0]), "chunk 'fmt ': expected at least 16 bytes, found 14" },
        { Wav(Format(0xFFFE, 1, 16), [0, 0]), "extensible: expected 40 bytes, found 16" },
        { Wav(Format(2, 1, 4), [0, 0]), "found ADPCM (2) of 4 bits" },
        { Wav(Format(1, 1, 8), [0, 0]), "expected PCM of 16, 24 or 32 bits or float of 32, found PCM of 8 bits" },
        { Wav(Format(3, 1, 64), new byte[8]), "found float of 64 bits" },
        { Wav(Format(1, 6, 16), new byte[12]), "expected 1 or 2 channels, found 6" },
        { Wav(Format(1, 1, 16, rate: 0), [0, 0]), "expected a rate from 1 to 1000000 Hz, found 0" },
        { Wav(Format(1, 2, 16), [0, 0, 0, 0, 0, 0]), "expected whole frames of 4 bytes, found 6 bytes" },
        { Wav(Format(3, 1, 32), [0, 0, 0, 0, 0, 0, 0xC0, 0x7F]), "sample 1: expected a finite number, found NaN" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_is_not_understood_is_refused_with_its_reason(byte[] bytes, string reason)
    {
        string message = Assert.Throws<SampleException>(() => Read(bytes)).Message;
        Assert.StartsWith(_folder.Path("x.wav"), message, StringComparison.Ordinal);
        Assert.Contains(reason, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_beginning_of_a_file_is_read_or_refused()
    {
        byte[] whole = Riff([.. Chunk("LIST", [1, 2, 3]), .. Chunk("fmt ", Format(1, 2, 24)), .. Chunk("data", new byte[12])]);
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Throws<SampleException>(() => Read(whole[..length]));
        }

        Assert.Equal(2, Read(whole).Length);
    }

    private WavFile Read(byte[] bytes)
    {
        File.WriteAllBytes(_folder.Path("x.wav"), bytes);
        return WavFile.Read(_folder.Path("x.wav"));
    }

    private static float Rounded(float x, int bits) => MathF.Round(x % 1 * (1 << (bits - 1))) / (1 << (bits - 1));

    private static byte[] Wav(byte[] format, byte[] data) => Riff([.. Chunk("fmt ", format), .. Chunk("data", data)]);

    private static byte[] Riff(byte[] chunks) => [.. "RIFF"u8, .. Int(chunks.Length + 4), .. "WAVE"u8, .. chunks];

    private static byte[] Chunk(string name, byte[] content) =>
        [.. Encoding.ASCII.GetBytes(name), .. Int(content.Length), .. content, .. new byte[content.Length % 2]];

    private static byte[] Format(int format, int channels, int bits, int rate = 48000)
    {
        int frame = channels * bits / 8;
        return [.. Int(format)[..2], .. Int(channels)[..2], .. Int(rate), .. Int(rate * frame), .. Int(frame)[..2], .. Int(bits)[..2]];
    }

    private static byte[] Int(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];
}
