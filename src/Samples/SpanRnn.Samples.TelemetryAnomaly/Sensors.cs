namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>What is measured, in the order of every array of readings.</summary>
internal static class Sensors
{
    public const int Speed = 0, Vibration = 1, Current = 2, Temperature = 3, Count = 4;

    /// <summary>Readings per second.</summary>
    public const int Rate = 125;

    public static IReadOnlyList<string> Names { get; } = ["speed", "vibration", "current", "temperature"];

    public static IReadOnlyList<string> Units { get; } = ["rpm", "mm/s", "A", "deg C"];
}
