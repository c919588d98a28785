using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace SpanRnn.Workers;

/// <summary>Where the parts of one team's call wait for each other: far cheaper than a call for each step. Nothing is allocated.</summary>
/// <remarks>
/// What a part wrote before it came is seen by all parts that have left. All parts must come equally often in a call. A part that throws breaks the
/// barrier, so that the others, who would wait for it forever, end as well: the team's caller sees the first exception alone.
/// </remarks>
internal sealed class PartBarrier
{
    /// <summary>
    /// Turns of spinning before a part lets other threads have its processor: some microseconds. The others are normally at work, and
    /// about as far; one that is not has lost its processor, and may need this one. Where nobody waits for it, yielding costs little.
    /// </summary>
    private const int Turns = 200;

    /// <summary>Numbers from one part's to the next: two cache lines, since processors fetch pairs.</summary>
    private const int Apart = 32;

    /// <summary>
    /// How often each part has come, each on lines of its own that nobody else writes: a part tells all others with one store, where a number that all
    /// increase would go from one to the next before the last could tell them.
    /// </summary>
    private readonly int[] _meetings;
    private int _parts;
    private bool _isBroken;

    /// <param name="most">Parts of a call at most.</param>
    public PartBarrier(int most) => _meetings = new int[Apart * (most + 1)];

    /// <summary>How often the first part has come since the number of parts last changed or one threw, for tests.</summary>
    public int Meetings => Volatile.Read(ref Of(0));

    /// <summary>Makes ready for a call of so many parts. Not while parts are at work.</summary>
    public void Begin(int parts)
    {
        if (parts != _parts || _isBroken)
        {
            Array.Clear(_meetings);
            (_parts, _isBroken) = (parts, false);
        }

        Debug.Assert(AreEqual(), "A part came more often than another in the call before.");
    }

    /// <summary>Waits until all parts have come.</summary>
    /// <param name="part">Who comes.</param>
    /// <exception cref="BrokenBarrierException">Another part threw.</exception>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void Meet(int part)
    {
        int meeting = Of(part) + 1;
        Volatile.Write(ref Of(part), meeting);
        for (int other = 0, turn = 0; other < _parts; other++)
        {
            // Who has come once more already was here; the difference stays right where the numbers overflow.
            for (; Volatile.Read(ref Of(other)) - meeting < 0; turn++)
            {
                if (Volatile.Read(ref _isBroken))
                {
                    throw new BrokenBarrierException();
                }

                if (turn < Turns)
                {
                    Thread.SpinWait(1);
                }
                else
                {
                    Thread.Yield();
                }
            }
        }
    }

    /// <summary>A part will not come any more: those that wait, and those that come later, throw.</summary>
    public void Break() => Volatile.Write(ref _isBroken, true);

    private bool AreEqual()
    {
        for (int part = 1; part < _parts; part++)
        {
            if (Of(part) != Of(0))
            {
                return false;
            }
        }

        return true;
    }

    private ref int Of(int part) => ref _meetings[Apart * (part + 1)];
}
