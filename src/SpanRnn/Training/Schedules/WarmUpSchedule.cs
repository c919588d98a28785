namespace SpanRnn.Training.Schedules;

internal sealed class WarmUpSchedule(long steps, Schedule then, double start) : Schedule
{
    public override string ToString() => Text($"warmup({steps}, {then}, {start})");

    private protected override double Rate(long step) => step >= steps
        ? then.At(step - steps)
        : then.At(0) * (start + (1 - start) * step / steps);
}
