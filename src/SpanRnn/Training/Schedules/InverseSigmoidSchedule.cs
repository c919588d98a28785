namespace SpanRnn.Training.Schedules;

internal sealed class InverseSigmoidSchedule(double k) : Schedule
{
    public override string ToString() => Text($"inverse-sigmoid({k})");

    private protected override double Rate(long step) => k / (k + Math.Exp(step / k));
}
