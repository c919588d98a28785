namespace SpanRnn.Interchange.PyTorch;

/// <summary>Memory that tensors of a checkpoint are views of: one entry <c>data/KEY</c> of the archive.</summary>
/// <param name="Key">The entry's name.</param>
/// <param name="Type">The type of its elements; null for bytes, whose views say it.</param>
/// <param name="Count">Its elements, or its bytes where there is no type.</param>
internal sealed record TorchStorage(string Key, TorchType? Type, long Count);
