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

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(8)]
    public void Parts_that_meet_see_what_the_others_did(int threads)
    {
        using var team = new WorkerTeam(threads);
        for (int call = 0; call < 3; call++)
        {
            var work = new Meeting { Team = team, Done = new int[threads], Seen = new int[threads], Rounds = 50, Failing = threads };
            team.Run(ref work, threads);
            Assert.All(work.Seen, seen => Assert.Equal(threads * (1 + 50) * 50 / 2, seen));
        }
    }

    [Fact]
    public void Calls_of_other_numbers_of_parts_meet_too()
    {
        using var team = new WorkerTeam(4);
        foreach (int parts in (ReadOnlySpan<int>)[2, 4, 3, 3, 2, 4])
        {
            var work = new Meeting { Team = team, Done = new int[parts], Seen = new int[parts], Rounds = parts, Failing = parts };
            team.Run(ref work, parts);
            Assert.All(work.Seen, seen => Assert.Equal(parts * (1 + parts) * parts / 2, seen));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_part_that_throws_does_not_leave_the_others_waiting(int part)
    {
        using var team = new WorkerTeam(3);
        for (int call = 0; call < 3; call++)
        {
            Assert.Throws<TimeZoneNotFoundException>(() =>
            {
                var work = new Meeting { Team = team, Done = new int[3], Seen = new int[3], Rounds = 5, Failing = part };
                team.Run(ref work, 3);
            });
            var good = new Meeting { Team = team, Done = new int[3], Seen = new int[3], Rounds = 2, Failing = 3 };
            team.Run(ref good, 3);
            Assert.Equal([9, 9, 9], good.Seen);
        }
    }

    [Fact]
    public void A_meeting_allocates_nothing()
    {
        using var team = new WorkerTeam(2);
        int[] done = new int[2], seen = new int[2];
        Assert.Equal(0, Allocations.Of(() =>
        {
            var work = new Meeting { Team = team, Done = done, Seen = seen, Rounds = 3, Failing = 3 };
            team.Run(ref work, 2);
        }));
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

    internal ref struct Counting : IPartedWork
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

    /// <summary>In each round all parts count, meet, read what all have counted, and meet again before the next.</summary>
    private ref struct Meeting : IPartedWork
    {
        public WorkerTeam Team;
        public int[] Done, Seen;
        public int Rounds;

        /// <summary>Which part throws in its second round; beyond the parts: none.</summary>
        public int Failing;

        public readonly void Run(int part, int parts)
        {
            for (int round = 0; round < Rounds; round++)
            {
                Done[part]++;
                if (round == 1 && part == Failing)
                {
                    throw new TimeZoneNotFoundException();
                }

                Team.Barrier.Meet(part);
                Seen[part] += Done.Sum();
                Team.Barrier.Meet(part);
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
