using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace SpanRnn.Workers;

/// <summary>Threads that share the work of one caller: opt-in, started once, nothing allocated for each call.</summary>
/// <remarks>
/// <para>The results are those of one thread, to the bit: work is divided between whole outputs, never along a sum.</para>
/// <para>The caller does the first part itself. A worker without work spins for some microseconds, so that the next call finds it awake, and
/// then sleeps until it is woken: an idle team costs no processor time. One caller at a time, but steps of several sessions may share a team: one that finds it at
/// work, or asleep where a step takes a few microseconds, is done by its caller alone.</para>
/// <para>An exception in any part reaches the caller once, after all parts have ended; the team can be used again.</para>
/// </remarks>
public sealed partial class WorkerTeam : IDisposable
{
    /// <summary>
    /// Turns of waiting before a thread sleeps: tens to hundreds of microseconds, at least what waking it would take. After some microseconds of spinning it
    /// lets others have its processor meanwhile: the one it waits for may be among them.
    /// </summary>
    private const int Turns = 200, SpinningTurns = 25;

    /// <summary>Multiply-adds of a product below which a second thread that sleeps costs more than it gains: some 20 microseconds of them.</summary>
    internal const long LeastWork = 1_000_000;

    private readonly Thread[] _threads;
    private readonly object _door = new();
    private unsafe delegate*<ref byte, int, int, void> _entry;
    private unsafe void* _work;
    private ExceptionDispatchInfo? _error;
    private int _isBusy, _call, _running, _sleeping, _callerSleeps, _parts;
    private bool _isDisposed;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many work at the same time, the caller included: 1 starts none.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1 or above 1024.</exception>
    public WorkerTeam(int threads) : this(threads, null)
    {
    }

    /// <param name="threads">How many work at the same time, the caller included.</param>
    /// <param name="meetingTime">Nanoseconds of a meeting; null to measure it.</param>
    internal WorkerTeam(int threads, double? meetingTime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, 1024);
        Threads = threads;
        Barrier = new(threads);
        _threads = new Thread[threads - 1];
        for (int i = 0; i < _threads.Length; i++)
        {
            int part = i + 1;
            _threads[i] = new Thread(() => Work(part)) { IsBackground = true, Name = $"SpanRnn worker {part}" };
            _threads[i].Start();
        }

        bool haveProcessors = threads > 1 && threads <= Environment.ProcessorCount;
        (LeastStep, LeastAwake) = LeastOf(meetingTime ?? (haveProcessors ? MeetingTrial.Nanoseconds(this) : double.NaN));
    }

    /// <summary>How many work at the same time, the caller included.</summary>
    public int Threads { get; }

    /// <summary>Where the parts of a call may wait for each other; only in a call of at least two parts.</summary>
    internal PartBarrier Barrier { get; }

    /// <summary>Divides even what is too little to gain by it: for tests.</summary>
    internal bool DividesAll { get; init; }

    /// <summary>Workers that sleep, for tests.</summary>
    internal int Sleeping => Volatile.Read(ref _sleeping);

    /// <summary>Whether the caller sleeps until the last part has ended, for tests.</summary>
    internal bool IsCallerAsleep => Volatile.Read(ref _callerSleeps) == 1;

    /// <summary>Ends the threads. Not while a call is under way.</summary>
    public void Dispose()
    {
        lock (_door)
        {
            _isDisposed = true;
            Monitor.PulseAll(_door);
        }

        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
    }

    /// <summary>Whether there is a team for which so much work, in whatever unit, is worth to be divided.</summary>
    internal static bool IsWorth(WorkerTeam? team, long work, long least) =>
        team is not null && team.Threads > 1 && (work >= least || team.DividesAll);

    /// <summary>Does all parts of some work, on a team if there is one.</summary>
    internal static void Run<TWork>(WorkerTeam? team, scoped ref TWork work, int parts) where TWork : struct, IPartedWork, allows ref struct
    {
        if (team is null)
        {
            work.Run(0, 1);
        }
        else
        {
            team.Run(ref work, parts);
        }
    }

    /// <summary>Does all parts of some work, at most <see cref="Threads"/>, and returns when the last one has ended.</summary>
    /// <exception cref="ObjectDisposedException">The team was disposed.</exception>
    /// <exception cref="InvalidOperationException">Another thread's call is under way, or a part calls its own team.</exception>
    internal void Run<TWork>(scoped ref TWork work, int parts) where TWork : struct, IPartedWork, allows ref struct
    {
        parts = Math.Min(parts, Threads);
        if (parts <= 1)
        {
            work.Run(0, 1);
            return;
        }

        if (!TryEnter())
        {
            throw new InvalidOperationException("The team is at work for another caller: one at a time, and a part may not divide itself further.");
        }

        RunEntered(ref work, parts);
    }

    private bool TryEnter() => Interlocked.Exchange(ref _isBusy, 1) == 0;

    private unsafe void RunEntered<TWork>(scoped ref TWork work, int parts) where TWork : struct, IPartedWork, allows ref struct
    {
        try
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);

            // The work stays where it is, on this thread's stack, until every part has ended: what it refers to is kept alive from here.
            _work = Unsafe.AsPointer(ref work);
            _entry = &Enter<TWork>;
            _parts = parts;
            Barrier.Begin(parts);
            Volatile.Write(ref _running, _threads.Length);
            Interlocked.Increment(ref _call);
            if (Volatile.Read(ref _sleeping) > 0)
            {
                lock (_door)
                {
                    Monitor.PulseAll(_door);
                }
            }

            Do(0);
            WaitForOthers();
            if (_error is { } error)
            {
                _error = null;
                error.Throw();
            }
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }

    private static unsafe void Enter<TWork>(ref byte work, int part, int parts) where TWork : struct, IPartedWork, allows ref struct =>
        Unsafe.As<byte, TWork>(ref work).Run(part, parts);

    private unsafe void Do(int part)
    {
        try
        {
            _entry(ref *(byte*)_work, part, _parts);
        }
        catch (Exception error)
        {
            Interlocked.CompareExchange(ref _error, ExceptionDispatchInfo.Capture(error), null);
            Barrier.Break(); // after the error is kept: what the others throw now is not the first
        }
    }

    private void WaitForOthers()
    {
        for (int turn = 0; Volatile.Read(ref _running) > 0; turn++)
        {
            if (turn < Turns)
            {
                Pause(turn);
                continue;
            }

            lock (_door)
            {
                Interlocked.Exchange(ref _callerSleeps, 1); // before it looks again: either it sees the last one end, or that one sees this
                while (Volatile.Read(ref _running) > 0)
                {
                    Monitor.Wait(_door);
                }

                _callerSleeps = 0;
            }
        }
    }

    private static void Pause(int turn)
    {
        if (turn < SpinningTurns)
        {
            Thread.SpinWait(8);
        }
        else
        {
            Thread.Yield();
        }
    }

    private void Work(int part)
    {
        for (int seen = 0; WaitForCall(ref seen);)
        {
            if (part < _parts)
            {
                Do(part);
            }

            if (Interlocked.Decrement(ref _running) == 0 && Volatile.Read(ref _callerSleeps) == 1)
            {
                lock (_door)
                {
                    Monitor.PulseAll(_door);
                }
            }
        }
    }

    /// <summary>Waits for the next call; false when the team is disposed.</summary>
    private bool WaitForCall(ref int seen)
    {
        while (true)
        {
            for (int turn = 0; turn < Turns; turn++)
            {
                if (Volatile.Read(ref _call) != seen)
                {
                    seen++;
                    return true;
                }

                Pause(turn);
            }

            lock (_door)
            {
                Interlocked.Increment(ref _sleeping);
                for (int attempts = _attempts; Volatile.Read(ref _call) == seen && attempts == _attempts && !_isDisposed;)
                {
                    Monitor.Wait(_door);
                }

                Interlocked.Decrement(ref _sleeping);
                if (_isDisposed && Volatile.Read(ref _call) == seen)
                {
                    return false;
                }
            }
        }
    }
}
