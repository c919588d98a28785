using System.CommandLine;
using SpanRnn.Formats;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Bench.Models;

/// <summary>Models from files.</summary>
internal static class BenchModels
{
    /// <exception cref="ModelFileException">The file is malformed, or holds what cannot be run.</exception>
    /// <exception cref="InvalidOperationException">The model cannot be stepped: it runs in both directions.</exception>
    /// <exception cref="ArgumentException">A weight is no finite number.</exception>
    public static BenchModel Open(string path, ImportArguments import, ParseResult line)
    {
        string name = Path.GetFileName(path);
        return InfoCommand.IsOurs(path) ? new OwnModel(name, ModelFile.Load(path)) : new ForeignModel(name, import.Open(path, line));
    }
}
