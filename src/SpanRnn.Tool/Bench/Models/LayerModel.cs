using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Streaming;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>One recurrent layer with weights from a seed.</summary>
internal sealed class LayerModel : BenchModel
{
    private readonly Dictionary<WeightFormat, FrozenRecurrent> _frozen = [];

    /// <param name="cell">Of the layer.</param>
    /// <param name="inputs">I.</param>
    /// <param name="units">H.</param>
    /// <param name="formats">That its weights are kept in.</param>
    /// <param name="decays">Whether its state falls by a twentieth at each silent step; else it is as PyTorch draws it.</param>
    public LayerModel(CellKind cell, int inputs, int units, IReadOnlyList<WeightFormat>? formats = null, bool decays = false)
    {
        Name = $"{CellNames.NameOf(cell)} {inputs} x {units}";
        Formats = formats ?? [WeightFormat.Float32];
        using var layer = new Recurrent(new RecurrentOptions { Cell = cell, InputSize = inputs, HiddenSizes = [units] });
        layer.Initialize(1);
        if (decays)
        {
            MakeDecay(layer, cell, units);
        }

        foreach (WeightFormat format in Formats)
        {
            _frozen[format] = layer.Freeze(format);
        }
    }

    public override string Name { get; }

    public override IReadOnlyList<WeightFormat> Formats { get; }

    public override bool CanBeGrouped => true;

    public override Stepped CreateStream(WeightFormat format) => new LayerStream(_frozen[format].CreateSession());

    public override Stepped CreateGroup(int sessions, bool isTogether) => new LayerGroup(_frozen[WeightFormat.Float32], sessions, isTogether);

    public override long WeightBytes(WeightFormat format) => _frozen[format].WeightBytes;

    /// <summary>A state above 1/2 of the one before stays among the denormals for ever, where nothing flushes it.</summary>
    private static void MakeDecay(Recurrent layer, CellKind cell, int units)
    {
        const float kept = 0.95f, gate = 2.944439f; // sigmoid(2.944439) = 0.95
        TensorView recurrent = layer.Weights["weight_hh_l0"];
        recurrent.CopyFrom(new float[recurrent.Rows * recurrent.Columns]);
        Span<float> bias = layer.Weights["bias_ih_l0"].Row(0);
        bias.Clear();
        if (cell is CellKind.Rnn or CellKind.RnnRelu)
        {
            for (int unit = 0; unit < units; unit++)
            {
                recurrent[unit, unit] = kept;
            }
        }
        else
        {
            bias.Slice(units, units).Fill(gate); // an LSTM's f, a GRU's z
        }

        layer.Pack();
    }
}
