using System.Text;
using SpanRnn.Models;

namespace SpanRnn.Samples.Keyboard;

/// <summary>A line of the console to type in, with the rest of the word in grey behind it and the likeliest characters under it.</summary>
internal static class Interactive
{
    /// <summary>Serves until Esc or Ctrl+D.</summary>
    /// <returns>What the keystrokes cost, and how often weights were swapped.</returns>
    public static ReplayResult Run(FrozenModel weights, Learner learner, Alphabet alphabet, TypedText typed, CancellationToken stop)
    {
        const int mostKeys = 1 << 20;
        using var suggester = new Suggester(weights, alphabet);
        var keys = new KeyRecorder(mostKeys);
        var line = new List<int>();
        var all = new List<int>();
        using var thread = new LearningThread(learner, suggester.Use);
        while (true)
        {
            Draw(suggester, alphabet, line, thread.Swaps);
            if (Next(stop) is not { } key || key.Key == ConsoleKey.Escape || key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control })
            {
                break;
            }

            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Read(alphabet.NewLine);
                    typed.Append([.. line]);
                    all.AddRange(line);
                    Console.Write($"\r\x1b[J{alphabet.Decode([.. line])}");
                    line.Clear();
                    break;
                case ConsoleKey.Tab:
                    foreach (int token in suggester.Rest.ToArray())
                    {
                        Read(token);
                    }

                    break;
                case ConsoleKey.Backspace when line.Count > 0:
                    line.RemoveAt(line.Count - 1);
                    suggester.Reread([.. line]);
                    break;
                default:
                    if (!char.IsControl(key.KeyChar) && Rune.TryCreate(key.KeyChar, out Rune rune))
                    {
                        Read(alphabet.TokenOf(rune));
                    }

                    break;
            }
        }

        Console.Write("\r\x1b[J");
        stop.ThrowIfCancellationRequested();
        thread.End();
        return new ReplayResult(new HitCounter(alphabet, [.. all]), keys, thread.Swaps, learner.Updates, thread.Worked);

        void Read(int token)
        {
            line.Add(token);
            keys.Read(suggester, token);
        }
    }

    private static ConsoleKeyInfo? Next(CancellationToken stop)
    {
        while (!Console.KeyAvailable)
        {
            if (stop.WaitHandle.WaitOne(4))
            {
                return null;
            }
        }

        return Console.ReadKey(intercept: true);
    }

    private static void Draw(Suggester suggester, Alphabet alphabet, List<int> line, int swaps)
    {
        string text = alphabet.Decode([.. line]), rest = alphabet.Decode(suggester.Rest);
        int width = Console.WindowWidth > 0 ? Console.WindowWidth : 80, room = Math.Max(10, width - 3 - rest.Length);
        string shown = text.Length > room ? text[^room..] : text;
        string[] next = [.. suggester.Suggestions.ToArray().Select(token => alphabet.Decode([token]) switch { " " => "space", "\n" => "enter", var c => c })];
        Console.Write($"\r\x1b[J{shown}\x1b[2m{rest}\n  {string.Join("  ", next)}   ({swaps} swaps)\x1b[0m\x1b[A\r\x1b[{Math.Max(1, shown.Length)}C");
        if (shown.Length == 0)
        {
            Console.Write("\r");
        }
    }
}
