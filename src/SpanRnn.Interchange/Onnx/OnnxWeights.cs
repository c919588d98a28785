using System.Runtime.InteropServices;
using SpanRnn.Layers;
using SpanRnn.Parameters;

namespace SpanRnn.Interchange.Onnx;

/// <summary>From ONNX's arrays to the engine's tensors and back: gate orders, biases, peepholes.</summary>
internal static class OnnxWeights
{
    /// <summary>For each gate in the engine's order (i f g o; r z n) its place in ONNX's (i o f c; z r h).</summary>
    public static ReadOnlySpan<int> GateOrder(OnnxRecurrentOperator kind) => kind switch
    {
        OnnxRecurrentOperator.Lstm => [0, 2, 3, 1],
        OnnxRecurrentOperator.Gru => [1, 0, 2],
        _ => [0],
    };

    /// <summary>For each peephole in the engine's order (i f o) its place in ONNX's (i o f).</summary>
    public static ReadOnlySpan<int> PeepholeOrder => [0, 2, 1];

    /// <summary>A packed layer; the spans are as <see cref="OnnxRecurrentNode"/>'s.</summary>
    /// <exception cref="ArgumentException">A span has the wrong length, or the settings contradict themselves.</exception>
    public static Recurrent Create(
        OnnxRecurrentSettings settings, int inputSize, ReadOnlySpan<float> w, ReadOnlySpan<float> r, ReadOnlySpan<float> b, ReadOnlySpan<float> p)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(inputSize);
        long units = settings.HiddenSize, rows = settings.Gates * units, directions = settings.Directions;
        Checks.Length("W", w.Length, directions * rows * inputSize, $"[D {settings.Directions}, {settings.Gates} x {settings.HiddenSize}, I {inputSize}]");
        Checks.Length("R", r.Length, directions * rows * units, $"[D {settings.Directions}, {settings.Gates} x {settings.HiddenSize}, H {settings.HiddenSize}]");
        Checks.LengthOrEmpty("B", b.Length, directions * rows * 2, "[D, 2 x gates x H]");
        Checks.LengthOrEmpty("P", p.Length, settings.Operator == OnnxRecurrentOperator.Lstm ? directions * units * 3 : 0, "[D, 3 x H], of an LSTM");
        var recurrent = new Recurrent(settings.ToOptions(inputSize, !b.IsEmpty, !p.IsEmpty));
        Fill(recurrent, 0, settings, w, r, b, p);
        recurrent.Pack();
        return recurrent;
    }

    /// <summary>Sets one layer's tensors; lengths are checked, and the stack is packed afterwards.</summary>
    public static void Fill(
        Recurrent recurrent, int layerIndex, OnnxRecurrentSettings settings, ReadOnlySpan<float> w, ReadOnlySpan<float> r, ReadOnlySpan<float> b, ReadOnlySpan<float> p)
    {
        for (int d = 0; d < settings.Directions; d++)
        {
            RecurrentLayer layer = recurrent.Stack.Layers[layerIndex * settings.Directions + d];
            ReadOnlySpan<int> order = GateOrder(settings.Operator);
            Gates(Part(w, d, settings), order, layer.InputWeights(recurrent.Weights), toOnnx: false);
            Gates(Part(r, d, settings), order, layer.RecurrentWeights(recurrent.Weights), toOnnx: false);
            if (!b.IsEmpty)
            {
                ReadOnlySpan<float> both = Part(b, d, settings);
                Gates(both[..(both.Length / 2)], order, layer.InputBias(recurrent.Weights), toOnnx: false);
                Gates(both[(both.Length / 2)..], order, layer.RecurrentBias(recurrent.Weights), toOnnx: false);
            }

            if (!p.IsEmpty)
            {
                Gates(Part(p, d, settings), PeepholeOrder, layer.Peepholes(recurrent.Weights), toOnnx: false);
            }
        }
    }

    /// <summary>Copies gate after gate: from ONNX's order into a tensor, or out of a tensor into ONNX's order.</summary>
    public static void Gates(ReadOnlySpan<float> onnx, ReadOnlySpan<int> order, TensorView tensor, bool toOnnx)
    {
        Span<float> array = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(onnx), onnx.Length);
        int columns = tensor.Info.IsVector ? 1 : tensor.Columns, units = onnx.Length / order.Length / columns;
        for (int gate = 0; gate < order.Length; gate++)
        {
            for (int unit = 0; unit < units; unit++)
            {
                Span<float> engine = tensor.Info.IsVector
                    ? tensor.Row(0).Slice(gate * units + unit, 1)
                    : tensor.Row(gate * units + unit);
                Span<float> row = array.Slice((order[gate] * units + unit) * columns, columns);
                (toOnnx ? engine : row).CopyTo(toOnnx ? row : engine);
            }
        }
    }

    private static ReadOnlySpan<float> Part(ReadOnlySpan<float> array, int direction, OnnxRecurrentSettings settings)
    {
        int length = array.Length / settings.Directions;
        return array.Slice(direction * length, length);
    }
}
