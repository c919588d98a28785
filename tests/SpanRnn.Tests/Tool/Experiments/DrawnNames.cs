using SpanRnn.Parameters;

namespace SpanRnn.Tests.Tool.Experiments;

/// <summary>Names of three languages that are easy to tell apart, in files as the real ones.</summary>
internal static class DrawnNames
{
    private static readonly (string Language, string First, string[] Syllables, string End)[] Rules =
    [
        ("Ogrish", "G", ["ra", "ug", "or"], "k"),
        ("Elvish", "É", ["li", "ea", "no"], "iel"),
        ("Dwarvish", "D", ["wal", "im", "or"], "son"),
    ];

    /// <summary>Writes so many names of the first language, half as many of the second, and a quarter of the third.</summary>
    public static void Write(ToolRun tool, int count)
    {
        var random = new RandomStream(5);
        foreach ((string language, string first, string[] syllables, string end) in Rules)
        {
            string[] names = [.. Enumerable.Range(0, count).Select(_ =>
                first + string.Concat(Enumerable.Range(0, 1 + random.NextInt32(4)).Select(_ => syllables[random.NextInt32(3)])) + end)];
            tool.Write($"{language}.txt", string.Join('\n', names) + "\n");
            count /= 2;
        }
    }
}
