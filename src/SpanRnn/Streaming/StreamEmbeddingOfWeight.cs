using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using SpanRnn.Memory;

namespace SpanRnn.Streaming;

/// <summary>A table in a given format: rows of whole blocks.</summary>
internal sealed class StreamEmbedding<TWeight> : StreamEmbedding where TWeight : struct, IWeight
{
    private readonly Isa _isa;
    private readonly int _stride;
    private readonly Slab _memory;
    private readonly float[] _scales;

    /// <param name="table">[tokens, width] rows, <paramref name="stride"/> floats apart.</param>
    /// <param name="tokens">V.</param>
    /// <param name="width">E.</param>
    /// <param name="stride">Floats from one row to the next.</param>
    /// <param name="isa">The lanes.</param>
    public StreamEmbedding(ReadOnlySpan<float> table, int tokens, int width, int stride, Isa isa)
    {
        (_isa, _stride) = (isa, Block.Pad(width));
        _memory = Slab.RentForever(((long)tokens * _stride * TWeight.Bytes + sizeof(float) - 1) / sizeof(float));
        _scales = new float[TWeight.IsScaled ? tokens : 0];
        Bytes = _memory.Bytes + (long)_scales.Length * sizeof(float);
        for (int token = 0; token < tokens; token++)
        {
            ReadOnlySpan<float> row = table.Slice(token * stride, width);
            float scale = TWeight.ScaleOf(row);
            if (!float.IsFinite(scale))
            {
                throw new ArgumentException($"embedding: expected finite numbers, as this format needs, found one that is not, in the row of token {token}.");
            }

            if (TWeight.IsScaled)
            {
                _scales[token] = scale;
            }

            for (int i = 0; i < width; i++)
            {
                TWeight.Write(row[i], scale, ref Unsafe.Add(ref Origin(token), i * TWeight.Bytes));
            }
        }
    }

    public override long Bytes { get; }

    public override ref float Row(int token, ref float room)
    {
        if (typeof(TWeight) == typeof(Float32))
        {
            return ref Unsafe.As<byte, float>(ref Origin(token));
        }

        var widening = new Widening<TWeight>
        {
            Source = ref Origin(token),
            Scale = TWeight.IsScaled ? _scales[token] : 1f,
            Destination = ref room,
            Length = _stride,
        };
        _isa.Run(ref widening);
        return ref room;
    }

    private ref byte Origin(int token) => ref Unsafe.Add(ref Unsafe.As<float, byte>(ref _memory.Origin), (nint)token * _stride * TWeight.Bytes);
}
