using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;

namespace SpanRnn.Tool.Reports;

/// <summary>The machine a result belongs to.</summary>
internal static partial class MachineFacts
{
    private const string CpuFolder = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary>Name, family and model: clouds give different processors the same name.</summary>
    public static string Cpu { get; } =
        $"{Field("model name") ?? RuntimeInformation.ProcessArchitecture.ToString()}, family {Field("cpu family") ?? "?"} model {Field("model") ?? "?"}";

    public static string Slug { get; } = Other().Replace(Cpu.ToLowerInvariant(), "-").Trim('-');

    public static string Vectors { get; } =
        Vector512.IsHardwareAccelerated ? "Vector512" : Vector256.IsHardwareAccelerated ? "Vector256" : "Vector128";

    public static string Caches()
    {
        if (!Directory.Exists(CpuFolder))
        {
            return "unknown";
        }

        IEnumerable<string> caches =
            from folder in Directory.EnumerateDirectories(CpuFolder, "index*").Order()
            where Read(folder, "type") != "Instruction"
            select $"L{Read(folder, "level")} {Read(folder, "size")}";
        return string.Join(", ", caches);
    }

    public static string Date() => DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>Processor and caches, then system, runtime and date.</summary>
    public static IEnumerable<string> Lines()
    {
        yield return $"{Cpu}; {Environment.ProcessorCount} CPUs, caches {Caches()}, {Vectors}";
        yield return $"{RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}; {Date()}";
    }

    private static string Read(string folder, string name) => File.ReadAllText(Path.Combine(folder, name)).Trim();

    private static string? Field(string name) => !File.Exists("/proc/cpuinfo") ? null
        : File.ReadLines("/proc/cpuinfo").Select(line => line.Split(':', 2)).FirstOrDefault(pair => pair[0].Trim() == name)?[1].Trim();

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex Other();
}
