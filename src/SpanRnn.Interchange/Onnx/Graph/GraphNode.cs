using System.Text;
using SpanRnn.Formats;
using SpanRnn.Interchange.Onnx.Wire;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>One node of a graph: its settings by name, each of the kind that is asked for.</summary>
internal sealed class GraphNode(string file, NodeMessage message, int index)
{
    private const int NumberKind = 1, IntegerKind = 2, TextKind = 3, TensorKind = 4, NumbersKind = 6, IntegersKind = 7, TextsKind = 8;

    /// <summary>The operator; with its domain, unless that is ONNX's own.</summary>
    public string Type { get; } = message.Domain is "" or "ai.onnx" ? message.Type : $"{message.Domain}.{message.Type}";

    public string Name => message.Name;

    /// <summary>Its place in the file.</summary>
    public int Index => index;

    /// <summary>For messages: node 'rnn' (LSTM), or the node's number where it has no name.</summary>
    public string Title => $"node {(Name.Length > 0 ? ModelFileException.Quote(Name) : index)} ({(Type.Length <= 80 ? Type : ModelFileException.Quote(Type))})";

    public IReadOnlyList<string> Outputs => message.Outputs;

    public int InputCount => message.Inputs.Count;

    /// <summary>The name of an input; empty if it is left out.</summary>
    public string Input(int i) => i < message.Inputs.Count ? message.Inputs[i] : "";

    /// <summary>The name of an output; empty if it is left out.</summary>
    public string Output(int i) => i < message.Outputs.Count ? message.Outputs[i] : "";

    public float Number(string name, float otherwise) => Find(name, NumberKind)?.Number ?? otherwise;

    public long Integer(string name, long otherwise) => Find(name, IntegerKind)?.Integer ?? otherwise;

    public string? Text(string name) => Find(name, TextKind)?.Text is { } text ? Decode(name, text.Span) : null;

    public IReadOnlyList<float>? Numbers(string name) => Find(name, NumbersKind)?.Numbers;

    public IReadOnlyList<long>? Integers(string name) => Find(name, IntegersKind)?.Integers;

    public IReadOnlyList<string>? Texts(string name) => Find(name, TextsKind)?.Texts.Select(text => Decode(name, text.Span)).ToArray();

    public TensorMessage? Tensor(string name) => Find(name, TensorKind)?.Tensor;

    public bool Has(string name) => message.Attributes.Any(attribute => attribute.Name == name);

    /// <summary>Refuses a setting that the operator does not have: it would be ignored, and the result wrong.</summary>
    public void Allow(params ReadOnlySpan<string> names)
    {
        foreach (AttributeMessage attribute in message.Attributes)
        {
            if (!names.Contains(attribute.Name))
            {
                throw Refuse($"attribute {ModelFileException.Quote(attribute.Name)} is none of this operator's: {string.Join(", ", names.ToArray())}.");
            }
        }
    }

    public ModelFileException Refuse(string reason) => new(file, $"{Title}: {reason}");

    // Files of the first versions do not say the kind: 0.
    private AttributeMessage? Find(string name, int kind) => message.Attributes.FirstOrDefault(attribute => attribute.Name == name) is not { } found ? null
        : found.Kind == kind || found.Kind == 0 ? found
        : throw Refuse($"attribute {ModelFileException.Quote(name)}: expected kind {kind}, found {found.Kind}.");

    private string Decode(string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new ModelFileException(file, $"{Title}: attribute {ModelFileException.Quote(name)} is not UTF-8.", error);
        }
    }
}
