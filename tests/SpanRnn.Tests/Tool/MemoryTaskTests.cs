using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Tool.Experiments.Memory;
using Xunit;

namespace SpanRnn.Tests.Tool;

/// <summary>The sequences of the memory tasks are what the papers describe.</summary>
public sealed class MemoryTaskTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void Adding_marks_two_different_steps_and_every_pair_as_often(int steps)
    {
        const int batch = 6000;
        var x = new float[steps * batch * 2];
        var sums = new float[batch];
        new AddingTask(steps).Draw(new RandomStream(3), x, sums);
        var pairs = new Dictionary<(int, int), int>();
        for (int b = 0; b < batch; b++)
        {
            int[] marked = [.. Enumerable.Range(0, steps).Where(t => x[(t * batch + b) * 2 + 1] == 1f)];
            Assert.Equal(2, marked.Length);
            Assert.Equal(x[(marked[0] * batch + b) * 2] + x[(marked[1] * batch + b) * 2], sums[b]);
            pairs[(marked[0], marked[1])] = pairs.GetValueOrDefault((marked[0], marked[1])) + 1;
        }

        Assert.Equal(steps * (steps - 1) / 2, pairs.Count);
        Assert.All(pairs.Values, count => Assert.InRange(count * (double)pairs.Count / batch, 0.75, 1.25));
        Assert.Equal(2 * batch, x.Where((_, i) => i % 2 == 1).Sum());
    }

    [Fact]
    public void Always_one_has_the_variance_of_the_sum_as_its_error() =>
        Assert.Equal(1.0 / 6, new AddingSequences(new AddingTask(20), 20_000, "test").ErrorOfOne, 5e-3);

    [Fact]
    public void Copy_says_ten_symbols_then_waits_then_signals_and_wants_them_again()
    {
        var task = new CopyTask(3);
        var x = new float[task.Steps * 2 * CopyTask.Inputs];
        var targets = new int[task.Steps * 2];
        task.Draw(new RandomStream(3), x, targets, 2);
        Assert.Equal(23, task.Steps);
        Assert.Equal(10 * Math.Log(8) / 23, task.Memoryless, 1e-12);
        for (int b = 0; b < 2; b++)
        {
            int[] inputs = [.. Enumerable.Range(0, task.Steps).Select(t => Array.IndexOf(x, 1f, (t * 2 + b) * CopyTask.Inputs, CopyTask.Inputs) % CopyTask.Inputs)];
            int[] wanted = [.. Enumerable.Range(0, task.Steps).Select(t => targets[t * 2 + b])];
            Assert.All(inputs[..10], symbol => Assert.InRange(symbol, 0, 7));
            Assert.Equal([8, 8, 9, .. Enumerable.Repeat(8, 10)], inputs[10..]);
            Assert.Equal([.. Enumerable.Repeat(8, 13), .. inputs[..10]], wanted);
        }

        Assert.Equal(task.Steps * 2, x.Sum());
    }

    [Theory]
    [InlineData(CellKind.Lstm)]
    [InlineData(CellKind.Gru)]
    public void Chrono_gates_remember_for_one_to_T_steps(CellKind cell)
    {
        const int hidden = 400, steps = 100;
        var bias = new float[(cell == CellKind.Lstm ? 4 : 3) * hidden];
        ChronoGates.Set(cell, bias, steps, new RandomStream(1));
        float[] open = bias[hidden..(2 * hidden)];

        // A gate of sigmoid(b) keeps for 1 / (1 - sigmoid(b)) = 1 + e^b steps.
        double[] times = [.. open.Select(b => 1 + Math.Exp(b))];
        Assert.InRange(times.Min(), 2, 5);
        Assert.InRange(times.Max(), 95, 100);
        Assert.InRange(times.Average(), 46, 55);
        Assert.Equal(cell == CellKind.Lstm ? [.. open.Select(b => -b)] : new float[hidden], bias[..hidden]);
        Assert.All(bias[(2 * hidden)..], other => Assert.Equal(0f, other));
    }
}
