using System.Diagnostics;
using SpanRnn.Models;

namespace SpanRnn.Samples.Keyboard;

/// <summary>A thread that learns while another types, and hands over its weights now and then.</summary>
internal sealed class LearningThread : IDisposable
{
    private readonly Thread _thread;
    private readonly Learner _learner;
    private readonly Action<FrozenModel> _swap;
    private TrainingDivergedException? _failure;
    private bool _isOver;

    /// <param name="learner">Used by this thread alone from now on, until it is disposed.</param>
    /// <param name="swap">Gets new weights, on this thread.</param>
    public LearningThread(Learner learner, Action<FrozenModel> swap)
    {
        (_learner, _swap) = (learner, swap);
        _thread = new Thread(Run) { Name = "learner", IsBackground = true, Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    /// <summary>How often weights were handed over.</summary>
    public int Swaps { get; private set; }

    /// <summary>The time it worked, without waiting.</summary>
    public TimeSpan Worked { get; private set; }

    /// <summary>Ends the thread after the update it is at, and waits for it. The last weights are handed over.</summary>
    /// <exception cref="SampleException">Learning failed.</exception>
    public void End()
    {
        Dispose();
        if (_failure is not null)
        {
            throw new SampleException($"learning stopped after {_learner.Updates} updates: {_failure.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Volatile.Write(ref _isOver, true);
        _thread.Join();
    }

    private void Run()
    {
        long swappedAt = 0;
        try
        {
            while (!Volatile.Read(ref _isOver))
            {
                if (!_learner.IsDue)
                {
                    Thread.Sleep(1); // nothing new was typed; the typing thread shall not have to wake anybody
                    continue;
                }

                long begun = Stopwatch.GetTimestamp();
                _learner.Learn();
                if (_learner.Updates % Learner.UpdatesPerSwap == 0)
                {
                    Swap();
                }

                Worked += Stopwatch.GetElapsedTime(begun);
            }

            if (_learner.Updates > swappedAt)
            {
                Swap();
            }
        }
        catch (TrainingDivergedException failure)
        {
            _failure = failure; // the last good weights go on serving
        }

        void Swap()
        {
            _swap(_learner.Freeze());
            (Swaps, swappedAt) = (Swaps + 1, _learner.Updates);
        }
    }
}
