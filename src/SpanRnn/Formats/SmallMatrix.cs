using System.Buffers.Binary;
using SpanRnn.Kernels.Weights;
using SpanRnn.Streaming;

namespace SpanRnn.Formats;

/// <summary>
/// A matrix in a file in a format of weights: F32; BF16; or I8 and beside it, under the same name and <see cref="Scale"/>, an F32 vector with
/// a factor for each row. They are the numbers that freezing makes, so that freezing what was saved is freezing the original.
/// </summary>
internal static class SmallMatrix
{
    /// <summary>What the name of a matrix's scales ends with.</summary>
    public const string Scale = ".scale";

    /// <summary>Declares a matrix.</summary>
    /// <exception cref="ArgumentException">A weight is not finite and the format needs it to be, or it is too large for the format.</exception>
    public static void Add(SafetensorsWriter writer, string name, int rows, int columns, MatrixRow row, WeightFormat format)
    {
        long[] shape = [rows, columns];
        switch (format)
        {
            case WeightFormat.Float32:
                writer.Add(name, shape, SafetensorsType.F32, sink => ForEach(rows, at => sink.Write(row(at))));
                break;
            case WeightFormat.BFloat16:
                ForEach(rows, at => CheckBFloat16(name, at, row(at)));
                byte[] pairs = new byte[columns * sizeof(ushort)];
                writer.Add(name, shape, SafetensorsType.BF16, sink => ForEach(rows, at => sink.WriteBytes(BFloat16s(row(at), pairs))));
                break;
            case WeightFormat.Int8:
                float[] scales = new float[rows];
                ForEach(rows, at => scales[at] = ScaleOf(name, at, row(at)));
                byte[] numbers = new byte[columns];
                writer.Add(name, shape, SafetensorsType.I8, sink => ForEach(rows, at => sink.WriteBytes(Int8s(row(at), scales[at], numbers))));
                writer.Add(name + Scale, [rows], SafetensorsType.F32, sink => sink.Write(scales));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "There is no such format of weights.");
        }
    }

    private static void ForEach(int rows, Action<int> action)
    {
        for (int row = 0; row < rows; row++)
        {
            action(row);
        }
    }

    private static ReadOnlySpan<byte> BFloat16s(ReadOnlySpan<float> row, Span<byte> room)
    {
        for (int i = 0; i < row.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(room[(i * sizeof(ushort))..], BFloat16.FromSingle(row[i]));
        }

        return room;
    }

    private static ReadOnlySpan<byte> Int8s(ReadOnlySpan<float> row, float scale, Span<byte> room)
    {
        for (int i = 0; i < row.Length; i++)
        {
            room[i] = (byte)Int8.FromSingle(row[i], scale);
        }

        return room;
    }

    /// <summary>NaN and infinity are themselves in bfloat16, but a finite weight may not become infinite without a word.</summary>
    private static void CheckBFloat16(string name, int row, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (float.IsFinite(values[i]) && !float.IsFinite(BFloat16.ToSingle(BFloat16.FromSingle(values[i]))))
            {
                throw new ArgumentException($"{name}[{row}, {i}]: expected a number that bf16 can hold, found {values[i]}, which is too large.");
            }
        }
    }

    private static float ScaleOf(string name, int row, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new ArgumentException($"{name}[{row}, {i}]: expected a finite number, as int8 needs, found {values[i]}.");
            }
        }

        float scale = Int8.ScaleOf(values);
        return float.IsFinite(scale * Int8.Largest) ? scale : throw new ArgumentException(
            $"{name}: expected numbers whose int8 can be widened again, found one that is too large in row {row}.");
    }
}
