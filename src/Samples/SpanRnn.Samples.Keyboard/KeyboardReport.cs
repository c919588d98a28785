using System.Globalization;

namespace SpanRnn.Samples.Keyboard;

/// <summary>The figures as text.</summary>
internal static class KeyboardReport
{
    /// <summary>What was suggested rightly, with and without learning.</summary>
    public static void Hits(TextWriter output, int letters, HitCounter learning, HitCounter unchanged)
    {
        Print(output, $"  the next character was           it learns    it does not");
        Print(output, $"  among the first {Suggester.Shown}, overall   {learning.Rate,10:P1}{unchanged.Rate,14:P1}");
        string[] parts = ["first third", "second third", "last third"];
        for (int part = 0; part < HitCounter.Parts; part++)
        {
            Print(output, $"  {parts[part],-26}   {learning.RateOf(part),10:P1}{unchanged.RateOf(part),14:P1}");
        }

        Print(output, $"  letters saved of {letters,-10:N0}  {learning.SavedLetters,10:N0}{unchanged.SavedLetters,14:N0}   had each right rest of a word been taken at once");
    }

    /// <summary>What keystrokes and learning cost.</summary>
    public static void Costs(TextWriter output, ReplayResult result)
    {
        KeyRecorder keys = result.Keys;
        Print(output, $"learner    {result.Updates:N0} updates in {result.Worked.TotalSeconds:F1} s of work, {result.Swaps:N0} swaps of weights");
        if (keys.Times.Count == 0)
        {
            output.WriteLine("keystroke  there was none");
            return;
        }

        Print(output, $"keystroke  {keys.Times} of {keys.Times.Count:N0}: a step, {Suggester.Shown} suggestions, the rest of the word");
        string met = keys.MetByCollection == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {keys.MetByCollection} others met a collection, which the count cannot tell apart");
        Print(output, $"allocated  {keys.AllocatedBytes:N0} bytes by {keys.Times.Count - keys.MetByCollection:N0} keystrokes{met}");
    }

    private static void Print(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
