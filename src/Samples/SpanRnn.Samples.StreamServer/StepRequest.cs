using System.Diagnostics;

namespace SpanRnn.Samples.StreamServer;

/// <summary>Steps of one stream that a client asked for.</summary>
/// <param name="stream">Taken for this request; the loop gives it back when all is done.</param>
/// <param name="inputs">[steps, I], of a model of numbers.</param>
/// <param name="tokens">[steps], of a model of tokens.</param>
/// <param name="steps">How many.</param>
/// <param name="outputSize">Numbers of each step's output.</param>
internal sealed class StepRequest(ServedStream stream, float[] inputs, int[] tokens, int steps, int outputSize)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServedStream Stream => stream;

    public int Steps => steps;

    /// <summary>Steps that are done.</summary>
    public int Done { get; private set; }

    /// <summary>When it was made, in ticks of <see cref="Stopwatch"/>.</summary>
    public long BegunAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>[steps, outputs], when <see cref="Finished"/> is.</summary>
    public float[] Outputs { get; } = new float[steps * outputSize];

    /// <summary>Steps of the stream when this was done.</summary>
    public long StepsOfStream { get; private set; }

    /// <summary>Ends with the last step.</summary>
    public Task Finished => _done.Task;

    /// <summary>The next step's numbers.</summary>
    public ReadOnlySpan<float> NextInput => inputs.AsSpan(Done * (inputs.Length / steps), inputs.Length / steps);

    /// <summary>The next step's token.</summary>
    public int NextToken => tokens[Done];

    /// <summary>Takes the next step's outputs.</summary>
    /// <returns>Whether it was the last.</returns>
    public bool Add(ReadOnlySpan<float> output)
    {
        output.CopyTo(Outputs.AsSpan(Done * output.Length));
        return ++Done == steps;
    }

    /// <summary>Gives the stream back, then the answer: the client's next request finds it free.</summary>
    public void Complete()
    {
        StepsOfStream = stream.Steps += steps;
        stream.Release();
        _done.SetResult();
    }

    public void Fail(Exception failure)
    {
        stream.Release();
        _done.SetException(failure);
    }
}
