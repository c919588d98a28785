using Google.Protobuf;
using Google.Protobuf.Reflection;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.Onnx.Wire;

/// <summary>From bytes to messages: whatever is wrong with the bytes becomes a <see cref="ModelFileException"/>.</summary>
internal static class WireReader
{
    public static ModelMessage Model(string file, byte[] bytes) =>
        Parse(file, bytes, ModelMessage.Descriptor, ModelMessage.Parser.WithDiscardUnknownFields(true), "an ONNX model");

    public static TensorMessage Tensor(string file, byte[] bytes) =>
        Parse(file, bytes, TensorMessage.Descriptor, TensorMessage.Parser.WithDiscardUnknownFields(true), "an ONNX tensor");

    private static T Parse<T>(string file, byte[] bytes, MessageDescriptor type, MessageParser<T> parser, string what) where T : IMessage<T>
    {
        WireBudget.Check(file, bytes, type);
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (Exception error) when (error is InvalidProtocolBufferException or ArgumentException or IndexOutOfRangeException)
        {
            // Text that is not UTF-8 is an ArgumentException; a varint that crosses its message's end leaves the library's reader as the last kind.
            throw new ModelFileException(file, $"is not {what}: {error.Message}", error);
        }
    }
}
