using SpanRnn.Formats;

namespace SpanRnn.Interchange.PyTorch;

/// <summary>
/// The tensors of a checkpoint with their full names: finds the state dict among what is saved beside it, and flattens what is nested.
/// </summary>
internal sealed class StateDict
{
    // What training programs call the weights, the likeliest first.
    private static readonly string[] UsualNames =
        ["state_dict", "model_state_dict", "model", "model_state", "net", "network", "weights", "params", "module", "generator", "ema"];

    private const int MostLevels = 64, MostIgnoredNames = 1000;

    private readonly string _file;
    private readonly long _mostVisits, _mostCharacters;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<(string, TorchTensor)> _tensors = [];
    private readonly List<string> _ignored = [];
    private long _visits, _characters;

    private StateDict(string file, int pickleLength)
    {
        // A value may stand in many places; a pickle that makes more of it than this has been made to.
        (_file, _mostVisits, _mostCharacters) = (file, 8L * pickleLength + 1024, 4L * pickleLength + 4096);
    }

    /// <summary>Names and tensors, in the file's order.</summary>
    public IReadOnlyList<(string Name, TorchTensor Tensor)> Tensors => _tensors;

    /// <summary>What is no tensor, or lies beside the state dict: epochs, optimizers.</summary>
    public IReadOnlyList<string> Ignored => _ignored;

    /// <summary>The keys that led to the state dict, joined by dots; empty if the checkpoint is one.</summary>
    public string Path { get; private set; } = "";

    /// <summary>Finds the tensors of a checkpoint.</summary>
    /// <param name="file">What messages call it.</param>
    /// <param name="checkpoint">The value of its pickle.</param>
    /// <param name="pickleLength">Bytes of the pickle.</param>
    /// <param name="path">The keys that lead to the wanted dictionary, joined by dots; null to find it by the usual names.</param>
    /// <exception cref="ModelFileException">There is no such dictionary, or the pickle is one that was made to harm.</exception>
    public static StateDict Of(string file, object? checkpoint, int pickleLength, string? path)
    {
        var found = new StateDict(file, pickleLength);
        object? start = path is null ? found.Descend(checkpoint) : found.Follow(checkpoint, path);
        found.Flatten(start, "", 0);
        return found;
    }

    private object? Descend(object? value)
    {
        for (int level = 0; level < MostLevels && value is PickleDictionary dictionary; level++)
        {
            if (dictionary.Pairs.Any(pair => pair.Value is TorchTensor))
            {
                return value;
            }

            string? name = UsualNames.FirstOrDefault(
                name => Get(dictionary, name) is PickleDictionary inner && HoldsTensors(inner, 0));
            if (name is null)
            {
                return value;
            }

            foreach ((object? key, _) in dictionary.Pairs.Where(pair => pair.Key as string != name))
            {
                Ignore(Joined(Path, Text(key)));
            }

            value = Get(dictionary, name);
            Path = Joined(Path, name);
        }

        return value;
    }

    private object? Follow(object? value, string path)
    {
        Path = path;
        foreach (string key in path.Split('.'))
        {
            value = (value is PickleDictionary dictionary ? Get(dictionary, key) : null) ?? throw new ModelFileException(
                _file, $"has no entry {ModelFileException.Quote(path)}; "
                + (value is PickleDictionary other
                    ? $"beside '{key}' would be {string.Join(", ", other.Pairs.Take(8).Select(pair => ModelFileException.Quote(Text(pair.Key))))}."
                    : $"what holds '{key}' is no dictionary."));
        }

        return value;
    }

    private bool HoldsTensors(PickleDictionary dictionary, int level)
    {
        foreach ((_, object? value) in dictionary.Pairs)
        {
            Visit();
            if (value is TorchTensor || (value is PickleDictionary inner && level < MostLevels && HoldsTensors(inner, level + 1)))
            {
                return true;
            }
        }

        return false;
    }

    private void Flatten(object? value, string name, int level)
    {
        Visit();
        if (level > MostLevels)
        {
            throw new ModelFileException(_file, $"nests deeper than {MostLevels} levels, or contains itself, at {ModelFileException.Quote(name)}.");
        }

        switch (value)
        {
            case TorchTensor tensor:
                if (!_names.Add(name))
                {
                    throw new ModelFileException(_file, $"has two tensors named {ModelFileException.Quote(name)}.");
                }

                _tensors.Add((name, tensor));
                break;
            case PickleDictionary dictionary:
                foreach ((object? key, object? inner) in dictionary.Pairs)
                {
                    Flatten(inner, Count(Joined(name, Text(key))), level + 1);
                }

                break;
            case List<object?> or object?[]:
                var list = (IReadOnlyList<object?>)value;
                for (int i = 0; i < list.Count; i++)
                {
                    Flatten(list[i], Count(Joined(name, $"{i}")), level + 1);
                }

                break;
            default:
                Ignore(name);
                break;
        }
    }

    private void Ignore(string name)
    {
        if (_ignored.Count < MostIgnoredNames)
        {
            _ignored.Add(name.Length == 0 ? "a value" : name);
        }
    }

    private void Visit()
    {
        if (++_visits > _mostVisits)
        {
            throw TooMuch();
        }
    }

    private string Count(string name) => (_characters += name.Length) <= _mostCharacters ? name : throw TooMuch();

    private ModelFileException TooMuch() =>
        new(_file, "its pickle unfolds to far more than it holds: the same values are nested in each other again and again.");

    private static object? Get(PickleDictionary dictionary, string key) => dictionary.Pairs.LastOrDefault(pair => pair.Key as string == key).Value;

    private static string Joined(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static string Text(object? key) => key switch
    {
        string text => text,
        long number => $"{number}",
        null => "None",
        _ => "?",
    };
}
