using System.Runtime.InteropServices;

namespace SpanRnn.Comparisons.Peers.OnnxRuntime;

/// <summary>An ONNX model in the making. Field numbers are those of the ONNX schema (ModelProto, GraphProto, NodeProto, TensorProto).</summary>
internal sealed class OnnxGraph
{
    private const int Float32 = 1, Int64 = 7;              // TensorProto.DataType
    private const int IntAttribute = 2, StringAttribute = 3, IntsAttribute = 7;   // AttributeProto.AttributeType

    private readonly Protobuf _graph = new Protobuf().Text(2, "recurrent");

    public void Input(string name, params ReadOnlySpan<long> shape) => _graph.Message(11, Value(name, shape));

    public void Output(string name, params ReadOnlySpan<long> shape) => _graph.Message(12, Value(name, shape));

    public void Constant(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        _graph.Message(5, Tensor(name, Float32, shape).Floats(9, values));

    public void Constant(string name, params ReadOnlySpan<long> values) =>
        _graph.Message(5, Tensor(name, Int64, [values.Length]).Bytes(9, MemoryMarshal.AsBytes(values)));

    /// <summary>Adds a node; an empty name is an input left out. Attributes are long, string or long[].</summary>
    public void Node(string type, string[] inputs, string[] outputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new Protobuf();
        foreach (string name in inputs) node.Text(1, name);
        foreach (string name in outputs) node.Text(2, name);
        node.Text(4, type);
        foreach ((string name, object value) in attributes) node.Message(5, Attribute(name, value));
        _graph.Message(1, node);
    }

    public byte[] ToModel(int opset)
    {
        Protobuf operators = new Protobuf().Text(1, "").Number(2, opset);
        return new Protobuf().Number(1, 7).Text(2, "SpanRnn.Comparisons").Message(7, _graph).Message(8, operators).ToArray();
    }

    private static Protobuf Attribute(string name, object value)
    {
        Protobuf attribute = new Protobuf().Text(1, name);
        switch (value)
        {
            case long number: return attribute.Number(3, number).Number(20, IntAttribute);
            case string text: return attribute.Text(4, text).Number(20, StringAttribute);
            case long[] numbers:
                foreach (long number in numbers) attribute.Number(8, number);
                return attribute.Number(20, IntsAttribute);
            default: throw new ArgumentException($"Attribute {name} has type {value.GetType()}.", nameof(value));
        }
    }

    private static Protobuf Tensor(string name, int type, ReadOnlySpan<long> shape)
    {
        var tensor = new Protobuf();
        foreach (long size in shape) tensor.Number(1, size);
        return tensor.Number(2, type).Text(8, name);
    }

    private static Protobuf Value(string name, ReadOnlySpan<long> shape)
    {
        var sizes = new Protobuf();
        foreach (long size in shape) sizes.Message(1, new Protobuf().Number(1, size));
        Protobuf tensor = new Protobuf().Number(1, Float32).Message(2, sizes);
        return new Protobuf().Text(1, name).Message(2, new Protobuf().Message(1, tensor));
    }
}
