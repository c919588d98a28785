using SpanRnn.Tests.Laws;
using Xunit;

namespace SpanRnn.Tests.Readme;

/// <summary>A fact about README.md, which lies beside the sources of a clone; skipped where only the binaries are.</summary>
public sealed class ReadmeFactAttribute : FactAttribute
{
    public ReadmeFactAttribute() => Skip = Readme is null ? "README.md does not lie above the test program." : null;

    public static string? Readme { get; } =
        SourceFactAttribute.Library is { } library ? Path.GetFullPath(Path.Combine(library, "..", "..", "README.md")) : null;
}
