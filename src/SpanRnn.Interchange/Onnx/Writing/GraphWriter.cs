using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using SpanRnn.Interchange.Onnx.Wire;
using SpanRnn.Parameters;

namespace SpanRnn.Interchange.Onnx.Writing;

/// <summary>A graph in the making: nodes one after another, each of which names its result.</summary>
internal sealed class GraphWriter(OnnxWriteOptions options)
{
    /// <summary>The first whose recurrent operators have no surprises left, and which every runtime of the last years reads.</summary>
    public const int Opset = 14;

    private const int IrVersion = 7, NumberKind = 1, IntegerKind = 2, TextKind = 3, NumbersKind = 6, IntegersKind = 7, TextsKind = 8;

    private readonly GraphMessage _graph = new() { Name = "recurrent" };
    private long _bytes;

    public OnnxWriteOptions Options => options;

    public void Input(string name, bool isTokens, int features)
    {
        _graph.Inputs.Add(isTokens ? Value(name, OnnxElementType.Int64, "T", "B") : Value(name, OnnxElementType.Float, "T", "B", features));
        if (options.WithLengths)
        {
            _graph.Inputs.Add(Value("lengths", OnnxElementType.Int32, "B"));
        }
    }

    public void StateInput(string name, int layers, int size) => _graph.Inputs.Add(Value(name, OnnxElementType.Float, layers, "B", size));

    public void StateOutput(string name, int layers, int size) => _graph.Outputs.Add(Value(name, OnnxElementType.Float, layers, "B", size));

    /// <summary>Names a tensor <c>y</c> and makes it the first output.</summary>
    public void Output(string tensor, bool hasTime, int features)
    {
        Node("Identity", [tensor], ["y"]);
        _graph.Outputs.Insert(0, hasTime ? Value("y", OnnxElementType.Float, "T", "B", features) : Value("y", OnnxElementType.Float, "B", features));
    }

    public string Constant(string name, float[] items, params long[] shape) => Constant(name, OnnxElementType.Float, MemoryMarshal.AsBytes(items.AsSpan()), shape);

    public string Constant(string name, long[] items) => Constant(name, OnnxElementType.Int64, MemoryMarshal.AsBytes(items.AsSpan()), items.Length);

    /// <summary>Adds a node with one result, which is named after it.</summary>
    public string Node(string type, string[] inputs, params (string Name, object Value)[] attributes)
    {
        string result = $"{type.ToLowerInvariant()}_{_graph.Nodes.Count}";
        Node(type, inputs, [result], attributes);
        return result;
    }

    /// <summary>Adds a node; an empty name leaves an input or output out.</summary>
    public void Node(string type, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeMessage { Type = type, Name = $"{type}_{_graph.Nodes.Count}" };
        node.Inputs.Add(inputs);
        node.Outputs.Add(outputs);
        node.Attributes.Add(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        _graph.Nodes.Add(node);
    }

    public string Embedding(string tokens, float[] table, int rows, int width) =>
        Node("Gather", [Constant("embedding", table, rows, width), tokens], ("axis", 0L));

    /// <summary>x W' + b; W is [outputs, inputs].</summary>
    public string Dense(string x, float[] weight, float[] bias, int inputs, int outputs)
    {
        int number = _graph.Nodes.Count;
        float[] transposed = Graph.Arrays.Transpose(weight, [outputs, inputs], [1, 0]);
        string product = Node("MatMul", [x, Constant($"dense_weight_{number}", transposed, inputs, outputs)]);
        return bias.Length == 0 ? product : Node("Add", [product, Constant($"dense_bias_{number}", bias, outputs)]);
    }

    /// <summary>A name that no other constant has.</summary>
    public string Fresh(string name) => $"{name}_{_graph.Nodes.Count}_{_graph.Constants.Count}";

    public float[] Read(TensorView tensor)
    {
        var items = new float[tensor.Rows * tensor.Columns];
        tensor.CopyTo(items);
        return items;
    }

    public byte[] ToBytes()
    {
        var model = new ModelMessage { IrVersion = IrVersion, Producer = "SpanRnn", Graph = _graph };
        model.Opsets.Add(new OpsetMessage { Version = Opset });
        return model.ToByteArray();
    }

    private string Constant(string name, OnnxElementType type, ReadOnlySpan<byte> bytes, params long[] shape)
    {
        _bytes += bytes.Length;
        if (_bytes > int.MaxValue - (1 << 20))
        {
            throw new NotSupportedException($"The weights take {_bytes} bytes or more; one ONNX file holds less than {int.MaxValue}.");
        }

        var tensor = new TensorMessage { Name = name, Element = (int)type, Raw = ByteString.CopyFrom(bytes) };
        tensor.Sizes.Add(shape);
        _graph.Constants.Add(tensor);
        return name;
    }

    private static ValueMessage Value(string name, OnnxElementType type, params object[] sizes)
    {
        var shape = new SizesMessage();
        shape.Sizes.Add(sizes.Select(size => size is string symbol ? new SizeMessage { Symbol = symbol } : new SizeMessage { Number = (int)size }));
        return new ValueMessage { Name = name, Type = new TypeMessage { Tensor = new TensorTypeMessage { Element = (int)type, Sizes = shape } } };
    }

    private static AttributeMessage Attribute(string name, object value)
    {
        var attribute = new AttributeMessage { Name = name };
        switch (value)
        {
            case float number: (attribute.Number, attribute.Kind) = (number, NumberKind); break;
            case long number: (attribute.Integer, attribute.Kind) = (number, IntegerKind); break;
            case string text: (attribute.Text, attribute.Kind) = (ByteString.CopyFrom(text, Encoding.UTF8), TextKind); break;
            case float[] numbers: attribute.Numbers.Add(numbers); attribute.Kind = NumbersKind; break;
            case long[] numbers: attribute.Integers.Add(numbers); attribute.Kind = IntegersKind; break;
            case string[] texts: attribute.Texts.Add(texts.Select(text => ByteString.CopyFrom(text, Encoding.UTF8))); attribute.Kind = TextsKind; break;
            default: throw new ArgumentException($"{name}: no attribute is a {value.GetType()}.", nameof(value));
        }

        return attribute;
    }
}
