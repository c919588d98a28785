using SpanRnn.Parameters;

namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>Which faults are injected when.</summary>
internal static class FaultPlan
{
    /// <summary>Seconds after a fault in which alarms are not counted as false: the machine and the averages settle.</summary>
    public const int SettleSeconds = 5;

    /// <summary>Draws faults of 8 to 14 seconds, 14 to 26 seconds of health between them; each kind in its turn, so all are equally frequent.</summary>
    /// <param name="random">The same stream gives the same faults.</param>
    /// <param name="steps">Steps in all.</param>
    public static Fault[] Draw(RandomStream random, int steps)
    {
        var faults = new List<Fault>();
        for (int start = Seconds(18, 6); ; start = faults[^1].End + Seconds(14, 12))
        {
            var kind = (FaultKind)(faults.Count % Enum.GetValues<FaultKind>().Length);
            int sensor = kind switch
            {
                FaultKind.BearingWear => -1,
                FaultKind.CurrentSpikes => Sensors.Current,
                _ => random.NextInt32(Sensors.Count),
            };
            faults.Add(new Fault(kind, sensor, random.NextInt32(2) == 0 ? 1 : -1, start, start + Seconds(8, 6)));
            if (faults[^1].End > steps)
            {
                faults.RemoveAt(faults.Count - 1);
                return [.. faults];
            }
        }

        int Seconds(int least, int range) => Sensors.Rate * (least + random.NextInt32(range + 1));
    }
}
