using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Reports;

/// <summary>A file of text that results go to, known to be writable before time is spent on them.</summary>
internal sealed class TextFile
{
    private readonly string _path;

    private TextFile(string path) => _path = path;

    /// <summary>Makes the folder, and finds out whether the file can be written; an old one is not touched.</summary>
    /// <exception cref="ToolException">It cannot.</exception>
    public static TextFile Prepare(string path)
    {
        try
        {
            string full = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (new FileStream(full, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            return new TextFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ToolException($"{path}: cannot be written there: {error.Message}", error);
        }
    }

    /// <summary>Writes the text and says so.</summary>
    public void Write(string text, string what, Screen screen)
    {
        File.WriteAllText(_path, text);
        screen.Notes.WriteLine($"{what}: {_path}");
    }
}
