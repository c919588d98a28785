namespace SpanRnn.Training.Schedules;

internal sealed class CosineSchedule(double learningRate, long steps, double minimum) : Schedule
{
    public override string ToString() => Text($"cosine({learningRate}, {steps}, {minimum})");

    private protected override double Rate(long step) => step >= steps
        ? minimum
        : minimum + (learningRate - minimum) * (1 + Math.Cos(Math.PI * step / steps)) / 2;
}
