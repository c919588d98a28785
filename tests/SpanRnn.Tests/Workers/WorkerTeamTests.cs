using SpanRnn.Tests.Support;
using SpanRnn.Workers;
using Xunit;

namespace SpanRnn.Tests.Workers;

public sealed class WorkerTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Every_part_is_done_once_and_seen_by_the_caller(int threads)
    {
        using var team = new WorkerTeam(threads);
        int[] done = new int[threads];
        for (int call = 1; call <= 300; call++)
        {
            var work = new Counting { Done = done };
            team.Run(ref work, threads);
            Assert.All(done, count => Assert.Equal(call, count));
        }
    }

    [Fact]
    public void A_team_that_fell_asleep_wakes_up()
    {
        using var team = new WorkerTeam(3);
        int[] done = new int[3];
        for (int call = 1; call <= 5; call++)
        {
            SpinWait.SpinUntil(() => team.Sleeping == 2);
            var work = new Counting { Done = done };
            team.Run(ref work, 3);
            Assert.All(done, count => Assert.Equal(call, count));
        }
    }

    [Fact]
    public void A_caller_that_fell_asleep_wakes_up()
    {
        using var team = new WorkerTeam(2);
        int[] done = new int[2];
        var work = new Counting { Done = done, Team = team };
        team.Run(ref work, 2);
        Assert.All(done, count => Assert.Equal(1, count));
    }

    [Fact]
    public void Fewer_parts_than_threads_leave_the_others_idle()
    {
        using var team = new WorkerTeam(4);
        int[] done = new int[4];
        var work = new Counting { Done = done };
        team.Run(ref work, 2);
        Assert.Equal([1, 1, 0, 0], done);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1)]
    public void An_exception_reaches_the_caller_once_and_the_team_goes_on(int part)
    {
        using var team = new WorkerTeam(2);
        for (int call = 0; call < 3; call++)
        {
            Assert.Throws<TimeZoneNotFoundException>(() =>
            {
                var work = new Failing { Part = part };
                team.Run(ref work, 2);
            });
            int[] done = new int[2];
            var good = new Counting { Done = done };
            team.Run(ref good, 2);
            Assert.Equal([1, 1], done);
        }
    }

    [Fact]
    public void A_part_may_not_divide_itself_on_its_own_team()
    {
        using var team = new WorkerTeam(2);
        Assert.Throws<InvalidOperationException>(() =>
        {
            var work = new Nested { Team = team };
            team.Run(ref work, 2);
        });
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        using var team = new WorkerTeam(2);
        int[] done = new int[2];
        Assert.Equal(0, Allocations.Of(() =>
        {
            var work = new Counting { Done = done };
            team.Run(ref work, 2);
        }));
    }

    [Fact]
    public void A_disposed_team_refuses_work()
    {
        var team = new WorkerTeam(2);
        team.Dispose();
        Assert.Throws<ObjectDisposedException>(() =>
        {
            var work = new Counting { Done = new int[2] };
            team.Run(ref work, 2);
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    public void A_team_has_1_to_1024_threads(int threads) => Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerTeam(threads));

    private ref struct Counting : IPartedWork
    {
        public int[] Done;

        /// <summary>Whose caller shall be asleep before the last part ends; null: no matter.</summary>
        public WorkerTeam? Team;

        public readonly void Run(int part, int parts)
        {
            SpinWait wait = default;
            while (part > 0 && Team is { IsCallerAsleep: false })
            {
                wait.SpinOnce();
            }

            Done[part]++;
        }
    }

    private ref struct Failing : IPartedWork
    {
        public int Part;

        public readonly void Run(int part, int parts)
        {
            if (part == Part || Part < 0)
            {
                throw new TimeZoneNotFoundException();
            }
        }
    }

    private ref struct Nested : IPartedWork
    {
        public WorkerTeam Team;

        public readonly void Run(int part, int parts)
        {
            if (part == 0)
            {
                Team.Run(ref System.Runtime.CompilerServices.Unsafe.AsRef(in this), 2);
            }
        }
    }
}
