using SpanRnn.Training.Schedules;
using Xunit;

namespace SpanRnn.Tests.Training;

public sealed class ScheduleTests
{
    [Fact]
    public void A_constant_stays() => Check(Schedule.Constant(0.3), (0, 0.3), (1_000_000, 0.3));

    [Fact]
    public void A_step_decay_falls_by_its_factor_at_each_multiple() =>
        Check(Schedule.StepDecay(0.8, 10, 0.5), (0, 0.8), (9, 0.8), (10, 0.4), (19, 0.4), (35, 0.1));

    [Fact]
    public void A_cosine_goes_from_the_rate_to_the_minimum_and_stays() =>
        Check(Schedule.Cosine(1, 100, 0.2), (0, 1), (50, 0.6), (25, 0.2 + 0.4 * (1 + Math.Sqrt(0.5))), (100, 0.2), (150, 0.2));

    [Fact]
    public void A_line_goes_from_the_first_value_to_the_last_and_stays() =>
        Check(Schedule.Linear(1, 8, 0.2), (0, 1), (4, 0.6), (6, 0.4), (8, 0.2), (99, 0.2));

    [Fact]
    public void An_inverse_sigmoid_falls_from_one_to_zero() =>
        Check(Schedule.InverseSigmoid(10), (0, 10.0 / 11), (10, 10 / (10 + Math.E)), (1_000_000, 0));

    [Fact]
    public void A_warm_up_is_linear_and_then_the_other_begins() => Check(
        Schedule.WarmUp(4, Schedule.StepDecay(2, 3, 0.5), 0.2), (0, 0.4), (1, 0.8), (2, 1.2), (3, 1.6), (4, 2), (6, 2), (7, 1));

    [Fact]
    public void A_warm_up_of_no_steps_is_the_other() => Check(Schedule.WarmUp(0, Schedule.Constant(2)), (0, 2), (1, 2));

    [Fact]
    public void Rates_and_steps_that_are_none_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Constant(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Constant(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.StepDecay(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Cosine(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Linear(1, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Linear(1, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.InverseSigmoid(0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.WarmUp(-1, Schedule.Constant(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Schedule.Constant(1).At(-1));
    }

    private static void Check(Schedule schedule, params (long Step, double Rate)[] expected) =>
        Assert.All(expected, pair => Assert.Equal(pair.Rate, schedule.At(pair.Step), 1e-15));
}
