using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Kernels.Weights;
using SpanRnn.Lanes;
using SpanRnn.Memory;
using SpanRnn.Workers;

namespace SpanRnn.Streaming;

/// <summary>A dense head, or a projection, with a given format of its weights.</summary>
internal sealed class StreamDense<TWeight> : StreamDense where TWeight : struct, IWeight
{
    private readonly Isa _isa;
    private readonly StreamWeights<TWeight> _weights;
    private readonly Slab _bias;
    private readonly long _multiplyAdds;

    /// <param name="outputs">Rows of W.</param>
    /// <param name="matrix">W.</param>
    /// <param name="bias">One number for each output, or none.</param>
    /// <param name="isa">The width.</param>
    public StreamDense(int outputs, StreamMatrix matrix, ReadOnlySpan<float> bias, Isa isa)
    {
        _isa = isa.AtMost(outputs);
        _weights = new(outputs, 1, _isa.Lanes, matrix, StreamMatrix.None);
        _bias = Slab.RentForever(Block.Pad(outputs));
        bias.CopyTo(_bias.Span);
        _multiplyAdds = _weights.Groups > 1 ? (long)Block.Pad(outputs) * matrix.Depth : 0; // a single group is not divided
        Zeros.Reserve(Block.Pad(outputs));
    }

    public override long Bytes => _weights.Bytes + _bias.Bytes;

    [MethodImpl(Hot.Loop)]
    public override void Step(ref float x, ref float y, WorkerTeam? team)
    {
        var product = new StreamProduct<TWeight> { Panel = _weights.Panel(ref x, ref x), Bias = ref _bias.Origin, Y = ref y };
        if (team is null || !team.Divides(_multiplyAdds))
        {
            _isa.Run(ref product);
        }
        else
        {
            StepTogether(ref product, team);
        }
    }

    public override void StepRows(ref float x, int xStride, ref float y, int yStride, int count)
    {
        StreamRowsProduct<TWeight> product = _weights.Rows(ref x, xStride, ref y, yStride, count);
        product.Init = ref _bias.Origin;
        _isa.Run(ref product);
    }

    private void StepTogether(ref StreamProduct<TWeight> product, WorkerTeam team)
    {
        var work = new ProductPart { Product = product, Isa = _isa };
        team.RunStep(ref work, _weights.Groups);
    }

    /// <summary>Some outputs of one step.</summary>
    private ref struct ProductPart : IPartedWork
    {
        public StreamProduct<TWeight> Product;
        public Isa Isa;

        public readonly void Run(int part, int parts)
        {
            StreamProduct<TWeight> own = Product;
            own.Panel.Take(part, parts);
            Isa.Run(ref own);
        }
    }
}
