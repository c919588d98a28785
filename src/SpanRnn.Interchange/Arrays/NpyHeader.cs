using System.Text;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.Arrays;

/// <summary>The header of a .npy file: a Python dictionary with <c>descr</c>, <c>fortran_order</c> and <c>shape</c>, nothing else.</summary>
internal sealed class NpyHeader
{
    private const int MostDimensions = 32;

    private readonly string _name, _text;
    private int _at;

    private NpyHeader(string name, string text) => (_name, _text) = (name, text);

    public SafetensorsType Type { get; private set; }

    /// <summary>Whether the elements' bytes are in the other order than ours.</summary>
    public bool IsBigEndian { get; private set; }

    public bool IsFortran { get; private set; }

    public long[] Shape { get; private set; } = [];

    /// <exception cref="ModelFileException">The text is no such dictionary.</exception>
    public static NpyHeader Parse(string name, ReadOnlySpan<byte> text)
    {
        var header = new NpyHeader(name, Encoding.Latin1.GetString(text));
        header.Parse();
        return header;
    }

    private void Parse()
    {
        var seen = new HashSet<string>();
        Expect('{');
        while (!Take('}'))
        {
            string key = Text();
            if (!seen.Add(key))
            {
                throw Refuse($"has {ModelFileException.Quote(key)} twice");
            }

            Expect(':');
            switch (key)
            {
                case "descr": SetType(); break;
                case "fortran_order": IsFortran = Truth(); break;
                case "shape": Shape = ReadShape(); break;
                default: throw Refuse($"has the unknown key {ModelFileException.Quote(key)}");
            }

            if (!Take(','))
            {
                Expect('}');
                break;
            }
        }

        Skip();
        if (_at < _text.Length || seen.Count != 3)
        {
            throw Refuse("must hold descr, fortran_order and shape, and end after them");
        }
    }

    private void SetType()
    {
        Skip();
        if (_at < _text.Length && _text[_at] == '[')
        {
            throw Refuse("describes records; an array of numbers is expected");
        }

        string type = Text();
        if (type is ['|' or '<' or '>' or '=', 'O', ..])
        {
            throw Refuse("describes pickled objects, which could run code: save with allow_pickle=False");
        }

        Type = (type.Length > 0 ? type[1..] : "") switch
        {
            "f2" => SafetensorsType.F16,
            "f4" => SafetensorsType.F32,
            "f8" => SafetensorsType.F64,
            "i1" => SafetensorsType.I8,
            "i2" => SafetensorsType.I16,
            "i4" => SafetensorsType.I32,
            "i8" => SafetensorsType.I64,
            "u1" => SafetensorsType.U8,
            "u2" => SafetensorsType.U16,
            "u4" => SafetensorsType.U32,
            "u8" => SafetensorsType.U64,
            "b1" => SafetensorsType.Bool,
            _ => throw Refuse($"describes elements of type {ModelFileException.Quote(type)}: expected f2 f4 f8, i1 to i8, u1 to u8 or b1"),
        };
        IsBigEndian = type[0] switch
        {
            '<' => false,
            '>' => true,
            '|' when Type.Size() == 1 => false,
            _ => throw Refuse($"describes elements of type {ModelFileException.Quote(type)}, without an order of their bytes"),
        };
    }

    private long[] ReadShape()
    {
        var shape = new List<long>();
        Expect('(');
        while (!Take(')'))
        {
            if (shape.Count == MostDimensions)
            {
                throw Refuse($"has more than {MostDimensions} dimensions");
            }

            shape.Add(Number());
            if (!Take(','))
            {
                Expect(')');
                break;
            }
        }

        return [.. shape];
    }

    private long Number()
    {
        Skip();
        int start = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at]))
        {
            _at++;
        }

        long value = long.TryParse(_text.AsSpan(start, _at - start), out long number) ? number : throw Refuse("has a length that is no number below 2^63");
        _at += _at < _text.Length && _text[_at] == 'L' ? 1 : 0; // Python 2's long
        return value;
    }

    private bool Truth()
    {
        Skip();
        foreach ((string word, bool value) in (ReadOnlySpan<(string, bool)>)[("True", true), ("False", false)])
        {
            if (string.CompareOrdinal(_text, _at, word, 0, word.Length) == 0)
            {
                _at += word.Length;
                return value;
            }
        }

        throw Refuse("has a fortran_order that is neither True nor False");
    }

    private string Text()
    {
        Skip();
        char quote = _at < _text.Length ? _text[_at] : ' ';
        int end = quote is '\'' or '"' ? _text.IndexOf(quote, _at + 1) : -1;
        if (end < 0)
        {
            throw Refuse($"expected a string at character {_at}");
        }

        string text = _text[(_at + 1)..end];
        _at = end + 1;
        return text;
    }

    private void Skip()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\n' or '\t' or '\r')
        {
            _at++;
        }
    }

    private bool Take(char expected)
    {
        Skip();
        bool found = _at < _text.Length && _text[_at] == expected;
        _at += found ? 1 : 0;
        return found;
    }

    private void Expect(char expected)
    {
        if (!Take(expected))
        {
            throw Refuse($"expected '{expected}' at character {_at}");
        }
    }

    private ModelFileException Refuse(string reason) => new(_name, $"the array's header {reason}.");
}
