using SpanRnn.Formats;
using SpanRnn.Interchange.Arrays;

namespace SpanRnn.Interchange;

/// <summary>Runs a model on recorded inputs and compares what it gives with the outputs recorded with them: the way to know that a model was read as it was meant.</summary>
public static class ModelCheck
{
    /// <summary>Runs and compares.</summary>
    /// <param name="model">The model; every sequence starts from its initial states.</param>
    /// <param name="input">
    /// Numbers [T, B, I], or one sequence [T, I], or [T] where I is 1; tokens [T, B] or [T].
    /// </param>
    /// <param name="expected">
    /// Outputs [T, B, O], or [T, O] of one sequence; [B, O] or [O] where the model gives one row for each sequence. An O of 1 may be left out.
    /// </param>
    /// <param name="isBatchFirst">Whether the first two dimensions are [B, T], as of PyTorch's batch_first.</param>
    /// <exception cref="ArgumentException">A shape does not fit the model; the message gives both.</exception>
    public static ModelCheckResult Compare(ImportedModel model, NumberArray input, NumberArray expected, bool isBatchFirst = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(expected);
        (int steps, int batch) = SizesOf(model, input, isBatchFirst);
        CheckOutput(model, expected, steps, batch, isBatchFirst);
        bool isTurned = isBatchFirst && batch > 0 && input.Shape.Length >= (model.TakesTokens ? 2 : 3);
        float[] found = Run(model, input, steps, batch, isTurned);
        if (isTurned && model.GivesEveryStep)
        {
            found = Turned(found, steps, batch, model.OutputSize);
        }

        return Compare(expected, expected.ToDoubles(), found);
    }

    private static (int Steps, int Batch) SizesOf(ImportedModel model, NumberArray input, bool isBatchFirst)
    {
        ReadOnlySpan<long> shape = input.Shape;
        int rank = model.TakesTokens ? 2 : 3;
        string wanted = model.TakesTokens ? "tokens [T, B] or [T]" : $"[T, B, {model.InputSize}] or [T, {model.InputSize}]";
        bool fits = shape.Length <= rank && shape.Length >= rank - 1 && (model.TakesTokens || shape[^1] == model.InputSize);
        if (!fits && !model.TakesTokens && model.InputSize == 1 && shape.Length == 1)
        {
            fits = true; // one number a step
        }

        if (!fits || input.Count == 0)
        {
            throw new ArgumentException($"input: expected {wanted}, found {TensorInfo.Text(shape)}.", nameof(input));
        }

        if (shape.Length < rank)
        {
            return ((int)shape[0], 1);
        }

        return isBatchFirst ? ((int)shape[1], (int)shape[0]) : ((int)shape[0], (int)shape[1]);
    }

    private static void CheckOutput(ImportedModel model, NumberArray expected, int steps, int batch, bool isBatchFirst)
    {
        long[] full = !model.GivesEveryStep ? [batch, model.OutputSize]
            : isBatchFirst ? [batch, steps, model.OutputSize] : [steps, batch, model.OutputSize];
        long[] found = [.. expected.Shape];
        if (!Squeezed(found).SequenceEqual(Squeezed(full)))
        {
            bool isOneRow = model.GivesEveryStep && Squeezed(found).SequenceEqual(Squeezed([batch, model.OutputSize]));
            throw new ArgumentException(
                $"expected: the model gives {TensorInfo.Text(full)}, found {TensorInfo.Text(found)}"
                + (isOneRow ? ": that is one row for each sequence, while the model gives every step; import it with the head on the last step." : "."), nameof(expected));
        }
    }

    // Dimensions of 1 are often left out.
    private static IEnumerable<long> Squeezed(long[] shape) => shape.Where(length => length != 1);

    private static float[] Run(ImportedModel model, NumberArray input, int steps, int batch, bool isTurned)
    {
        using ImportedRun run = model.Plan(steps, batch);
        float[] y = new float[(model.GivesEveryStep ? (long)steps * batch : batch) * model.OutputSize];
        if (model.TakesTokens)
        {
            int[] tokens = Tokens(input);
            run.Run(steps, batch, [], isTurned ? Turned(tokens, batch, steps, 1) : tokens, y);
        }
        else
        {
            float[] x = input.ToSingles();
            run.Run(steps, batch, [], isTurned ? Turned(x, batch, steps, model.InputSize) : x, y);
        }

        return y;
    }

    private static int[] Tokens(NumberArray input)
    {
        double[] values = input.ToDoubles();
        int[] tokens = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            tokens[i] = values[i] is >= 0 and <= int.MaxValue && Math.Floor(values[i]) == values[i]
                ? (int)values[i]
                : throw new ArgumentException($"input: expected a token, a whole number of at least 0, at {i}; found {values[i]}.", nameof(input));
        }

        return tokens;
    }

    // From [first, second, size] to [second, first, size].
    private static T[] Turned<T>(T[] values, int first, int second, int size)
    {
        var turned = new T[values.Length];
        for (int i = 0; i < first; i++)
        {
            for (int j = 0; j < second; j++)
            {
                values.AsSpan((i * second + j) * size, size).CopyTo(turned.AsSpan((j * first + i) * size, size));
            }
        }

        return turned;
    }

    private static ModelCheckResult Compare(NumberArray shaped, double[] expected, float[] found)
    {
        int worst = 0;
        double largest = -1, sum = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double error = expected[i].Equals(found[i]) || (double.IsNaN(expected[i]) && float.IsNaN(found[i])) ? 0 : Math.Abs(found[i] - expected[i]);
            sum += error;
            if (error > largest || (double.IsNaN(error) && !double.IsNaN(largest)))
            {
                (largest, worst) = (error, i);
            }
        }

        return new(expected.Length, largest, IndexOf(worst, shaped.Shape), expected[worst], found[worst], sum / expected.Length);
    }

    private static long[] IndexOf(long at, ReadOnlySpan<long> shape)
    {
        long[] index = new long[shape.Length];
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            (at, index[d]) = Math.DivRem(at, shape[d]);
        }

        return index;
    }
}
