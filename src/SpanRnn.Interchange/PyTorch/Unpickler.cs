using System.Buffers.Binary;
using System.Text;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.PyTorch;

/// <summary>
/// Reads a checkpoint's pickle, a program for a stack machine, without being able to do what such programs can do: the instructions are
/// those that state dicts need, a name is looked up in a short table of our own, and a call makes a tensor, a parameter or a dictionary.
/// </summary>
/// <remarks>
/// Values: null, bool, long, double, string, List of objects, object array (a tuple), <see cref="PickleDictionary"/>,
/// <see cref="TorchStorage"/>, <see cref="TorchTensor"/>, <see cref="PickleGlobal"/>. Values may contain themselves.
/// Memory: at most 256 bytes for each byte of the pickle, whatever it holds.
/// </remarks>
internal sealed partial class Unpickler
{
    private const int MostMarks = 1000, Protocol = 2;

    private readonly string _file;
    private readonly byte[] _pickle;
    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];
    private int _at;

    private Unpickler(string file, byte[] pickle) => (_file, _pickle) = (file, pickle);

    /// <summary>The value of a pickle.</summary>
    /// <exception cref="ModelFileException">It breaks a rule, uses an instruction or a name beyond those of state dicts, or nests too deeply.</exception>
    public static object? Read(string file, byte[] pickle) => new Unpickler(file, pickle).Run();

    private object? Run()
    {
        while (true)
        {
            int start = _at;
            PickleOpcode opcode = (PickleOpcode)Take(1)[0];
            switch (opcode)
            {
                case PickleOpcode.Proto: CheckProtocol(Take(1)[0]); break;
                case PickleOpcode.Stop: return End();
                case PickleOpcode.Mark: OpenMark(); break;

                case PickleOpcode.None: Push(null); break;
                case PickleOpcode.NewTrue: Push(true); break;
                case PickleOpcode.NewFalse: Push(false); break;
                case PickleOpcode.BinInt: Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
                case PickleOpcode.BinInt1: Push((long)Take(1)[0]); break;
                case PickleOpcode.BinInt2: Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
                case PickleOpcode.Long1: Push(Long(Take(Take(1)[0]))); break;
                case PickleOpcode.BinFloat: Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
                case PickleOpcode.BinUnicode: Push(Text(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))))); break;
                case PickleOpcode.ShortBinString: Push(Encoding.Latin1.GetString(Take(Take(1)[0]))); break;

                case PickleOpcode.EmptyDict: Push(new PickleDictionary()); break;
                case PickleOpcode.EmptyList or PickleOpcode.EmptySet: Push(new List<object?>()); break;
                case PickleOpcode.EmptyTuple: Push(Array.Empty<object?>()); break;
                case PickleOpcode.Tuple: Push(CloseMark()); break;
                case PickleOpcode.Tuple1: Push(Pop(1)); break;
                case PickleOpcode.Tuple2: Push(Pop(2)); break;
                case PickleOpcode.Tuple3: Push(Pop(3)); break;

                case PickleOpcode.BinPut: _memo[Take(1)[0]] = Top(); break;
                case PickleOpcode.LongBinPut: _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = Top(); break;
                case PickleOpcode.BinGet: Push(Remembered(Take(1)[0])); break;
                case PickleOpcode.LongBinGet: Push(Remembered(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;

                case PickleOpcode.Append: AddTo(Top(2), Pop(1)); break;
                case PickleOpcode.Appends: AddAll(CloseMark(), AddTo); break;
                case PickleOpcode.SetItem: SetIn(Top(3), Pop(2)); break;
                case PickleOpcode.SetItems: AddAll(CloseMark(), SetIn); break;

                case PickleOpcode.Global: Push(Global()); break;
                case PickleOpcode.BinPersistentId: Push(Storage(Pop())); break;
                case PickleOpcode.Reduce or PickleOpcode.NewObject: Push(Call(Pop(2))); break;
                case PickleOpcode.Build: Build(Pop()); break;
                default: throw Unknown(opcode, start);
            }
        }
    }

    // What follows STOP is not read, as by Python.
    private object? End() => _stack.Count == 1 && _marks.Count == 0
        ? _stack[0]
        : throw Refuse($"ends with {_stack.Count} values and {_marks.Count} open marks, expected 1 and 0");

    private void CheckProtocol(byte protocol)
    {
        if (protocol != Protocol)
        {
            throw Refuse($"is of protocol {protocol}, expected {Protocol}, which torch.save writes unless told otherwise: save it again without pickle_protocol");
        }
    }

    private void OpenMark()
    {
        if (_marks.Count == MostMarks)
        {
            throw Refuse($"nests deeper than {MostMarks}");
        }

        _marks.Add(_stack.Count);
    }

    private object?[] CloseMark()
    {
        if (_marks.Count == 0)
        {
            throw Refuse("closes a mark that was never opened");
        }

        int start = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        return TakeLast(_stack.Count - start);
    }

    private void Push(object? value) => _stack.Add(value);

    private object? Pop() => Pop(1)[0];

    private object?[] Pop(int count)
    {
        Need(count);
        return TakeLast(count);
    }

    private object?[] TakeLast(int count)
    {
        object?[] values = new object?[count];
        _stack.CopyTo(_stack.Count - count, values, 0, count);
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    // A value that stands so deep, to be changed.
    private object? Top(int depth = 1)
    {
        Need(depth);
        return _stack[^depth];
    }

    private void Need(int count)
    {
        int available = _stack.Count - (_marks.Count == 0 ? 0 : _marks[^1]);
        if (available < count)
        {
            throw Refuse($"takes {count} values where there are {available}");
        }
    }

    private object? Remembered(uint index) =>
        _memo.TryGetValue(index, out object? value) ? value : throw Refuse($"recalls value {index}, which it never stored");

    private void AddAll(object?[] values, Action<object?, object?[]> add) => add(Top(), values);

    private void AddTo(object? list, object?[] values)
    {
        if (list is not List<object?> into)
        {
            throw Refuse($"appends to {Kind(list)}, expected a list");
        }

        into.AddRange(values);
    }

    private void SetIn(object? dictionary, object?[] values)
    {
        if (dictionary is not PickleDictionary into || values.Length % 2 != 0)
        {
            throw Refuse($"sets {values.Length} keys and values of {Kind(dictionary)}, expected pairs for a dictionary");
        }

        for (int i = 0; i < values.Length; i += 2)
        {
            into.Add(values[i], values[i + 1]);
        }
    }

    // An OrderedDict's attributes, such as the _metadata of a state dict: versions of modules, of no use here.
    private void Build(object? attributes)
    {
        if (Top() is not PickleDictionary || attributes is not PickleDictionary)
        {
            throw Refuse($"sets attributes of {Kind(Top())} from {Kind(attributes)}, expected those of an OrderedDict");
        }
    }

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > _pickle.Length - _at)
        {
            throw Refuse($"needs {count} bytes where {_pickle.Length - _at} are left: cut short");
        }

        ReadOnlySpan<byte> bytes = _pickle.AsSpan(_at, (int)count);
        _at += (int)count;
        return bytes;
    }

    private ReadOnlySpan<byte> Line()
    {
        int length = _pickle.AsSpan(_at).IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = Take(length < 0 ? _pickle.Length - _at + 1L : length + 1);
        return line[..^1];
    }

    // Little-endian, two's complement, of any length; nothing in a checkpoint needs more than 64 bits.
    private object Long(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > sizeof(long))
        {
            throw Refuse($"holds a whole number of {bytes.Length} bytes, at most {sizeof(long)} are read");
        }

        long value = bytes.IsEmpty || bytes[^1] < 0x80 ? 0 : -1;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            value = value << 8 | bytes[i];
        }

        return value;
    }

    private string Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return Strict.GetString(utf8);
        }
        catch (DecoderFallbackException error)
        {
            throw new ModelFileException(_file, $"its pickle holds text that is not UTF-8, before byte {_at}.", error);
        }
    }

    private ModelFileException Unknown(PickleOpcode opcode, int at) => (byte)opcode is >= 0x8c and <= 0x97
        ? Refuse($"uses instruction 0x{(byte)opcode:x2} of pickle protocol 4 at byte {at}: save it again without pickle_protocol")
        : Refuse($"uses instruction 0x{(byte)opcode:x2} at byte {at}, which no state dict needs");

    private ModelFileException Refuse(string reason) => new(_file, $"its pickle {reason}.");

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
