using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Memory;
using SpanRnn.Workers;

namespace SpanRnn.Layers;

/// <summary>The state of one sequence through a stack of layers that is run a step at a time.</summary>
internal sealed class StackSession : IDisposable
{
    /// <summary>Floats of the sums that one thread works on: eight blocks.</summary>
    public const int SumsOfPart = 8 * Block.Size;

    private readonly RecurrentStack _stack;
    private readonly WorkerTeam? _team;
    private readonly Slab _memory;
    private readonly int[] _h, _c, _width;
    private readonly LayerTape?[] _tapes;
    private readonly Timeline _oneStep = new(1, 1);
    private readonly int _sums;
    private int _turn;

    /// <exception cref="InvalidOperationException">The stack is bidirectional or runs in reverse.</exception>
    /// <param name="stack">The layers and their weights.</param>
    /// <param name="team">Threads that share large steps; null for the caller's alone.</param>
    public StackSession(RecurrentStack stack, WorkerTeam? team = null)
    {
        if (stack.Options.Direction != Direction.Forward)
        {
            throw new InvalidOperationException(
                $"A {(stack.Options.Bidirectional ? "bidirectional" : "reversed")} model cannot be stepped: it needs the end of a sequence before its start.");
        }

        (_stack, _team) = (stack, team);
        _oneStep.Set(1, 1, []);
        int layers = stack.Layers.Length;
        (_h, _c, _width, _tapes) = (new int[layers], new int[layers], new int[layers], new LayerTape?[layers]);
        var plan = new ArenaPlan();
        for (int l = 0; l < layers; l++)
        {
            RecurrentLayer layer = stack.Layers[l];
            _width[l] = Block.Pad(layer.StateSize);
            _h[l] = plan.Add(2 * _width[l]); // this step's and the next one's take turns
            _c[l] = plan.Add(layer.Shape.HasCellState ? Block.Pad(layer.Units) : 0);
            if (!layer.PrepareStream())
            {
                _tapes[l] = new LayerTape(layer, 1, 1, training: false);
            }
        }

        _sums = plan.Add(SumsOfPart * (team?.Threads ?? 1));
        _memory = plan.Rent();
    }

    /// <summary>One step; returns the last layer's new hidden state.</summary>
    /// <param name="x">I numbers.</param>
    [MethodImpl(Hot.Loop)]
    public ref float Step(ref float x)
    {
        ref float input = ref x;
        for (int l = 0; l < _h.Length; l++)
        {
            ref float h = ref H(l, _turn), next = ref H(l, 1 - _turn), c = ref Unsafe.Add(ref _memory.Origin, _c[l]);
            if (_tapes[l] is { } tape)
            {
                StepOnTape(_stack.Layers[l], tape, l, ref input, ref h, ref next, ref c);
            }
            else
            {
                _stack.Layers[l].Step(ref input, ref h, ref c, ref next, ref Unsafe.Add(ref _memory.Origin, _sums), _turn == 1, _team);
            }

            input = ref next;
        }

        _turn = 1 - _turn;
        return ref input;
    }

    /// <summary>All states zero.</summary>
    public void Reset() => _memory.Span.Clear();

    /// <summary>Reads or writes the states as one row of [layers, S] and one of [layers, H].</summary>
    public void CopyStates(Span<float> hidden, Span<float> cell, bool write)
    {
        int h = 0, c = 0;
        for (int l = 0; l < _h.Length; l++)
        {
            RecurrentLayer layer = _stack.Layers[l];
            Copy(ref H(l, _turn), hidden.IsEmpty ? [] : hidden.Slice(h, layer.StateSize), write);
            h += layer.StateSize;
            if (layer.Shape.HasCellState)
            {
                Copy(ref Unsafe.Add(ref _memory.Origin, _c[l]), cell.IsEmpty ? [] : cell.Slice(c, layer.Units), write);
                c += layer.Units;
            }
        }
    }

    public void Dispose()
    {
        _memory.Dispose();
        foreach (LayerTape? tape in _tapes)
        {
            tape?.Dispose();
        }
    }

    private static void Copy(ref float state, Span<float> user, bool write)
    {
        Span<float> own = Rows.Row(ref state, 0, 0, user.Length);
        if (write)
        {
            user.CopyTo(own);
        }
        else
        {
            own.CopyTo(user);
        }
    }

    /// <summary>Cells that need two products in a row go the way of a sequence of one step.</summary>
    private void StepOnTape(RecurrentLayer layer, LayerTape tape, int l, ref float x, ref float h, ref float next, ref float c)
    {
        Rows.Copy(ref h, 0, 1, ref tape.H, 0, _width[l]);
        int units = layer.Shape.HasCellState ? Block.Pad(layer.Units) : 0;
        Rows.Copy(ref c, 0, 1, ref tape.C, 0, units);
        layer.Forward(_oneStep, new RowView(ref x, 1, layer.InputSize), tape);
        Rows.Copy(ref Unsafe.Add(ref tape.H, _width[l]), 0, 1, ref next, 0, _width[l]);
        Rows.Copy(ref Unsafe.Add(ref tape.C, units), 0, 1, ref c, 0, units);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref float H(int layer, int turn) => ref Unsafe.Add(ref _memory.Origin, _h[layer] + turn * _width[layer]);
}
