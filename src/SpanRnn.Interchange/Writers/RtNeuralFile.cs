using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Interchange.Readers;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Interchange.Writers;

/// <summary>Writes RTNeural's JSON, which RTNeural's own loader and <see cref="ImportedModel.Open"/> read.</summary>
/// <remarks>Every weight is written with as many digits as bring back its bits.</remarks>
public static class RtNeuralFile
{
    /// <summary>Writes a model as a whole: on any failure an old file stays as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">LSTMs and GRUs in one direction, dense layers, convolutions, activations that RTNeural has.</param>
    /// <exception cref="NotSupportedException">The model has what RTNeural has not; the message names it.</exception>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failed; the message names the path.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static void Save(string path, ImportedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = false }))
        {
            Write(json, model);
        }

        AtomicFile.Write(path, buffer.WriteTo);
    }

    private static void Write(Utf8JsonWriter json, ImportedModel model)
    {
        json.WriteStartObject();
        WriteShape(json, "in_shape", model.InputSize);
        json.WriteStartArray("layers");
        foreach (ModelStage stage in model.Stages)
        {
            WriteStage(json, stage);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteStage(Utf8JsonWriter json, ModelStage stage)
    {
        switch (stage)
        {
            case DenseStage dense: WriteDense(json, dense); break;
            case RecurrentStage recurrent: WriteRecurrent(json, recurrent); break;
            case ConvolutionStage convolution: WriteConvolution(json, convolution); break;
            case ActivationStage { Activation: { Function: ActivationFunction.PRelu } function }: WritePRelu(json, function, stage.OutputSize); break;
            case ActivationStage activation: WriteActivation(json, activation); break;
            case ScaleStage scale: WriteScale(json, scale); break;
            default: throw new NotSupportedException($"RTNeural has no layer that does this: {stage.Summarize().Type}.");
        }
    }

    private static void WriteDense(Utf8JsonWriter json, DenseStage dense)
    {
        Begin(json, "dense", dense.OutputSize, NameOf(dense.Activation));
        json.WriteStartArray("weights");
        float[] kernel = new float[dense.InputSize * dense.OutputSize];
        for (int i = 0; i < kernel.Length; i++)
        {
            kernel[i] = dense.Weight[i % dense.OutputSize * dense.InputSize + i / dense.OutputSize];
        }

        WriteMatrix(json, kernel, dense.InputSize, dense.OutputSize);
        WriteVector(json, dense.Bias.IsEmpty ? new float[dense.OutputSize] : dense.Bias);
        End(json);
    }

    private static void WriteRecurrent(Utf8JsonWriter json, RecurrentStage stage)
    {
        RecurrentOptions options = stage.Recurrent.Options;
        Refuse(options.Cell is not (CellKind.Lstm or CellKind.Gru), $"a layer of kind {options.Cell}");
        Refuse(options.Bidirectional, "a bidirectional layer");
        Refuse(options.ProjectionSize > 0, "a projection");
        Refuse(stage.InitialHidden.ContainsAnyExcept(0f) || stage.InitialCell.ContainsAnyExcept(0f), "initial states");
        for (int layer = 0; layer < options.HiddenSizes.Count; layer++)
        {
            Begin(json, options.Cell == CellKind.Lstm ? "lstm" : "gru", options.HiddenSizes[layer], "tanh");
            json.WriteStartArray("weights");
            foreach (string name in new[] { $"weight_ih_l{layer}", $"weight_hh_l{layer}" })
            {
                TensorView weights = stage.Recurrent.Weights[name];
                WriteMatrix(json, KerasLayout.FromRows(weights, options.Cell), weights.Columns, weights.Rows);
            }

            WriteBiases(json, stage.Recurrent, layer);
            End(json);
        }
    }

    /// <summary>An LSTM has one bias in the file, so two are added; a GRU has two, so one stands beside zeros.</summary>
    private static void WriteBiases(Utf8JsonWriter json, Recurrent recurrent, int layer)
    {
        CellKind cell = recurrent.Options.Cell;
        int length = GateCause.GatesOf(cell) * recurrent.Options.HiddenSizes[layer];
        float[] first = new float[length], second = new float[length];
        if (recurrent.Options.Bias != BiasKind.None)
        {
            first = KerasLayout.FromBias(recurrent.Weights[$"bias_ih_l{layer}"].Row(0), cell);
        }

        if (recurrent.Options.Bias == BiasKind.Double)
        {
            second = KerasLayout.FromBias(recurrent.Weights[$"bias_hh_l{layer}"].Row(0), cell);
        }

        if (cell == CellKind.Gru)
        {
            WriteMatrix(json, [.. first, .. second], 2, length);
        }
        else
        {
            System.Numerics.Tensors.TensorPrimitives.Add(first, second, first);
            WriteVector(json, first);
        }
    }

    private static void WriteConvolution(Utf8JsonWriter json, ConvolutionStage stage)
    {
        Begin(json, "conv1d", stage.OutputSize, NameOf(stage.Activation));
        WriteNumber(json, "kernel_size", stage.Size);
        WriteNumber(json, "dilation", stage.Dilation);
        json.WriteStartArray("weights");
        json.WriteStartArray();
        int step = stage.InputSize * stage.OutputSize;
        for (int k = 0; k < stage.Size; k++)
        {
            WriteMatrix(json, stage.Kernel.Slice(k * step, step), stage.InputSize, stage.OutputSize);
        }

        json.WriteEndArray();
        WriteVector(json, stage.Bias.IsEmpty ? new float[stage.OutputSize] : stage.Bias);
        End(json);
    }

    private static void WritePRelu(Utf8JsonWriter json, StageActivation function, int size)
    {
        Begin(json, "prelu", size, "");
        json.WriteStartArray("weights");
        float[] slopes = [.. function.Slopes.Length == 1 ? Enumerable.Repeat(function.Slopes.Span[0], size) : function.Slopes.ToArray()];
        WriteMatrix(json, slopes, 1, size);
        End(json);
    }

    private static void WriteActivation(Utf8JsonWriter json, ActivationStage stage)
    {
        Begin(json, "activation", stage.OutputSize, NameOf(stage.Activation));
        json.WriteStartArray("weights");
        End(json);
    }

    /// <summary>A normalisation of mean 0, variance 1 and epsilon 0 whose gamma and beta are the factor and the term.</summary>
    private static void WriteScale(Utf8JsonWriter json, ScaleStage stage)
    {
        Begin(json, "batchnorm", stage.OutputSize, "");
        json.WriteNumber("epsilon", 0);
        json.WriteStartArray("weights");
        float[] zeros = new float[stage.OutputSize], ones = [.. zeros.Select(_ => 1f)];
        WriteVector(json, stage.Scale);
        WriteVector(json, stage.Offset);
        WriteVector(json, zeros);
        WriteVector(json, ones);
        End(json);
    }

    private static string NameOf(StageActivation activation) => activation switch
    {
        { Function: ActivationFunction.Identity } => "",
        { Function: ActivationFunction.Tanh } => "tanh",
        { Function: ActivationFunction.Relu } => "relu",
        { Function: ActivationFunction.Sigmoid } => "sigmoid",
        { Function: ActivationFunction.Softmax } => "softmax",
        { Function: ActivationFunction.Elu, Alpha: 1f } => "elu",
        _ => throw new NotSupportedException($"RTNeural has no activation {activation}."),
    };

    private static void Refuse(bool has, string what)
    {
        if (has)
        {
            throw new NotSupportedException($"RTNeural has no {what.Replace("a ", "", StringComparison.Ordinal)}.");
        }
    }

    private static void Begin(Utf8JsonWriter json, string type, int size, string activation)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("activation", activation);
        WriteShape(json, "shape", size);
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteShape(Utf8JsonWriter json, string name, int size)
    {
        json.WriteStartArray(name);
        json.WriteNullValue();
        json.WriteNullValue();
        json.WriteNumberValue(size);
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, int value)
    {
        json.WriteStartArray(name);
        json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteMatrix(Utf8JsonWriter json, ReadOnlySpan<float> values, int rows, int columns)
    {
        json.WriteStartArray();
        for (int row = 0; row < rows; row++)
        {
            WriteVector(json, values.Slice(row * columns, columns));
        }

        json.WriteEndArray();
    }

    private static void WriteVector(Utf8JsonWriter json, ReadOnlySpan<float> values)
    {
        json.WriteStartArray();
        foreach (float value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }
}
