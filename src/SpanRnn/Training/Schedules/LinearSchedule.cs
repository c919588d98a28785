namespace SpanRnn.Training.Schedules;

internal sealed class LinearSchedule(double first, long steps, double last) : Schedule
{
    public override string ToString() => Text($"linear({first}, {steps}, {last})");

    private protected override double Rate(long step) => step >= steps ? last : first + (last - first) * step / steps;
}
