using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using SpanRnn.Models;

namespace SpanRnn.Samples.StreamServer;

/// <summary>All open streams, and the weights they use.</summary>
internal sealed class StreamTable(FrozenModel weights, ServerOptions options, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<string, ServedStream> _streams = new();
    private readonly Lock _changing = new(); // opening and changing weights; no step waits for it
    private FrozenModel _weights = weights;
    private long _opened, _expired;

    /// <summary>What new streams start with.</summary>
    public FrozenModel Weights => Volatile.Read(ref _weights);

    public int Count => _streams.Count;

    /// <summary>Streams that were closed because nobody used them.</summary>
    public long Expired => Volatile.Read(ref _expired);

    /// <summary>Opens a stream; false if there are too many.</summary>
    public bool TryOpen([NotNullWhen(true)] out ServedStream? stream)
    {
        lock (_changing)
        {
            stream = null;
            if (_streams.Count >= options.MaxStreams)
            {
                return false;
            }

            // Whoever knows an id may use the stream, so it cannot be guessed.
            stream = new ServedStream($"s{++_opened}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}", Weights.CreateSession());
            Touch(stream);
            _streams[stream.Id] = stream;
            return true;
        }
    }

    public bool TryFind(string id, [NotNullWhen(true)] out ServedStream? stream) => _streams.TryGetValue(id, out stream);

    /// <summary>Notes that a stream was used.</summary>
    public void Touch(ServedStream stream) => stream.UsedAt = clock.GetTimestamp();

    /// <summary>Closes a stream that the caller has taken.</summary>
    public void Close(ServedStream stream)
    {
        _streams.TryRemove(stream.Id, out _);
        stream.Session.Dispose();
    }

    /// <summary>Lets all streams go on with other weights from their next step on.</summary>
    /// <exception cref="ArgumentException">They are of a model of other sizes; nothing was changed.</exception>
    public int Use(FrozenModel weights)
    {
        lock (_changing)
        {
            using SequenceSession probe = Weights.CreateSession();
            probe.Use(weights); // refuses other sizes before any stream has them
            Volatile.Write(ref _weights, weights);
            int count = 0;
            foreach (ServedStream stream in _streams.Values)
            {
                stream.Session.Use(weights);
                count++;
            }

            return count;
        }
    }

    /// <summary>Closes the streams that were idle for too long. One that is in use now is not idle.</summary>
    public void Expire()
    {
        foreach (ServedStream stream in _streams.Values)
        {
            // Taken, nobody can begin to use it; what was used since the first look stays.
            if (clock.GetElapsedTime(stream.UsedAt) > options.Idle && stream.TryTake())
            {
                if (clock.GetElapsedTime(stream.UsedAt) > options.Idle)
                {
                    Close(stream);
                    Interlocked.Increment(ref _expired);
                }
                else
                {
                    stream.Release();
                }
            }
        }
    }

    /// <summary>Closes all streams; nothing may use them any more.</summary>
    public void Dispose()
    {
        foreach (ServedStream stream in _streams.Values)
        {
            Close(stream);
        }
    }
}
