namespace SpanRnn.Training.Schedules;

internal sealed class ConstantSchedule(double learningRate) : Schedule
{
    private protected override double Rate(long step) => learningRate;
}
