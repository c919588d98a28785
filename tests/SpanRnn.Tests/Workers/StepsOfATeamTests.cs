using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Workers;

/// <summary>Which steps of a stream a team divides, and what it does with workers that sleep.</summary>
public sealed class StepsOfATeamTests
{
    [Fact]
    public void A_step_of_a_few_microseconds_is_divided_only_while_all_workers_are_awake()
    {
        using var team = new WorkerTeam(3, meetingTime: 100);
        SpinWait.SpinUntil(() => team.Sleeping == 2);
        for (int layer = 0; layer < 3; layer++)
        {
            Assert.False(team.Divides(team.LeastAwake));
        }

        Assert.Equal(0, team.Attempts); // a single step of some layers wakes nobody
        Assert.True(team.Divides(WorkerTeam.LeastWork));

        // Steps that follow each other closely do, and find workers awake, sooner or later.
        while (!team.Divides(team.LeastAwake))
        {
        }

        Assert.True(team.Attempts > 0);
        Assert.False(team.Divides(team.LeastAwake - 1));
        int[] done = new int[3];
        var work = new WorkerTeamTests.Counting { Done = done };
        team.RunStep(ref work, 3);
        Assert.Equal([1, 1, 1], done);
    }

    [Fact]
    public void Workers_that_were_woken_for_nothing_fall_asleep_again()
    {
        using var team = new WorkerTeam(3, meetingTime: 100);
        for (int time = 0; time < 3; time++)
        {
            team.Wake();
            SpinWait.SpinUntil(() => team.Sleeping == 2);
            int attempts = team.Attempts;
            while (team.Attempts == attempts)
            {
                team.Divides(team.LeastAwake);
            }

            SpinWait.SpinUntil(() => team.Sleeping == 2);
        }
    }

    /// <summary>Sessions of several threads may share a team: whoever finds it at work does a step alone.</summary>
    [Fact]
    public void A_step_that_finds_the_team_at_work_is_done_alone()
    {
        using var team = new WorkerTeam(2);
        var work = new Stepping { Team = team, Parts = new int[2] };
        team.Run(ref work, 2);
        Assert.Equal([1, 1], work.Parts);
    }

    [Fact]
    public void A_disposed_team_divides_no_steps()
    {
        var team = new WorkerTeam(2) { DividesAll = true };
        team.Dispose();
        Assert.False(team.Divides(long.MaxValue));
        team.Wake();
    }

    [Fact]
    public void One_thread_divides_nothing()
    {
        using var alone = new WorkerTeam(1) { DividesAll = true };
        Assert.False(alone.Divides(long.MaxValue));
    }

    [Theory]
    [InlineData(10.0, 29_750, 44_625)] // no faster than neighbouring cores
    [InlineData(100.0, 42_500, 63_750)]
    [InlineData(1_500.0, 637_500, 956_250)]
    [InlineData(1_501.0, 212_500, 318_750)] // threads that share a processor for the moment: as if 500 had been measured
    [InlineData(15_000.0, 212_500, 318_750)]
    [InlineData(double.NaN, 212_500, 1_000_000)]
    public void What_a_meeting_costs_decides_what_is_divided(double nanoseconds, long step, long awake)
    {
        using var team = new WorkerTeam(2, nanoseconds);
        Assert.Equal((step, awake), (team.LeastStep, team.LeastAwake));
    }

    [Fact]
    public void A_meeting_is_measured_where_each_thread_has_a_processor()
    {
        using WorkerTeam two = new(2), many = new(Environment.ProcessorCount + 1);
        Assert.Equal(Environment.ProcessorCount > 1, two.Calls > 0);
        Assert.Equal(0, many.Calls);
        Assert.True(Environment.ProcessorCount == 1 || MeetingTrial.Nanoseconds(two) > 0);
    }

    /// <summary>Each part begins a step on its own team.</summary>
    private ref struct Stepping : IPartedWork
    {
        public WorkerTeam Team;
        public int[] Parts;

        public readonly void Run(int part, int parts)
        {
            var step = new WorkerTeamTests.Counting { Done = new int[2] };
            Team.RunStep(ref step, 2);
            Parts[part] = step.Done[0] - step.Done[1];
        }
    }
}
