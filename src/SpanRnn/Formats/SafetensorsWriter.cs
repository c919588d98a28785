using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SpanRnn.Formats;

/// <summary>
/// Writes a safetensors file. Tensors are declared first, because the header comes first; their elements are asked for
/// while the file is written, so no tensor is ever held as a whole.
/// </summary>
/// <remarks>
/// The same declarations give the same bytes: metadata sorted by ordinal, then tensors in the order they were added, then
/// spaces up to a multiple of 8. Data follows in that order without gaps, so an F64 tensor behind an odd number of bytes
/// is unaligned, which the format allows.
/// </remarks>
/// <example><code>
/// var writer = new SafetensorsWriter();
/// writer.Metadata["kind"] = "LSTM";
/// writer.Add("weight_hh_l0", [rows, hidden], SafetensorsType.F32, sink => sink.WriteRows(weights, rows, hidden, stride));
/// writer.Save("model.safetensors");
/// </code></example>
public sealed class SafetensorsWriter
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<(TensorInfo Info, Action<TensorSink> Source)> tensors = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private long end;

    /// <summary>Free text under <c>__metadata__</c>; left out of the file when empty.</summary>
    public IDictionary<string, string> Metadata { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Declares the next tensor.</summary>
    /// <param name="name">Unique, and not <c>__metadata__</c>.</param>
    /// <param name="shape">Slowest dimension first; empty for a single number; 0 is allowed.</param>
    /// <param name="type">The type of the elements in the file.</param>
    /// <param name="source">Called once per file, in the order of declaration; it must write every element.</param>
    /// <exception cref="ArgumentException">The name is taken, reserved, or holds half a surrogate pair.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is negative, the bytes pass 2^63 - 1, or the type is unknown.</exception>
    public void Add(string name, ReadOnlySpan<long> shape, SafetensorsType type, Action<TensorSink> source)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(source);
        if (!type.IsKnown())
            throw new ArgumentOutOfRangeException(nameof(type), type, "This type is unknown.");
        foreach (long length in shape)
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(shape));
        if (!TensorInfo.TryCount(shape, type.Size(), out long elements) || elements * type.Size() > long.MaxValue - end)
        {
            string message = $"{TensorInfo.Text(shape)} of {type.Name()} after {end} bytes passes {long.MaxValue} bytes.";
            throw new ArgumentOutOfRangeException(nameof(shape), message);
        }
        CheckText(name, nameof(name));
        if (name == SafetensorsHeader.MetadataKey)
            throw new ArgumentException($"The name {name} is reserved.", nameof(name));
        if (!names.Add(name))
            throw new ArgumentException($"The name {ModelFileException.Quote(name)} is taken.", nameof(name));

        var info = new TensorInfo(name, type, shape.ToArray(), elements, end);
        tensors.Add((info, source));
        end = info.End;
    }

    /// <summary>Writes the file as a whole, through <see cref="AtomicFile"/>: on any failure an old file stays as it was.</summary>
    /// <exception cref="ArgumentException">The path is empty, or metadata is null or holds half a surrogate pair.</exception>
    /// <exception cref="InvalidOperationException">A source wrote the wrong type or count, or the header passes
    /// 100,000,000 bytes.</exception>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failed; the message names the path.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public void Save(string path) => AtomicFile.Write(path, WriteTo);

    /// <summary>Writes the file to a stream, which need not seek and is left open.</summary>
    /// <exception cref="ArgumentException">Metadata is null or holds half a surrogate pair.</exception>
    /// <exception cref="InvalidOperationException">A source wrote the wrong type or count, or the header passes
    /// 100,000,000 bytes.</exception>
    /// <exception cref="IOException">The stream failed.</exception>
    public void WriteTo(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(Header());
        foreach ((TensorInfo info, Action<TensorSink> source) in tensors)
        {
            var sink = new TensorSink(stream, info);
            source(sink);
            sink.Close();
        }
    }

    private ReadOnlySpan<byte> Header()
    {
        var buffer = new ArrayBufferWriter<byte>();
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.GetSpan(sizeof(ulong)), 0);
        buffer.Advance(sizeof(ulong));
        using (var json = new Utf8JsonWriter(buffer, Plain))
            WriteJson(json);

        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(8)[..padding].Fill((byte)' ');
        buffer.Advance(padding);

        int length = buffer.WrittenCount - sizeof(ulong);
        if (length > SafetensorsHeader.LongestHeader)
            throw new InvalidOperationException($"The header needs {length} bytes, at most {SafetensorsHeader.LongestHeader} are allowed.");
        byte[] header = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        return header;
    }

    private void WriteJson(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        if (Metadata.Count > 0)
        {
            json.WriteStartObject(SafetensorsHeader.MetadataKey);
            foreach ((string key, string value) in Metadata)
            {
                CheckText(key, nameof(Metadata));
                CheckText(value, nameof(Metadata));
                json.WriteString(key, value);
            }
            json.WriteEndObject();
        }
        foreach ((TensorInfo info, _) in tensors)
        {
            json.WriteStartObject(info.Name);
            json.WriteString("dtype", info.DType.Name());
            json.WriteStartArray("shape");
            foreach (long length in info.Shape)
                json.WriteNumberValue(length);
            json.WriteEndArray();
            json.WriteStartArray("data_offsets");
            json.WriteNumberValue(info.Begin);
            json.WriteNumberValue(info.End);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    // Half a surrogate pair has no UTF-8: it would be replaced in silence, and saving would not be loading's inverse.
    private static void CheckText(string text, string parameter)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        try
        {
            Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException($"{ModelFileException.Quote(text)} holds half a surrogate pair.", parameter, error);
        }
    }
}
