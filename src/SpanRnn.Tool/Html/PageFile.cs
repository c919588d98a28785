using SpanRnn.Tool.Display;
using SpanRnn.Tool.Reports;

namespace SpanRnn.Tool.Html;

/// <summary>The file of a page, known to be writable before hours are spent.</summary>
internal sealed class PageFile
{
    private readonly TextFile _file;

    private PageFile(TextFile file) => _file = file;

    /// <summary>Makes the folder, and finds out whether the file can be written; an old one is not touched.</summary>
    /// <exception cref="ToolException">It cannot.</exception>
    public static PageFile Prepare(string path) => new(TextFile.Prepare(path));

    /// <summary>Writes the page and says so.</summary>
    public void Write(ReportPage page, Screen screen) => _file.Write(page.ToHtml(), "The page", screen);
}
