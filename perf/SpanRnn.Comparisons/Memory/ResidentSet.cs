using System.Globalization;

namespace SpanRnn.Comparisons.Memory;

/// <summary>This process's memory, as the kernel counts it.</summary>
internal static class ResidentSet
{
    /// <summary>The high-water mark in bytes, or 0 where there is none to read.</summary>
    public static long Peak()
    {
        const string status = "/proc/self/status";
        string? line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
        return line == null ? 0 : long.Parse(line["VmHWM:".Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture) * 1024;
    }
}
