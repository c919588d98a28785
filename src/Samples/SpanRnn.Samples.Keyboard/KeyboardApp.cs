using System.Diagnostics;
using System.Globalization;
using SpanRnn.Models;

namespace SpanRnn.Samples.Keyboard;

/// <summary>Trains, serves while it learns, reports.</summary>
internal static class KeyboardApp
{
    public const string Help = """
        Suggests the next character and the rest of the word while you type, and learns from what you typed on a thread of its own.
        Where the console is none, or with --replay or --built-in, a recorded user types instead, and the figures are printed.

          --text FILE      UTF-8 that the network is trained on first (a shipped text of 6,500 characters)
          --updates N      of that training (400)
          --replay FILE    UTF-8 that is typed (a shipped text of 3,600 characters)
          --built-in       type the shipped text
          --seconds S      that typing takes (20)
          --fast           type and learn in turns, as fast as it goes, without a thread: the same figures each time
          --units N        of the GRU (96)
          --seed N         of the weights and the order (1)
        """;

    public static void Run(SampleContext context)
    {
        CommandLine line = context.Arguments;
        string? firstFile = line.Text("--text"), replayFile = line.Text("--replay");
        bool isFast = line.Flag("--fast"), isBuiltIn = line.Flag("--built-in");
        int updates = line.Whole("--updates", 400, least: 1), units = line.Whole("--units", 96, 1, 2048), seed = line.Whole("--seed", 1, least: 0);
        double seconds = line.Number("--seconds", 20, 0.1, 86_400);
        line.Finish();
        if (replayFile is not null && isBuiltIn)
        {
            throw new SampleException("--replay and --built-in: expected one of them, found both.");
        }

        bool isInteractive = replayFile is null && !isBuiltIn && !isFast && !Console.IsInputRedirected && !Console.IsOutputRedirected;
        string firstText = TextOf(firstFile, "general.txt"), userText = isInteractive ? "" : TextOf(replayFile, "user.txt");
        var alphabet = new Alphabet(firstText);
        int[] first = alphabet.Encode(firstText), user = alphabet.Encode(userText);
        Require(firstFile ?? "the shipped text", first.Length, FirstModel.Steps + 1);
        if (!isInteractive)
        {
            Require(replayFile ?? "the shipped user", user.Length, HitCounter.Parts);
        }

        TextWriter output = context.Output;
        long begun = Stopwatch.GetTimestamp();
        using SequenceModel model = FirstModel.Train(first, alphabet.Count, units, updates, (ulong)seed, context.Stop);
        FrozenModel before = model.Freeze();
        Print(output, $"trained   a GRU of {units} units on {first.Length:N0} characters, {updates:N0} updates, in {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s");

        var typed = new TypedText();
        using var learner = new Learner(model, first, typed, (ulong)seed);
        if (isInteractive)
        {
            output.WriteLine("          Type; Tab takes the grey rest of the word, Enter ends a line, which is then learnt, Esc ends.");
            KeyboardReport.Costs(output, Interactive.Run(before, learner, alphabet, typed, context.Stop));
            return;
        }

        string by = isFast ? "learning in turns with it, without a thread" : string.Create(CultureInfo.InvariantCulture, $"{user.Length / seconds:F0} each second, while a thread learns");
        Print(output, $"typing    {user.Length:N0} characters, {by}");
        ReplayResult learning = isFast
            ? Replay.InTurns(before, learner, alphabet, user, typed, context.Stop)
            : Replay.Beside(before, learner, alphabet, user, typed, TimeSpan.FromSeconds(seconds / user.Length), context.Stop);
        ReplayResult unchanged = Replay.Unchanged(before, alphabet, user, context.Stop);
        output.WriteLine();
        KeyboardReport.Hits(output, user.Count(alphabet.IsLetter), learning.Hits, unchanged.Hits);
        double known = Replay.Unchanged(before, alphabet, first, context.Stop).Hits.Rate;
        double still = Replay.Unchanged(learner.Freeze(), alphabet, first, context.Stop).Hits.Rate;
        Print(output, $"  the first text, afterwards   {still,10:P1}{known,14:P1}");
        output.WriteLine();
        KeyboardReport.Costs(output, learning);
    }

    /// <summary>A text that is shipped in the program.</summary>
    internal static string Shipped(string name)
    {
        using Stream stream = typeof(KeyboardApp).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static string TextOf(string? file, string shipped) => file is null ? Shipped(shipped) : File.ReadAllText(file);

    private static void Require(string name, int found, int least)
    {
        if (found < least)
        {
            throw new SampleException($"{name}: expected at least {least} characters, found {found}.");
        }
    }

    private static void Print(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
