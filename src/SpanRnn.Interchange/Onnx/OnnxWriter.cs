using SpanRnn.Formats;
using SpanRnn.Interchange.Onnx.Writing;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Interchange.Onnx;

/// <summary>Writes models as ONNX files of opset 14, which ONNX Runtime runs to the same outputs but for rounding.</summary>
/// <remarks>
/// Time and batch are open axes: the input is <c>x</c>, [T, B, I] floats, or [T, B] 64-bit integers for a model of tokens; the output
/// is <c>y</c>, [T, B, O], or [B, O] for a model that selects one step. What ONNX's operators cannot say is refused by name.
/// </remarks>
public static class OnnxWriter
{
    /// <summary>Writes a stack of recurrent layers.</summary>
    /// <param name="path">The file; on any failure an old one stays as it was.</param>
    /// <param name="recurrent">The stack.</param>
    /// <param name="options">States and lengths as inputs; null for neither.</param>
    /// <exception cref="NotSupportedException">ONNX cannot express it, such as a projection.</exception>
    /// <exception cref="IOException">The disk is full or failed, or the folder does not exist.</exception>
    public static void Save(string path, Recurrent recurrent, OnnxWriteOptions? options = null) => Write(path, ToBytes(recurrent, options));

    /// <summary>Writes a model of embedding, recurrent layers and head.</summary>
    /// <inheritdoc cref="Save(string, Recurrent, OnnxWriteOptions)"/>
    /// <param name="path">The file; on any failure an old one stays as it was.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">Lengths as an input; null for none.</param>
    public static void Save(string path, SequenceModel model, OnnxWriteOptions? options = null) => Write(path, ToBytes(model, options));

    /// <summary>Writes an imported model.</summary>
    /// <inheritdoc cref="Save(string, Recurrent, OnnxWriteOptions)"/>
    /// <param name="path">The file; on any failure an old one stays as it was.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">Lengths as an input; null for none.</param>
    public static void Save(string path, ImportedModel model, OnnxWriteOptions? options = null) => Write(path, ToBytes(model, options));

    /// <summary>A stack of recurrent layers as the bytes of a file.</summary>
    /// <exception cref="NotSupportedException">ONNX cannot express it, such as a projection.</exception>
    public static byte[] ToBytes(Recurrent recurrent, OnnxWriteOptions? options = null)
    {
        var graph = new GraphWriter(options ?? new OnnxWriteOptions());
        graph.Input("x", isTokens: false, recurrent.InputSize);
        var layers = new RecurrentWriter(graph, recurrent.Stack, recurrent.Weights);
        graph.Output(layers.Write("x"), hasTime: true, recurrent.OutputSize);
        return graph.ToBytes();
    }

    /// <summary>A model of embedding, recurrent layers and head as the bytes of a file.</summary>
    /// <exception cref="NotSupportedException">ONNX cannot express it, such as a projection.</exception>
    public static byte[] ToBytes(SequenceModel model, OnnxWriteOptions? options = null)
    {
        GraphWriter graph = WithoutStates(options);
        RecurrentOptions recurrent = model.Options.Recurrent;
        graph.Input("x", model.TakesTokens, recurrent.InputSize);
        string x = model.TakesTokens
            ? graph.Embedding("x", graph.Read(model.Weights["embedding.weight"]), model.Options.Vocabulary, recurrent.InputSize)
            : "x";
        var layers = new RecurrentWriter(graph, model.Stack, model.Weights);
        string y = layers.Write(x);
        bool hasTime = model.Options.Head == HeadInput.EveryStep;
        string head = hasTime ? y : layers.FinalHidden();
        string output = graph.Dense(head, graph.Read(model.Weights["fc.weight"]), graph.Read(model.Weights["fc.bias"]), recurrent.OutputSize, model.Options.Outputs);
        graph.Output(output, hasTime, model.Options.Outputs);
        return graph.ToBytes();
    }

    /// <summary>An imported model as the bytes of a file.</summary>
    /// <exception cref="NotSupportedException">ONNX cannot express a stage, such as a projection.</exception>
    public static byte[] ToBytes(ImportedModel model, OnnxWriteOptions? options = null)
    {
        GraphWriter graph = WithoutStates(options);
        graph.Input("x", model.TakesTokens, model.TakesTokens ? 0 : model.InputSize);
        string at = "x";
        RecurrentWriter? layers = null;
        foreach (ModelStage stage in model.Stages)
        {
            if (stage is RecurrentStage recurrent)
            {
                layers = new RecurrentWriter(graph, recurrent.Recurrent.Stack, recurrent.Recurrent.Weights, recurrent.InitialHidden.ToArray(), recurrent.InitialCell.ToArray());
                at = layers.Write(at);
            }
            else
            {
                at = StageWriter.Write(graph, stage, at, layers);
            }
        }

        graph.Output(at, model.GivesEveryStep, model.OutputSize);
        return graph.ToBytes();
    }

    private static GraphWriter WithoutStates(OnnxWriteOptions? options) => options is { WithStates: true }
        ? throw new NotSupportedException("WithStates: only a bare stack of recurrent layers is written with its states as inputs.")
        : new GraphWriter(options ?? new OnnxWriteOptions());

    private static void Write(string path, byte[] bytes) => AtomicFile.Write(path, stream => stream.Write(bytes));
}
