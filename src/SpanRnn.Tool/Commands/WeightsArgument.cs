using System.CommandLine;
using SpanRnn.Streaming;

namespace SpanRnn.Tool.Commands;

/// <summary>Formats of weights by name.</summary>
internal static class WeightsArgument
{
    private static readonly (string Name, WeightFormat Format)[] All =
        [("float32", WeightFormat.Float32), ("bf16", WeightFormat.BFloat16), ("int8", WeightFormat.Int8)];

    /// <summary>The option <c>--weights</c>.</summary>
    public static Option<string?> Create(string description)
    {
        string[] names = [.. All.Select(format => format.Name)];
        return new Option<string?>("--weights") { Description = description, HelpName = string.Join('|', names) }.AcceptOnlyFromAmong(names);
    }

    /// <summary>The format of a name; float32 without one.</summary>
    public static WeightFormat Of(string? name) => All.FirstOrDefault(format => format.Name == name).Format;

    /// <summary>The name of a format.</summary>
    public static string NameOf(WeightFormat format) => All.First(known => known.Format == format).Name;
}
