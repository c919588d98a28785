using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using SpanRnn.Models;

namespace SpanRnn.Samples.StreamServer;

/// <summary>One thread that steps all streams: what waits is gathered into a batch, stepped together, and so on, step by step.</summary>
/// <remarks>
/// A request of many steps stays in the batch until it is done, and whoever comes meanwhile joins it at the next step; nobody waits for the end of
/// another's sequence, unless the batch is full. The queue before it is bounded, and that is all the memory that waiting can take.
/// </remarks>
internal sealed class BatchingLoop : IDisposable
{
    private readonly Channel<StepRequest> _queue;
    private readonly SequenceSessionBatch _batch;
    private readonly StepRequest[] _active;
    private readonly SequenceSession[] _sessions;
    private readonly float[] _inputs, _outputs;
    private readonly int[] _tokens;
    private readonly ServerOptions _options;
    private readonly Metrics _metrics;
    private readonly bool _takesTokens;
    private readonly int _inputSize, _outputSize;
    private readonly Thread _thread;
    private bool _isStarted;
    private int _count;

    /// <param name="shape">Weights of the streams' model.</param>
    /// <param name="options">The limits.</param>
    /// <param name="metrics">Gets what happens.</param>
    public BatchingLoop(FrozenModel shape, ServerOptions options, Metrics metrics)
    {
        (_options, _metrics) = (options, metrics);
        (_takesTokens, _inputSize, _outputSize) = (shape.TakesTokens, shape.InputSize, shape.OutputSize);
        _queue = Channel.CreateBounded<StepRequest>(new BoundedChannelOptions(options.Queue) { SingleReader = true });
        _batch = new SequenceSessionBatch(shape, options.MaxBatch);
        (_active, _sessions) = (new StepRequest[options.MaxBatch], new SequenceSession[options.MaxBatch]);
        (_inputs, _outputs) = (new float[_takesTokens ? 0 : options.MaxBatch * _inputSize], new float[options.MaxBatch * _outputSize]);
        _tokens = new int[options.MaxBatch];
        _thread = new Thread(Run) { Name = "batching", IsBackground = true };
    }

    /// <summary>Requests that wait.</summary>
    public int Waiting => _queue.Reader.Count;

    /// <summary>Begins to step. What was put into the queue before waits for it.</summary>
    public void Start()
    {
        _isStarted = true;
        _thread.Start();
    }

    /// <summary>Puts a request into the queue; false if it is full.</summary>
    public bool TryAdd(StepRequest request) => _queue.Writer.TryWrite(request);

    /// <summary>Puts a request into the queue, waiting for room: for a client whose next message waits in the network meanwhile.</summary>
    public ValueTask AddAsync(StepRequest request, CancellationToken stop) => _queue.Writer.WriteAsync(request, stop);

    /// <summary>Ends the thread when everything in the queue is done; the queue takes no more.</summary>
    public void Dispose()
    {
        _queue.Writer.TryComplete();
        if (_isStarted)
        {
            _thread.Join();
        }

        _batch.Dispose();
    }

    private void Run()
    {
        while (_count > 0 || WaitForWork())
        {
            Collect(mayLinger: false);
            StepAll();
        }
    }

    /// <summary>Sleeps until there is a request; false when there will be none any more.</summary>
    private bool WaitForWork()
    {
        ValueTask<bool> waiting = _queue.Reader.WaitToReadAsync();
        bool hasWork = waiting.IsCompleted ? waiting.Result : waiting.AsTask().GetAwaiter().GetResult();
        if (hasWork)
        {
            Collect(mayLinger: true);
        }

        return hasWork;
    }

    private void Collect(bool mayLinger)
    {
        long begun = Stopwatch.GetTimestamp();
        while (true)
        {
            while (_count < _active.Length && _queue.Reader.TryRead(out StepRequest? request))
            {
                _active[_count++] = request;
            }

            if (!mayLinger || _count == _active.Length || Stopwatch.GetElapsedTime(begun) >= _options.Linger)
            {
                return;
            }

            Thread.Yield(); // the threads that bring requests may need this core
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A failed batch fails its requests, not the server.")]
    private void StepAll()
    {
        for (int i = 0; i < _count; i++)
        {
            _sessions[i] = _active[i].Stream.Session;
            if (_takesTokens)
            {
                _tokens[i] = _active[i].NextToken;
            }
            else
            {
                _active[i].NextInput.CopyTo(_inputs.AsSpan(i * _inputSize));
            }
        }

        try
        {
            Span<float> outputs = _outputs.AsSpan(0, _count * _outputSize);
            if (_takesTokens)
            {
                _batch.StepMany(_sessions.AsSpan(0, _count), _tokens.AsSpan(0, _count), outputs);
            }
            else
            {
                _batch.StepMany(_sessions.AsSpan(0, _count), _inputs.AsSpan(0, _count * _inputSize), outputs);
            }
        }
        catch (Exception failure)
        {
            for (int i = 0; i < _count; i++)
            {
                _active[i].Fail(failure);
            }

            _count = 0;
            return;
        }

        _metrics.AddBatch(_count);
        Deliver();
    }

    /// <summary>Hands out the outputs; requests that are done leave, the others close up in their order.</summary>
    private void Deliver()
    {
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            StepRequest request = _active[i];
            if (!request.Add(_outputs.AsSpan(i * _outputSize, _outputSize)))
            {
                _active[kept++] = request;
                continue;
            }

            _metrics.AddRequest(Stopwatch.GetTimestamp() - request.BegunAt);
            request.Complete();
        }

        Array.Clear(_active, kept, _count - kept);
        Array.Clear(_sessions, 0, _count);
        _count = kept;
    }
}
