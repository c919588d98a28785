using SpanRnn.Formats;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>The file that a graph is in, what the caller asked for, and what the caller should know.</summary>
internal sealed class GraphContext(string path, string? folder, long bytes, string producer, ImportOptions options)
{
    private readonly List<string> _warnings = [];
    private readonly HashSet<string> _given = [];

    public string Path => path;

    /// <summary>Where elements that lie in other files are looked for; null for none.</summary>
    public string? Folder => folder;

    public long Bytes => bytes;

    public bool AllowsNonFinite => options.AllowNonFinite;

    /// <summary>The input that gives sequences their lengths; null for none.</summary>
    public string? LengthsInput { get; set; }

    /// <summary>In the order in which they were found, each once.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    public void Warn(string warning)
    {
        if (_given.Add(warning))
        {
            _warnings.Add(warning);
        }
    }

    /// <summary>A GRU's reset, which some exporters note wrongly, as the caller wants it.</summary>
    public OnnxRecurrentSettings Adjust(OnnxRecurrentSettings settings, GraphNode node)
    {
        if (settings.Operator == OnnxRecurrentOperator.Gru && options.ResetAfter is { } wanted && wanted != settings.LinearBeforeReset)
        {
            Warn($"{node.Title}: the file says linear_before_reset = {(wanted ? 0 : 1)}; taken as {(wanted ? 1 : 0)}, as asked.");
            return settings with { LinearBeforeReset = wanted };
        }

        bool isSuspect = settings.Operator == OnnxRecurrentOperator.Gru && !settings.LinearBeforeReset && options.ResetAfter is null
            && producer.Contains("pytorch", StringComparison.OrdinalIgnoreCase);
        if (isSuspect)
        {
            Warn($"{node.Title}: the file says linear_before_reset = 0, but was written by {producer}, whose GRU resets after the product: "
                + "some of its versions wrote this setting wrongly (pytorch#189225). If outputs differ from PyTorch's, set ResetAfter.");
        }

        return settings;
    }

    /// <summary>Makes layers of what the file says, which may contradict itself or ask for more memory than there is.</summary>
    /// <exception cref="ModelFileException">It does.</exception>
    public T Build<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception error) when (error is ArgumentException or OutOfMemoryException or OverflowException)
        {
            throw new ModelFileException(path, $"its layers cannot be built: {error.Message}", error);
        }
    }

    /// <exception cref="ModelFileException">The caller expects another cell.</exception>
    public void CheckCell(GraphNode node, RecurrentOptions found)
    {
        if (options.Cell is { } wanted && wanted != found.Cell)
        {
            throw node.Refuse($"expected the cell {wanted}, found {found.Cell}.");
        }
    }

    public void NoteStateInput(string name) => Warn(
        $"Input {ModelFileException.Quote(name)} is a state that the caller hands on from run to run: here a session keeps it, and a run of whole sequences starts from zeros.");
}
