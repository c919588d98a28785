using System.Diagnostics;
using SpanRnn.Tests.Support;
using SpanRnn.Tool.Bench.Models;
using SpanRnn.Tool.Bench.Timing;
using SpanRnn.Tool.Training;
using Xunit;

namespace SpanRnn.Tests.Tool.Bench;

/// <summary>How time is divided and measured, on works whose times are known.</summary>
public sealed class TimingTests
{
    [Fact]
    public void What_small_needs_leave_goes_to_the_large_ones()
    {
        Assert.Equal([1, 4.5, 4.5], Shares.Of([1, 100, 50], 10));
        Assert.Equal([1, 2, 3], Shares.Of([1, 2, 3], 10));
        Assert.Equal([2, 5, 3], Shares.Of([2, 100, 3], 10));
        Assert.Empty(Shares.Of([], 10));
    }

    [Fact]
    public void Medians_and_ratios_of_rounds()
    {
        RoundTimes mine = Times(2, 40, 6), others = Times(1, 10, 4);
        Assert.Equal(6, mine.Median);
        Assert.Equal(2, mine.RatioTo(others)); // 2, 4, 1.5
        Assert.Equal(2.5, RoundTimes.MedianOf([4, 1, 2, 3]));
        Assert.True(double.IsNaN(new RoundTimes().Median));
    }

    [Fact]
    public void Turns_measure_each_work_as_often_and_divide_by_its_calls()
    {
        long before = 0;
        TimedWork once = Known(1000), twice = Known(2000) with { Before = () => before++ };
        RoundTimes[] times = Turns.Measure([once, twice], seconds: 0, Time(CancellationToken.None));
        Assert.Equal(ClockCost.Nanoseconds(1000), times[0].Median, 6);
        Assert.Equal(2, times[1].RatioTo(times[0]), 6);
        Assert.Equal(5, before); // twice to warm up, and three rounds
    }

    [Fact]
    public void A_round_that_was_stopped_does_not_count()
    {
        using var stop = new CancellationTokenSource();
        int turns = 0;
        TimedWork first = Known(1000), second = Known(1000) with
        {
            Before = () =>
            {
                if (++turns == 4) // the second round, after twice to warm up
                {
                    stop.Cancel();
                }
            },
        };
        RoundTimes[] times = Turns.Measure([second, first], seconds: 0, Time(stop.Token));
        Assert.Equal(ClockCost.Nanoseconds(1000), times[0].Median, 6);
        Assert.True(double.IsNaN(Turns.Measure([first], seconds: 0, Time(stop.Token))[0].Median));
    }

    [Fact]
    public void Recording_makes_every_step_once_and_allocates_nothing()
    {
        var steps = new Counting();
        var ticks = new uint[50];
        StepRecorder.Singles(steps, ticks);
        Assert.Equal(50, steps.Count);
        StepRecorder.Blocks(steps, 64, ticks.AsSpan(0, 10));
        Assert.Equal(50 + 640, steps.Count);
        StepRecorder.Run(steps, 7);
        Assert.Equal(50 + 640 + 7, steps.Count);
        Assert.Equal(0, Allocations.Of(() => StepRecorder.Singles(steps, ticks)));
        Assert.Equal(0, Allocations.Of(() => StepRecorder.Blocks(steps, 64, ticks)));
        Assert.Equal(0, Allocations.Of(() => StepRecorder.Run(steps, 64)));
    }

    [Fact]
    public void A_long_step_is_recorded_as_long()
    {
        var steps = new Waiting();
        var ticks = new uint[10];
        StepRecorder.Singles(steps, ticks);
        Assert.All(ticks, duration => Assert.True(ClockCost.Nanoseconds(duration) >= 200_000));
        StepRecorder.Blocks(steps, 3, ticks);
        Assert.All(ticks, duration => Assert.True(ClockCost.Nanoseconds(duration) >= 600_000));
    }

    [Fact]
    public void The_clock_costs_something_which_is_taken_off_single_steps_but_never_below_nothing()
    {
        var clock = ClockCost.Measure();
        Assert.Equal(1e9 / Stopwatch.Frequency, clock.TickNanoseconds, 9);
        Assert.True(clock.CostNanoseconds >= 0);
        Assert.Equal(0, (clock with { CostNanoseconds = ClockCost.Nanoseconds(5) }).OfStep(3));
        Assert.Equal(ClockCost.Nanoseconds(4), (clock with { CostNanoseconds = ClockCost.Nanoseconds(5) }).OfStep(9), 6);
    }

    [Fact]
    public void Readings_that_move_by_ten_are_seen_to_do_so_and_rare_ones_do_not_count()
    {
        Assert.Equal(1u, ClockCost.StepOf([.. Enumerable.Repeat(20u, 500), .. Enumerable.Repeat(21u, 500), 4000]));
        Assert.Equal(9u, ClockCost.StepOf([.. Enumerable.Repeat(30u, 500), .. Enumerable.Repeat(31u, 200), .. Enumerable.Repeat(40u, 300), 4000]));
        Assert.Equal(1u, ClockCost.StepOf([30, 30]));
    }

    [Fact]
    public void The_garbage_is_counted_while_it_is_made_and_not_while_it_rests()
    {
        using var garbage = new GarbageMaker();
        Assert.Equal(0, garbage.Bytes);
        garbage.Start();
        SpinWait.SpinUntil(() => garbage.Bytes > 1_000_000);
        garbage.Pause();
        long bytes = garbage.Bytes;
        double seconds = garbage.Seconds;
        Assert.True(bytes > 1_000_000 && seconds > 0);
        Thread.Sleep(20); // time in which a thread that does not rest would make some; one that rests cannot fail here
        Assert.Equal((bytes, seconds), (garbage.Bytes, garbage.Seconds));
        garbage.Start();
        garbage.Pause(); // at once, and still it made some
        Assert.True(garbage.Bytes > bytes && garbage.Seconds > seconds);
    }

    private static SectionTime Time(CancellationToken stop) => new(1, 0, (TrainingProgress _) => { }, stop);

    /// <summary>A work whose calls take so many ticks, as it says.</summary>
    private static TimedWork Known(long ticks) => new(count => count * ticks);

    private static RoundTimes Times(params double[] rounds)
    {
        var times = new RoundTimes();
        Array.ForEach(rounds, times.Add);
        return times;
    }

    private sealed class Counting : Stepped
    {
        public int Count { get; private set; }

        public override void Step() => Count++;
    }

    private sealed class Waiting : Stepped
    {
        public override void Step()
        {
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < 200)
            {
                Thread.SpinWait(10);
            }
        }
    }
}
