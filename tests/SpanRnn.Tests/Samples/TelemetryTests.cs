extern alias telemetry;

using System.Diagnostics;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using telemetry::SpanRnn.Samples;
using telemetry::SpanRnn.Samples.TelemetryAnomaly;
using Xunit;

namespace SpanRnn.Tests.SamplePrograms;

/// <summary>The anomaly detector finds what is injected, stays quiet in health, and counts honestly.</summary>
public sealed class TelemetryTests(TrainedDetector trained) : IClassFixture<TrainedDetector>
{
    [Fact]
    public void It_finds_faults_of_every_kind()
    {
        int steps = 20 * 60 * Sensors.Rate;
        Fault[] faults = FaultPlan.Draw(new RandomStream(11), steps);
        var evaluation = new Evaluation(faults, Serve(faults, steps, 12).Alarms, steps);
        Assert.True(faults.Length >= 30, $"{faults.Length} faults");
        Assert.True(evaluation.Recall >= 0.9, evaluation.Summary);
        Assert.True(evaluation.Precision >= 0.8, evaluation.Summary);
        foreach (FaultKind kind in Enum.GetValues<FaultKind>())
        {
            (Fault Fault, double? Seconds)[] ofKind = [.. evaluation.Faults.Where(fault => fault.Fault.Kind == kind)];
            int found = ofKind.Count(fault => fault.Seconds is not null);
            Assert.True(found >= 0.7 * ofKind.Length, $"{kind}: {found} of {ofKind.Length}");
        }
    }

    [Fact]
    public void It_is_quiet_in_health_and_allocates_nothing()
    {
        int steps = 60 * 60 * Sensors.Rate;
        ServingResult result = Serve([], steps, 13);
        Assert.True(result.Alarms.Count <= 8, $"{result.Alarms.Count} alarms in an hour; the threshold is for 1"); // Poisson: p = 1e-6
        Assert.Equal((steps, steps), (result.Scores.Length, result.Times.Count));
        Assert.Equal(0, Enumerable.Range(0, 4).Min(run => Serve([], 5000, 14 + run).AllocatedBytes)); // see Allocations for why the least
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits()
    {
        Fault[] faults = FaultPlan.Draw(new RandomStream(5), 10_000);
        Bits.Equal("scores", Serve(faults, 10_000, 6).Scores.Span, Serve(faults, 10_000, 6).Scores.Span);
    }

    [Fact]
    public void Paced_a_step_begins_every_eight_milliseconds()
    {
        using var detector = new Detector(trained.Forecaster, trained.Scale);
        long begun = Stopwatch.GetTimestamp();
        ServingResult result = Serving.Run(detector, 1, new Machine(new RandomStream(1)), [], 40, isPaced: true, tell: null, default);
        Assert.True(Stopwatch.GetElapsedTime(begun) >= TimeSpan.FromMilliseconds(39 * 8));
        Assert.Equal((40, 40), (result.Scores.Length, result.Lateness.Count));
    }

    [Fact]
    public void Stopped_it_reports_what_was_served()
    {
        using var stop = new CancellationTokenSource();
        using var detector = new Detector(trained.Forecaster, trained.Scale);
        Fault[] faults = [new(FaultKind.CurrentSpikes, Sensors.Current, 1, 100, 200)];
        ServingResult result = Serving.Run(detector, 1, new Machine(new RandomStream(1)), faults, 1000, isPaced: false, _ => stop.Cancel(), stop.Token);
        Assert.Equal(101, result.Scores.Length); // it was told of the fault, and stopped
    }

    [Fact]
    public void Faults_do_what_they_say()
    {
        Assert.All(Readings(null).Zip(Readings(null)), pair => Assert.Equal(pair.First, pair.Second));
        float[][] healthy = Readings(null), stuck = Readings(new Fault(FaultKind.SensorStuck, Sensors.Speed, 1, 0, 500));
        Assert.All(stuck, reading => Assert.Equal(stuck[0][Sensors.Speed], reading[Sensors.Speed]));
        Assert.All(stuck.Zip(healthy), pair => Assert.Equal(pair.Second[Sensors.Current], pair.First[Sensors.Current]));

        float[][] drift = Readings(new Fault(FaultKind.SensorDrift, Sensors.Temperature, -1, 0, 500));
        double Off(int t) => drift[t][Sensors.Temperature] - healthy[t][Sensors.Temperature];
        Assert.Equal(0, Off(0), 1e-3);
        Assert.True(Off(499) < -2 && Math.Abs(Off(499) - 2 * Off(250)) < 0.05, $"{Off(250)}, {Off(499)}");

        float[][] worn = Readings(new Fault(FaultKind.BearingWear, -1, 1, 0, 500));
        double Shaking(float[][] readings) => Math.Sqrt(readings.TakeLast(250).Average(reading => reading[Sensors.Vibration] * reading[Sensors.Vibration]));
        Assert.True(Shaking(worn) > Shaking(healthy) + 0.02, $"{Shaking(worn)}, {Shaking(healthy)}");

        static float[][] Readings(Fault? fault)
        {
            var machine = new Machine(new RandomStream(9));
            float[][] readings = [.. Enumerable.Range(0, 500).Select(_ => new float[Sensors.Count])];
            for (int t = 0; t < readings.Length; t++)
            {
                machine.Read(readings[t], fault, t);
            }

            return readings;
        }
    }

    [Fact]
    public void Alarms_are_held_against_the_labels()
    {
        Fault[] faults = [new(FaultKind.BearingWear, -1, 1, 1000, 2000), new(FaultKind.SensorStuck, 2, 1, 5000, 6000), new(FaultKind.SensorDrift, 2, 1, 9500, 9900)];
        Alarm[] alarms = [new(500, 0), new(1250, 0), new(1500, 0), new(2100, 0), new(4999, 0)]; // false, right, right, settling, false
        var evaluation = new Evaluation(faults, alarms, 9000);
        Assert.Equal((1, 2, 2), (evaluation.Found, evaluation.TrueAlarms, evaluation.FalseAlarms));
        Assert.Equal([2.0, null], evaluation.Faults.Select(fault => fault.Seconds)); // the third never began
        Assert.Equal((0.5, 0.5), (evaluation.Recall, evaluation.Precision));
        Assert.Equal((9000 - 2 * (1000 + 625)) / 450_000.0, evaluation.HealthyHours, 1e-9);
    }

    [Fact]
    public void An_alarm_lasts_until_two_quiet_seconds()
    {
        float[] scores = new float[1000];
        (scores[10], scores[20], scores[269], scores[600]) = (2, 3, 2, 2); // the third is 249 steps after the second
        Assert.Equal(2, AlarmLatch.Count(scores, 1));
        Assert.Equal(1, AlarmLatch.Count(scores, 2));
        Assert.Equal(0, AlarmLatch.Count(scores, 3));
    }

    [Fact]
    public void Scores_are_drawn_beside_the_threshold()
    {
        float[] scores = new float[5 * Sensors.Rate];
        for (int second = 0; second < 5; second++)
        {
            scores[second * Sensors.Rate + 7] = new[] { 0.1f, 1.9f, 2.1f, 7f, 100f }[second];
        }

        var result = new ServingResult(scores, [new(2 * Sensors.Rate + 7, 0)], new(1), new(0), 0);
        string[] lines = ScoreStrip.Draw(result, [new(FaultKind.SensorDrift, 0, 1, 250, 375)], threshold: 2, minutes: 1).Split(Environment.NewLine);
        Assert.EndsWith("..D..", lines[0], StringComparison.Ordinal);
        Assert.EndsWith("▁▄▅▆█", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("  alarm    !", lines[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--fast --minutes 1 --updates 30 --calibration 0.1 --units 8", 0, " bytes allocated in 7,500 steps")]
    [InlineData("--fast --minutes 1 --updates 30 --calibration 0.1 --units 8 --no-faults", 0, "false alarms: ")]
    [InlineData("--minutes x", 2, "--minutes: expected a number from 0.5 to 3000, found 'x'.")]
    [InlineData("--quick", 2, "'--quick' is not understood. Try --help.")]
    public void The_program_reports_or_says_what_is_wrong(string line, int expected, string sentence)
    {
        using StringWriter output = new(), error = new();
        int code = SampleProgram.Run(line.Split(' '), TelemetryApp.Help, TelemetryApp.Run, output, error, default);
        Assert.True(code == expected, $"{code}: {error}");
        Assert.Contains(sentence, $"{output}{error}", StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_stops_while_it_trains()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        using StringWriter output = new(), error = new();
        Assert.Equal(130, SampleProgram.Run(["--fast"], TelemetryApp.Help, TelemetryApp.Run, output, error, stopped.Token));
        Assert.Equal(("", "Stopped."), (output.ToString(), error.ToString().Trim()));
    }

    private ServingResult Serve(Fault[] faults, int steps, int seed)
    {
        using var detector = new Detector(trained.Forecaster, trained.Scale);
        return Serving.Run(detector, trained.Threshold, new Machine(new RandomStream((ulong)seed)), faults, steps, isPaced: false, tell: null, default);
    }
}
