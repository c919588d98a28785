using System.Globalization;
using SpanRnn.Parameters;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Experiments;

/// <summary>Every example once in each epoch, in an order drawn anew for each; the last batch of an epoch may be smaller.</summary>
internal sealed class EpochOrder
{
    private readonly RandomStream _random;
    private readonly int[] _order;
    private readonly int _batch;
    private RandomState _before;
    private int _at;

    /// <summary>An order of so many examples.</summary>
    /// <param name="count">Examples.</param>
    /// <param name="batch">B.</param>
    /// <param name="seed">The same seed gives the same orders.</param>
    public EpochOrder(int count, int batch, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        (_batch, _order) = (batch, new int[count]);
        _random = new RandomStream(seed).Fork("order");
        Draw();
    }

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch => (_order.Length + _batch - 1) / _batch;

    /// <summary>Where it is: setting it to what was read before repeats the batches from there.</summary>
    public string Position
    {
        get => string.Create(CultureInfo.InvariantCulture, $"{RandomPosition.Write(_before)} {_at}");
        set
        {
            int cut = value.LastIndexOf(' ');
            _random.State = RandomPosition.Read(value[..cut]);
            Draw();
            _at = int.Parse(value.AsSpan(cut + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The examples of the next batch; valid until the next call.</summary>
    public ReadOnlySpan<int> Next()
    {
        if (_at == _order.Length)
        {
            Draw();
        }

        ReadOnlySpan<int> batch = _order.AsSpan(_at, Math.Min(_batch, _order.Length - _at));
        _at += batch.Length;
        return batch;
    }

    /// <summary>A shuffle that depends on nothing but the random stream (Fisher and Yates).</summary>
    private void Draw()
    {
        (_before, _at) = (_random.State, 0);
        for (int i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
        }

        for (int i = _order.Length - 1; i > 0; i--)
        {
            int other = _random.NextInt32(i + 1);
            (_order[i], _order[other]) = (_order[other], _order[i]);
        }
    }
}
