using Xunit;

namespace SpanRnn.Tests.Support;

/// <summary>A fact that asks Linux about the calling thread, reported as skipped elsewhere.</summary>
public sealed class LinuxFactAttribute : FactAttribute
{
    private const string Status = "/proc/thread-self/status";

    public LinuxFactAttribute() => Skip = File.Exists(Status) ? null : $"There is no {Status}: the system is not Linux.";
}
