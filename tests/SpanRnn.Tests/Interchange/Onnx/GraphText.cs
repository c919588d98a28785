using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;
using SpanRnn.Interchange.Onnx.Wire;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>A model written node by node, as an exporter would.</summary>
internal sealed class GraphText
{
    private const int Float = 1, Int32 = 6, Int64 = 7;

    public ModelMessage Model { get; } = new() { IrVersion = 7, Producer = "tests", Graph = new GraphMessage { Name = "g" } };

    public GraphMessage Graph => Model.Graph;

    /// <summary>Sizes are numbers or names.</summary>
    public GraphText Input(string name, int element, params object[] sizes)
    {
        Graph.Inputs.Add(Value(name, element, sizes));
        return this;
    }

    public GraphText Input(string name, params object[] sizes) => Input(name, Float, sizes);

    public GraphText Tokens(string name, params object[] sizes) => Input(name, Int64, sizes);

    public GraphText Lengths(string name, params object[] sizes) => Input(name, Int32, sizes);

    public GraphText Output(string name, params object[] sizes)
    {
        Graph.Outputs.Add(Value(name, Float, sizes));
        return this;
    }

    public GraphText Constant(string name, float[] items, params long[] shape)
    {
        Graph.Constants.Add(Tensor(name, Float, MemoryMarshal.AsBytes(items.AsSpan()), shape));
        return this;
    }

    public GraphText Constant(string name, long[] items, params long[] shape)
    {
        Graph.Constants.Add(Tensor(name, Int64, MemoryMarshal.AsBytes(items.AsSpan()), shape));
        return this;
    }

    /// <summary>Names are separated by blanks; an underscore leaves one out.</summary>
    public GraphText Node(string type, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        var node = new NodeMessage { Type = type, Name = $"{type.ToLowerInvariant()}{Graph.Nodes.Count}" };
        node.Inputs.Add(inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => name == "_" ? "" : name));
        node.Outputs.Add(outputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => name == "_" ? "" : name));
        node.Attributes.Add(attributes.Select(attribute => Attribute(attribute.Name, attribute.Value)));
        Graph.Nodes.Add(node);
        return this;
    }

    public byte[] ToBytes(long opset = 14)
    {
        Model.Opsets.Clear();
        Model.Opsets.Add(new OpsetMessage { Version = opset });
        return Model.ToByteArray();
    }

    public static TensorMessage Tensor(string name, int element, ReadOnlySpan<byte> bytes, params long[] shape)
    {
        var tensor = new TensorMessage { Name = name, Element = element, Raw = ByteString.CopyFrom(bytes) };
        tensor.Sizes.Add(shape);
        return tensor;
    }

    private static AttributeMessage Attribute(string name, object value)
    {
        var attribute = new AttributeMessage { Name = name };
        switch (value)
        {
            case float number: (attribute.Number, attribute.Kind) = (number, 1); break;
            case int number: (attribute.Integer, attribute.Kind) = (number, 2); break;
            case long number: (attribute.Integer, attribute.Kind) = (number, 2); break;
            case string text: (attribute.Text, attribute.Kind) = (ByteString.CopyFrom(text, Encoding.UTF8), 3); break;
            case TensorMessage tensor: (attribute.Tensor, attribute.Kind) = (tensor, 4); break;
            case float[] numbers: attribute.Numbers.Add(numbers); attribute.Kind = 6; break;
            case long[] numbers: attribute.Integers.Add(numbers); attribute.Kind = 7; break;
            case string[] texts: attribute.Texts.Add(texts.Select(text => ByteString.CopyFrom(text, Encoding.UTF8))); attribute.Kind = 8; break;
            default: throw new ArgumentException($"{name}: {value.GetType()}");
        }

        return attribute;
    }

    private static ValueMessage Value(string name, int element, object[] sizes)
    {
        var shape = new SizesMessage();
        shape.Sizes.Add(sizes.Select(size => size is string symbol ? new SizeMessage { Symbol = symbol } : new SizeMessage { Number = Convert.ToInt64(size) }));
        return new ValueMessage { Name = name, Type = new TypeMessage { Tensor = new TensorTypeMessage { Element = element, Sizes = shape } } };
    }
}
