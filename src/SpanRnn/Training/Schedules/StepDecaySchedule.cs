namespace SpanRnn.Training.Schedules;

internal sealed class StepDecaySchedule(double learningRate, long every, double factor) : Schedule
{
    public override string ToString() => Text($"step({learningRate}, {every}, {factor})");

    private protected override double Rate(long step) => learningRate * Math.Pow(factor, step / every);
}
