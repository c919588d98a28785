using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Contenders;

/// <summary>A workload ready to be timed by one contender.</summary>
public interface IPrepared : IDisposable
{
    /// <summary>Bytes held for this workload beside the weights (tape, workspace), or 0 if unknown.</summary>
    long WorkspaceBytes => 0;

    /// <summary>What was chosen for this workload by trying, for the report; empty where nothing was.</summary>
    string Choice => "";

    /// <summary>
    /// What the contender computes from the initial states and weights; called once, before any timing. In PyTorch's layouts, one after another:
    /// <list type="bullet">
    /// <item>Step: h after <see cref="Workload.CheckSteps"/> steps on the same input, then (LSTM) c.</item>
    /// <item>Sequence: Y [T, B, D*H], final h [L*D, B, H], then (LSTM) final c [L*D, B, H].</item>
    /// <item>TrainRecurrent: Y, dX [T, B, I], then by layer and direction dW, dR, d input bias, d recurrent bias.</item>
    /// <item>TrainCharLm, TrainMnist: the losses of the first <see cref="Workload.CheckLosses"/> training steps, windows 0, 1, 2, ...</item>
    /// </list>
    /// Empty for a yardstick that computes nothing.
    /// </summary>
    float[] Check();

    /// <summary>
    /// Runs the workload's call this many times and returns the seconds it took, by the contender's own clock: the child process of a
    /// peer must not pay for the pipe. Step carries its states on, Sequence starts from the initial states, training goes on learning.
    /// </summary>
    double Run(int iterations);
}
