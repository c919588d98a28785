namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>What goes wrong.</summary>
internal enum FaultKind
{
    /// <summary>A flaw in a bearing grows over six seconds: the balls that pass it shake the machine, and it brakes and heats.</summary>
    BearingWear,

    /// <summary>A sensor repeats its last reading.</summary>
    SensorStuck,

    /// <summary>A sensor's reading leaves the truth, slowly and ever further.</summary>
    SensorDrift,

    /// <summary>The current's reading jumps for a moment, two or three times a second.</summary>
    CurrentSpikes,
}
