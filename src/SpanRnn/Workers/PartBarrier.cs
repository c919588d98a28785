using System.Runtime.InteropServices;

namespace SpanRnn.Workers;

/// <summary>Where the parts of one team's call wait for each other: far cheaper than a call for each step. Nothing is allocated.</summary>
/// <remarks>
/// What a part wrote before it came is seen by all parts that have left. All parts must come equally often. A part that throws breaks the
/// barrier, so that the others, who would wait for it forever, end as well: the team's caller sees the first exception alone.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal sealed class PartBarrier
{
    /// <summary>
    /// Turns of spinning before a part lets other threads have its processor: some microseconds. The others are normally at work, and
    /// about as far; one that is not has lost its processor, and may need this one. Where nobody waits for it, yielding costs little.
    /// </summary>
    private const int Turns = 200;

    // Each on a cache line of its own: the waiting read the second while the coming write the first.
    [FieldOffset(64)] private int _come;
    [FieldOffset(128)] private int _phase;
    [FieldOffset(132)] private int _parts;
    [FieldOffset(136)] private bool _isBroken;

    /// <summary>How often all parts have met, for tests.</summary>
    public int Meetings => Volatile.Read(ref _phase);

    /// <summary>Makes ready for a call of so many parts. Not while parts are at work.</summary>
    public void Begin(int parts) => (_come, _parts, _isBroken) = (0, parts, false);

    /// <summary>Waits until all parts have come.</summary>
    /// <exception cref="BrokenBarrierException">Another part threw.</exception>
    public void Meet()
    {
        int phase = Volatile.Read(ref _phase);
        if (Interlocked.Increment(ref _come) == _parts)
        {
            _come = 0;
            Volatile.Write(ref _phase, phase + 1);
            return;
        }

        for (int turn = 0; Volatile.Read(ref _phase) == phase; turn++)
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

    /// <summary>A part will not come any more: those that wait, and those that come later, throw.</summary>
    public void Break() => Volatile.Write(ref _isBroken, true);
}
