namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>A fault with its label.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Sensor">Whose reading is wrong; -1 where it is the machine itself.</param>
/// <param name="Sign">Which way a sensor drifts: 1 or -1.</param>
/// <param name="Start">The first step it acts in.</param>
/// <param name="End">The step after the last.</param>
internal sealed record Fault(FaultKind Kind, int Sensor, int Sign, int Start, int End)
{
    /// <summary>In words: <c>sensor stuck (speed)</c>.</summary>
    public string Text => Kind switch
    {
        FaultKind.BearingWear => "bearing wear",
        FaultKind.SensorStuck => $"sensor stuck ({Sensors.Names[Sensor]})",
        FaultKind.SensorDrift => $"sensor drift ({Sensors.Names[Sensor]})",
        _ => "current spikes",
    };

    /// <summary>A letter for drawings.</summary>
    public char Letter => Kind switch { FaultKind.BearingWear => 'B', FaultKind.SensorStuck => 'S', FaultKind.SensorDrift => 'D', _ => 'C' };
}
