using System.Text;

namespace SpanRnn.Tool.Text;

/// <summary>A text to train a character model on: where it came from, the part to learn and the part held out.</summary>
internal sealed class TextSource
{
    private const string Resources = "SpanRnn.Tool.Texts.";

    /// <summary>The embedded reviews, written for this project.</summary>
    public const string HotelReviews = "hotel-reviews.txt";

    /// <summary>The embedded sentences with their intents, written for this project.</summary>
    public const string Sentences = "intents.txt";

    private TextSource(string name, string whole, int split) =>
        (Name, Whole, Training, HeldOut) = (name, whole, whole[..split], whole[split..]);

    /// <summary>The file's path or the embedded text's name, as messages call it.</summary>
    public string Name { get; }

    /// <summary><see cref="Training"/> followed by <see cref="HeldOut"/>. The vocabulary is made from this.</summary>
    public string Whole { get; }

    /// <summary>The part to train on.</summary>
    public string Training { get; }

    /// <summary>The last characters, a tenth unless asked otherwise, rounded down; empty if nothing is held out.</summary>
    public string HeldOut { get; }

    /// <summary>An embedded text.</summary>
    /// <exception cref="ToolException">There is no such text, or it is too short for <paramref name="options"/>.</exception>
    public static TextSource Embedded(TextOptions? options = null, string name = HotelReviews)
    {
        return From(name, Resource(name), options ?? new TextOptions(), dropByDefault: true);
    }

    /// <summary>An embedded text as it is.</summary>
    /// <exception cref="ToolException">There is no such text.</exception>
    public static string Resource(string name)
    {
        using Stream? stream = typeof(TextSource).Assembly.GetManifestResourceStream(Resources + name);
        if (stream is null) throw new ToolException($"{name}: there is no such embedded text; there is {HotelReviews}.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return StrictUtf8.Decode(name, bytes);
    }

    /// <summary>A UTF-8 file, with or without a byte order mark.</summary>
    /// <exception cref="ToolException">The file is missing, unreadable, empty or not UTF-8.</exception>
    /// <exception cref="ToolException">The file is too short for <paramref name="options"/>.</exception>
    public static TextSource File(string path, TextOptions? options = null)
    {
        byte[] bytes;
        try
        {
            bytes = System.IO.File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ToolException($"{path}: there is no such file.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ToolException($"{path}: cannot be read: {e.Message}", e);
        }
        return From(path, StrictUtf8.Decode(path, bytes), options ?? new TextOptions(), dropByDefault: false);
    }

    private static TextSource From(string name, string text, TextOptions options, bool dropByDefault)
    {
        if (options.First is < 1) throw new ToolException($"{name}: expected to take at least 1 character, found {options.First}.");
        text = text.Replace("\r\n", "\n", StringComparison.Ordinal);
        if (options.DropLineBreaks ?? dropByDefault)
            text = text.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal);

        int available = Characters(text), taken = options.First ?? available;
        if (available == 0) throw new ToolException($"{name}: expected at least 1 character, found 0.");
        if (taken > available) throw new ToolException($"{name}: expected at least {taken} characters, found {available}.");

        int heldOut = (int)(taken * options.HeldOut);
        if (taken - heldOut < options.Minimum)
        {
            string why = heldOut > 0 ? $" ({taken} less the {heldOut} held out)" : "";
            throw new ToolException($"{name}: expected at least {options.Minimum} characters to train on, found {taken - heldOut}{why}.");
        }
        string whole = text[..Offset(text, taken)];
        return new TextSource(name, whole, Offset(whole, taken - heldOut));
    }

    private static int Characters(string text)
    {
        int count = 0;
        foreach (Rune _ in text.EnumerateRunes()) count++;
        return count;
    }

    // Where a number of characters ends, counted in chars: a cut must not go through a surrogate pair.
    private static int Offset(string text, int characters)
    {
        int offset = 0;
        foreach (Rune symbol in text.EnumerateRunes())
        {
            if (characters-- == 0) break;
            offset += symbol.Utf16SequenceLength;
        }
        return offset;
    }
}
