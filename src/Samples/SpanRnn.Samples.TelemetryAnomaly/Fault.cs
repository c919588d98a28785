namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>A fault with its label.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Sensor">Whose reading is wrong; -1 where it is the machine itself.</param>
/// <param name="Sign">Which way a sensor drifts: 1 or -1.</param>
/// <param name="Start">The first step it acts in.</param>
/// <param name="End">The step after the last.</param>
internal sealed record Fault(FaultKind Kind, int Sensor, int Sign, int Start, int End)
{
    /// <summary>The kind in words: <c>sensor stuck</c>.</summary>
    public string KindText => Kind switch
    {
        FaultKind.BearingWear => "bearing wear",
        FaultKind.SensorStuck => "sensor stuck",
        FaultKind.SensorDrift => "sensor drift",
        _ => "current spikes",
    };

    /// <summary>The same with the sensor, where it is drawn: <c>sensor stuck (speed)</c>.</summary>
    public string Text => Kind is FaultKind.SensorStuck or FaultKind.SensorDrift ? $"{KindText} ({Sensors.Names[Sensor]})" : KindText;

    /// <summary>A letter for drawings.</summary>
    public char Letter => Kind switch { FaultKind.BearingWear => 'B', FaultKind.SensorStuck => 'S', FaultKind.SensorDrift => 'D', _ => 'C' };
}
