using SpanRnn.Formats;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Readers;

/// <summary>One layer of RTNeural's JSON.</summary>
internal sealed class RtNeuralLayer
{
    private readonly string _file;
    private readonly JsonValue _layer;
    private readonly int _inputs;
    private readonly ImportOptions _options;
    private readonly string _type;

    public RtNeuralLayer(string file, JsonValue layer, int inputs, ImportOptions options)
    {
        (_file, _layer, _inputs, _options) = (file, layer, inputs, options);
        _type = layer["type"].String();
    }

    /// <exception cref="ModelFileException">The layer is not supported, or its weights do not fit its sizes.</exception>
    public void AddTo(List<ModelStage> stages)
    {
        switch (_type)
        {
            case "dense" or "time-distributed-dense": stages.Add(Dense()); break;
            case "lstm": stages.Add(Recurrent(CellKind.Lstm)); break;
            case "gru": stages.Add(Recurrent(CellKind.Gru)); break;
            case "conv1d": stages.Add(Convolution()); break;
            case "prelu": stages.Add(PRelu()); break;
            case "batchnorm": stages.Add(BatchNorm()); break;
            case "activation": stages.Add(new ActivationStage(Activation(), _inputs)); break;
            default: throw _layer.Refuse($"a layer of type {ModelFileException.Quote(_type)} is not supported");
        }
    }

    private DenseStage Dense()
    {
        int outputs = OutputSize();
        List<WeightArray> weights = Weights(1, 2);
        float[] kernel = weights[0].Expect([_inputs, outputs]).Values;
        float[] bias = weights.Count == 2 ? weights[1].Expect([outputs]).Values : [];
        return new DenseStage(Transposed(kernel, _inputs, outputs), bias, _inputs, outputs, Activation());
    }

    private RecurrentStage Recurrent(CellKind cell)
    {
        int units = OutputSize();
        if (_layer.Find("activation")?.String() is { } activation and not ("" or "tanh"))
        {
            throw _layer.Refuse($"an activation {ModelFileException.Quote(activation)} inside {_type} is not supported, nor is it by RTNeural");
        }

        List<WeightArray> weights = Weights(2, 3);
        bool hasBias = weights.Count == 3;
        RecurrentOptions options = new()
        {
            Cell = cell,
            InputSize = _inputs,
            HiddenSizes = [units],
            Bias = hasBias ? KerasLayout.BiasOf(cell) : BiasKind.None,
        };
        return new RecurrentStage(Build.Recurrent(
            _file, options, recurrent => KerasLayout.Fill(recurrent, "_l0", weights[0], weights[1], hasBias ? weights[2] : null)))
        {
            Conventions = KerasLayout.Conventions(cell, hasBias),
        };
    }

    private ConvolutionStage Convolution()
    {
        int outputs = OutputSize(), size = OneOf(_layer["kernel_size"]), dilation = OneOf(_layer["dilation"]);
        List<WeightArray> weights = Weights(1, 2);
        float[] kernel = weights[0].Expect([size, _inputs, outputs], "groups are not supported").Values;
        float[] bias = weights.Count == 2 ? weights[1].Expect([outputs]).Values : [];
        return new ConvolutionStage(kernel, bias, _inputs, outputs, size, dilation, Activation());
    }

    private ActivationStage PRelu()
    {
        WeightArray slopes = Weights(1, 1)[0];
        slopes.Expect(slopes.Rank == 1 ? [_inputs] : [1, _inputs]);
        return new ActivationStage(StageActivation.PRelu(slopes.Values), _inputs);
    }

    /// <summary>y = gamma (x - mean) / sqrt(variance + epsilon) + beta, as one factor and one term.</summary>
    private ScaleStage BatchNorm()
    {
        List<WeightArray> weights = Weights(2, 4);
        foreach (WeightArray array in weights)
        {
            array.Expect([_inputs]);
        }

        if (weights.Count == 3)
        {
            throw _layer.Refuse("has 3 arrays; expected gamma, beta, mean and variance, or the last two");
        }

        double epsilon = _layer["epsilon"].Number();
        float[] scale = new float[_inputs], offset = new float[_inputs], mean = weights[^2].Values, variance = weights[^1].Values;
        for (int i = 0; i < _inputs; i++)
        {
            double factor = (weights.Count == 4 ? weights[0].Values[i] : 1) / Math.Sqrt(variance[i] + epsilon);
            scale[i] = (float)factor;
            offset[i] = (float)((weights.Count == 4 ? weights[1].Values[i] : 0) - mean[i] * factor);
            if (!float.IsFinite(scale[i]) || !float.IsFinite(offset[i]))
            {
                throw weights[^1].Refuse($"a variance of {variance[i]} gives no finite factor");
            }
        }

        return new ScaleStage(scale, offset);
    }

    private StageActivation Activation() => (_layer.Find("activation")?.String() ?? "") switch
    {
        "" => StageActivation.Identity,
        "tanh" => StageActivation.Tanh,
        "relu" => StageActivation.Relu,
        "sigmoid" => StageActivation.Sigmoid,
        "softmax" => StageActivation.Softmax,
        "elu" => StageActivation.Elu(),
        string other => throw _layer.Refuse($"an activation {ModelFileException.Quote(other)} is not supported"),
    };

    private int OutputSize() => RtNeuralReader.LastSize(_layer["shape"]);

    private List<WeightArray> Weights(int least, int most)
    {
        List<JsonValue> arrays = _layer["weights"].Items();
        return arrays.Count >= least && arrays.Count <= most
            ? [.. arrays.Select(array => array.Array().CheckFinite(_options))]
            : throw _layer.Refuse($"{_type} has {arrays.Count} arrays of weights, expected {least}{(most > least ? $" to {most}" : "")}");
    }

    /// <summary>A number, or a list of one.</summary>
    private static int OneOf(JsonValue value) => value.IsList ? value.Items() is [var only] ? only.Int(1) : throw value.Refuse("expected one number") : value.Int(1);

    private static float[] Transposed(float[] kernel, int rows, int columns)
    {
        float[] result = new float[kernel.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                result[column * rows + row] = kernel[row * columns + column];
            }
        }

        return result;
    }
}
