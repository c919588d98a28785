using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Html;

/// <summary>The file of a page, known to be writable before hours are spent.</summary>
internal sealed class PageFile
{
    private readonly string _path;

    private PageFile(string path) => _path = path;

    /// <summary>Makes the folder, and finds out whether the file can be written; an old one is not touched.</summary>
    /// <exception cref="ToolException">It cannot.</exception>
    public static PageFile Prepare(string path)
    {
        try
        {
            string full = Path.GetFullPath(path);
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            using (new FileStream(full, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            return new PageFile(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ToolException($"{path}: cannot be written there: {error.Message}", error);
        }
    }

    /// <summary>Writes the page and says so.</summary>
    public void Write(ReportPage page, Screen screen)
    {
        File.WriteAllText(_path, page.ToHtml());
        screen.Notes.WriteLine($"The page: {_path}");
    }
}
