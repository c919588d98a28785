using System.Globalization;

namespace SpanRnn.Samples;

/// <summary>A command line of <c>--name value</c> and <c>--flag</c>. Ask for all options, then call <see cref="Finish"/>.</summary>
internal sealed class CommandLine(IReadOnlyList<string> arguments)
{
    private readonly bool[] _taken = new bool[arguments.Count];

    /// <summary>Whether a flag is there.</summary>
    public bool Flag(string name) => IndexOf(name) >= 0;

    /// <summary>The value of an option; null where it is not there.</summary>
    /// <exception cref="SampleException">Nothing follows it.</exception>
    public string? Text(string name)
    {
        int at = IndexOf(name);
        if (at < 0)
        {
            return null;
        }

        if (at + 1 == arguments.Count)
        {
            throw new SampleException($"{name}: expected a value after it, found the end of the line.");
        }

        _taken[at + 1] = true;
        return arguments[at + 1];
    }

    /// <summary>A whole number.</summary>
    /// <param name="name">The option.</param>
    /// <param name="otherwise">Its value where it is not there.</param>
    /// <param name="least">The least it may be.</param>
    /// <param name="most">The most it may be.</param>
    /// <exception cref="SampleException">It is something else.</exception>
    public int Whole(string name, int otherwise, int least, int most = int.MaxValue) => Text(name) is not { } text
        ? otherwise
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most
            ? value
            : throw new SampleException(
                $"{name}: expected a whole number {(most == int.MaxValue ? $"of at least {least}" : $"from {least} to {most}")}, found '{text}'.");

    /// <summary>A number.</summary>
    /// <param name="name">The option.</param>
    /// <param name="otherwise">Its value where it is not there.</param>
    /// <param name="least">The least it may be.</param>
    /// <param name="most">The most it may be.</param>
    /// <exception cref="SampleException">It is something else.</exception>
    public double Number(string name, double otherwise, double least, double most) => Text(name) is not { } text
        ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= least && value <= most
            ? value
            : throw new SampleException(string.Create(CultureInfo.InvariantCulture, $"{name}: expected a number from {least} to {most}, found '{text}'."));

    /// <summary>One of a few words.</summary>
    /// <param name="name">The option.</param>
    /// <param name="words">What it may be.</param>
    /// <returns>The word's index; -1 where the option is not there.</returns>
    /// <exception cref="SampleException">It is another word.</exception>
    public int Choice(string name, IReadOnlyList<string> words)
    {
        if (Text(name) is not { } text)
        {
            return -1;
        }

        int index = words.ToList().IndexOf(text);
        return index >= 0 ? index : throw new SampleException($"{name}: expected one of {string.Join(", ", words)}, found '{text}'.");
    }

    /// <summary>Refuses what nobody asked for.</summary>
    /// <exception cref="SampleException">There is such an argument.</exception>
    public void Finish()
    {
        int unknown = Array.IndexOf(_taken, false);
        if (unknown >= 0)
        {
            throw new SampleException($"'{arguments[unknown]}' is not understood. Try --help.");
        }
    }

    private int IndexOf(string name)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            if (!_taken[i] && arguments[i] == name)
            {
                _taken[i] = true;
                return i;
            }
        }

        return -1;
    }
}
