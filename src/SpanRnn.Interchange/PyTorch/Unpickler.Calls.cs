using System.Text;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.PyTorch;

// Names and calls: the part that in Python runs code, and here cannot.
internal sealed partial class Unpickler
{
    private const int MostDimensions = 64;

    private PickleGlobal Global()
    {
        bool isFirst = _stack.Count == 0;
        string module = Encoding.Latin1.GetString(Line()), name = Encoding.Latin1.GetString(Line());
        return PickleGlobal.Of(module, name) ?? throw Forbidden($"{module}.{name}", isFirst);
    }

    private ModelFileException Forbidden(string name, bool isFirst)
    {
        string advice = isFirst
            ? "It seems to be a whole module as torch.save(model) writes it: save its numbers instead, torch.save(model.state_dict(), path)"
            : "Save the state dict alone: torch.save(model.state_dict(), path)";
        return new(
            _file, $"names {ModelFileException.Quote(name)}, which Python would import and could run; a checkpoint must never run code, so only tensors, "
            + $"numbers, text and dictionaries are read. {advice}.");
    }

    // ('storage', class, key, location, number of elements)
    private TorchStorage Storage(object? id) =>
        id is object?[] and ["storage", PickleGlobal { Kind: PickleGlobalKind.Storage } type, string key, _, long count, ..] && count >= 0
            ? new TorchStorage(key, type.Type, count)
            : throw Refuse($"refers to {Kind(id)} outside of itself, expected ('storage', class, key, location, count)");

    private object? Call(object?[] call)
    {
        if (call is not [PickleGlobal function, object?[] arguments])
        {
            throw Refuse($"calls {Kind(call[0])} with {Kind(call[1])}, expected one of the few names that it may call, with a tuple");
        }

        switch (function.Kind, arguments)
        {
            case (PickleGlobalKind.Dictionary, []):
                return new PickleDictionary();
            case (PickleGlobalKind.Dictionary, [List<object?> pairs]):
                return DictionaryOf(pairs);
            case (PickleGlobalKind.Tensor, [TorchStorage { Type: { } type } storage, long offset, object?[] shape, object?[] strides, ..]):
                return Tensor(storage, type, offset, shape, strides);
            case (PickleGlobalKind.TypedTensor,
                [TorchStorage storage, long offset, object?[] shape, object?[] strides, _, _, PickleGlobal { Kind: PickleGlobalKind.DType, Type: { } type }, ..]):
                return Tensor(storage with { Type = null, Count = Bytes(storage) }, type, offset, shape, strides);
            case (PickleGlobalKind.Parameter, [TorchTensor tensor, ..]):
                return tensor;
            case (PickleGlobalKind.Size, [object?[] sizes]):
                return sizes;
            default:
                string given = string.Join(", ", arguments.Take(8).Select(Kind));
                throw Refuse($"calls {function.Name} with ({given}{(arguments.Length > 8 ? ", ..." : "")}), which is not how torch.save does");
        }
    }

    private long Bytes(TorchStorage storage)
    {
        int size = storage.Type?.Type.Size() ?? 1;
        return storage.Count <= long.MaxValue / size ? storage.Count * size : throw Refuse($"speaks of a storage of {storage.Count} elements");
    }

    private TorchTensor Tensor(TorchStorage storage, TorchType type, long offset, object?[] shape, object?[] strides)
    {
        if (shape.Length > MostDimensions)
        {
            throw Refuse($"makes a tensor of {shape.Length} dimensions, at most {MostDimensions} are read");
        }

        return TorchTensor.Create(storage, type.Type, offset, Sizes(shape), Sizes(strides), out string reason)
            ?? throw Refuse($"makes a tensor of storage {ModelFileException.Quote(storage.Key)} that {reason}");
    }

    private long[] Sizes(object?[] sizes)
    {
        long[] numbers = new long[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            numbers[i] = sizes[i] is long number ? number : throw Refuse($"makes a tensor with {Kind(sizes[i])} for a size, expected a whole number");
        }

        return numbers;
    }

    private PickleDictionary DictionaryOf(List<object?> pairs)
    {
        var dictionary = new PickleDictionary();
        foreach (object? pair in pairs)
        {
            (object? key, object? value) = pair switch
            {
                object?[] and [var k, var v] => (k, v),
                List<object?> and [var k, var v] => (k, v),
                _ => throw Refuse($"makes a dictionary of {Kind(pair)}, expected pairs"),
            };
            dictionary.Add(key, value);
        }

        return dictionary;
    }

    private static string Kind(object? value) => value switch
    {
        null => "None",
        bool => "a truth value",
        long => "a whole number",
        double => "a number",
        string => "text",
        object?[] => "a tuple",
        List<object?> => "a list",
        PickleDictionary => "a dictionary",
        TorchStorage => "a storage",
        TorchTensor => "a tensor",
        PickleGlobal global => global.Name,
        _ => "a value",
    };
}
