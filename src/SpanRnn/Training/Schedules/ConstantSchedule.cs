namespace SpanRnn.Training.Schedules;

internal sealed class ConstantSchedule(double learningRate) : Schedule
{
    public override string ToString() => Text($"constant({learningRate})");

    private protected override double Rate(long step) => learningRate;
}
