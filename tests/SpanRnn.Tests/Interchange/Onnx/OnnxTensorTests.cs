using System.Runtime.InteropServices;
using Google.Protobuf;
using SpanRnn.Formats;
using SpanRnn.Interchange.Onnx;
using SpanRnn.Interchange.Onnx.Wire;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>Every way in which a tensor's elements may be written.</summary>
public sealed class OnnxTensorTests
{
    private static readonly float[] Values = [0f, -1.5f, 0.25f, 3f];

    [Fact]
    public void Floating_point_elements_in_raw_bytes()
    {
        Check(1, MemoryMarshal.AsBytes(Values.AsSpan()));
        Check(11, MemoryMarshal.AsBytes(Values.Select(value => (double)value).ToArray().AsSpan()));
        Check(10, MemoryMarshal.AsBytes(Values.Select(value => (Half)value).ToArray().AsSpan()));
        Check(16, MemoryMarshal.AsBytes(Values.Select(value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16)).ToArray().AsSpan()));

        static void Check(int element, ReadOnlySpan<byte> raw) => Assert.Equal(Values, Load(GraphText.Tensor("t", element, raw, 2, 2)).ToFloats());
    }

    [Fact]
    public void Elements_in_the_field_of_their_type()
    {
        Check(1, tensor => tensor.Floats.Add(Values));
        Check(11, tensor => tensor.Doubles.Add(Values.Select(value => (double)value)));
        Check(10, tensor => tensor.Words.Add(Values.Select(value => (int)BitConverter.HalfToUInt16Bits((Half)value))));
        Check(16, tensor => tensor.Words.Add(Values.Select(value => (int)(BitConverter.SingleToUInt32Bits(value) >> 16))));

        static void Check(int element, Action<TensorMessage> fill)
        {
            var tensor = new TensorMessage { Element = element };
            tensor.Sizes.Add(4);
            fill(tensor);
            Assert.Equal(Values, Load(tensor).ToFloats());
        }
    }

    [Fact]
    public void Integers()
    {
        Assert.Equal([1L, -2], Load(GraphText.Tensor("t", 7, MemoryMarshal.AsBytes<long>([1, -2]), 2)).ToIntegers());
        Assert.Equal([1L, -2], Load(GraphText.Tensor("t", 6, MemoryMarshal.AsBytes<int>([1, -2]), 2)).ToIntegers());
        Assert.Equal([1L, 0], Load(GraphText.Tensor("t", 9, [1, 0], 2)).ToIntegers());
        var listed = new TensorMessage { Element = 6 };
        listed.Sizes.Add(2);
        listed.Words.Add([5, -6]);
        Assert.Equal([5L, -6], Load(listed).ToIntegers());
        Assert.Contains("expected integers", Assert.Throws<ModelFileException>(() => Load(GraphText.Tensor("t", 1, new byte[8], 2)).ToIntegers()).Message);
    }

    [Fact]
    public void Single_numbers_and_empty_tensors()
    {
        Assert.Equal([3f], Load(GraphText.Tensor("t", 1, MemoryMarshal.AsBytes<float>([3f]))).ToFloats());
        Assert.Empty(Load(GraphText.Tensor("t", 1, [], 0, 1L << 30, 1L << 30)).ToFloats());
    }

    [Fact]
    public void Shapes_that_do_not_fit_the_elements_are_refused()
    {
        Assert.Contains("expected 12 raw bytes", Assert.Throws<ModelFileException>(() => Load(GraphText.Tensor("t", 1, new byte[8], 3)).ToFloats()).Message);
        Assert.Contains("expected 3 elements", Assert.Throws<ModelFileException>(() => Load(GraphText.Tensor("t", 1, [], 3)).ToFloats()).Message);
        Assert.Contains("type 8", Assert.Throws<ModelFileException>(() => Load(GraphText.Tensor("t", 8, [], 0))).Message);
        Assert.Contains("product is at most", Assert.Throws<ModelFileException>(() => Load(GraphText.Tensor("t", 1, [], 1L << 40, 1L << 40))).Message);
    }

    private static OnnxTensor Load(TensorMessage message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Path("t.pb"), message.ToByteArray());
        return OnnxTensor.Load(folder.Path("t.pb"));
    }
}
