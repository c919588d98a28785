using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tool.Text;

namespace SpanRnn.Tool.Experiments.Surnames;

/// <summary>Surnames of several languages, cut into three parts: to learn from, to choose weights by, and to be judged by.</summary>
/// <remarks>
/// Each language is shuffled by a seed of its own name and cut: a tenth, at least one name, for the test, a tenth of the rest for
/// validation. The files repeat some names (Arabic has 2,000 lines and 108 names), so a test name may also be one to learn from:
/// <see cref="IsSeen"/> tells.
/// </remarks>
internal sealed class SurnameData
{
    private const ulong SplitSeed = 90_10;

    private readonly HashSet<string> _seen;

    /// <summary>Cuts the names.</summary>
    /// <param name="languages">Each with its names, at least three.</param>
    /// <param name="first">Only so many of each language; null: all.</param>
    /// <param name="isHeldOut">Whether the validation part stands in for the test part, and half of it for the validation part.</param>
    public SurnameData(IReadOnlyList<(string Language, IReadOnlyList<string> Names)> languages, int? first, bool isHeldOut)
    {
        Languages = [.. languages.Select(language => language.Language)];
        List<Surname> training = [], validation = [], test = [];
        for (int i = 0; i < languages.Count; i++)
        {
            Surname[] names = [.. languages[i].Names.Take(first ?? int.MaxValue).Select(name => new Surname(name, i))];
            Shuffle(names, new RandomStream(SplitSeed).Fork(languages[i].Language));
            int tests = Math.Max(1, names.Length / 10), looks = Math.Max(1, (names.Length - tests) / 10);
            test.AddRange(names[..tests]);
            validation.AddRange(names[tests..(tests + looks)]);
            training.AddRange(names[(tests + looks)..]);
        }

        if (isHeldOut)
        {
            test = [.. validation.Where((_, i) => i % 2 == 0)];
            validation = [.. validation.Where((_, i) => i % 2 == 1)];
        }

        (Training, Validation, Test) = ([.. training], [.. validation], [.. test]);
        Vocabulary = Vocabulary.Of(string.Concat(languages.SelectMany(language => language.Names)));
        _seen = [.. training.Select(name => name.Text)];
    }

    /// <summary>Where the files are found.</summary>
    public static DataSet Files { get; } = new(
        "Surnames", "names", ["*.txt"],
        "the files data/names/*.txt of the tutorial spro/practical-pytorch are public at https://github.com/spro/practical-pytorch", "MIT");

    public IReadOnlyList<string> Languages { get; }

    public Surname[] Training { get; }

    public Surname[] Validation { get; }

    public Surname[] Test { get; }

    /// <summary>The characters of all names.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Of the three parts, in their order.</summary>
    public string Digest => DataDigest.Of(
        $"{Training.Length} {Validation.Length} {Test.Length}", Training.Concat(Validation).Concat(Test).Select(name => $"{Languages[name.Language]} {name.Text}"));

    /// <summary>The characters of the longest name.</summary>
    public int Longest => Training.Concat(Validation).Concat(Test).Max(name => name.Text.EnumerateRunes().Count());

    /// <summary>Whether a name is also among those to learn from, of whatever language.</summary>
    public bool IsSeen(Surname name) => _seen.Contains(name.Text);

    /// <summary>Reads a file for each language, a name in each line.</summary>
    /// <exception cref="ToolException">They are not there, or malformed, or too few.</exception>
    public static SurnameData Read(string? option, int? first, bool isHeldOut)
    {
        var languages = new List<(string Language, IReadOnlyList<string> Names)>();
        foreach (string path in Files.Find(option))
        {
            string text = StrictUtf8.Decode(path, File.ReadAllBytes(path));
            string[] names = [.. text.Split('\n').Select(Clean).Where(name => name.Length > 0)];
            if (names.Length < 3)
            {
                throw new ToolException($"{path}: expected at least 3 names, one in each line, found {names.Length}.");
            }

            if (Array.Find(names, name => name.Length > 100) is { } wrong)
            {
                throw new ToolException($"{path}: expected a name in each line, found one of {wrong.Length} characters.");
            }

            languages.Add((Path.GetFileNameWithoutExtension(path), names));
        }

        return languages.Count > 1
            ? new SurnameData(languages, first, isHeldOut)
            : throw new ToolException($"{Files.Name}: expected a file for each of at least 2 languages, found only {languages[0].Language}.");
    }

    /// <summary>Without the blanks around it; some files have no-break spaces.</summary>
    private static string Clean(string line) => line.Replace('\u00A0', ' ').Trim();

    private static void Shuffle(Surname[] names, RandomStream random)
    {
        for (int i = names.Length - 1; i > 0; i--)
        {
            int other = random.NextInt32(i + 1);
            (names[i], names[other]) = (names[other], names[i]);
        }
    }
}
