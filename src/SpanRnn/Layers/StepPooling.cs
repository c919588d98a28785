using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Layers;

/// <summary>One row for each sequence out of the rows of all its steps: their mean or their maximum, and the derivatives.</summary>
/// <remarks>Rows are packed as <see cref="Timeline"/> says: those of a step are the first sequences', so a step is one long row.</remarks>
internal static class StepPooling
{
    /// <summary>pooled = (y[0] + ... + y[n - 1]) / n, summed in the order of the steps; 0 where n = 0.</summary>
    public static void Mean(Timeline timeline, RowView y, RowView pooled)
    {
        All(pooled).Clear();
        for (int t = 0; t < timeline.Longest; t++)
        {
            int length = timeline.Active(t) * y.Stride;
            Span<float> sum = pooled[0, length];
            TensorPrimitives.Add(sum, y[timeline.Offset(t), length], sum);
        }

        DivideByLengths(timeline, pooled);
    }

    /// <summary>dy[t] = dPooled / n for each of the n steps; dPooled is changed.</summary>
    public static void MeanBackward(Timeline timeline, RowView dPooled, RowView dy)
    {
        DivideByLengths(timeline, dPooled);
        for (int t = 0; t < timeline.Longest; t++)
        {
            int length = timeline.Active(t) * dy.Stride;
            dPooled[0, length].CopyTo(dy[timeline.Offset(t), length]);
        }
    }

    /// <summary>pooled = max(y[0], ..., y[n - 1]) and the first step it is found at; 0 where n = 0. NaN stays NaN.</summary>
    public static void Max(Isa isa, Timeline timeline, RowView y, RowView pooled, RowView steps)
    {
        All(pooled).Clear();
        All(steps).Clear();
        for (int t = 0; t < timeline.Longest; t++)
        {
            var pass = new StepMaximum
            {
                Y = ref y[timeline.Offset(t), 1][0],
                Largest = ref pooled.Origin,
                Steps = ref steps.Origin,
                Step = t,
                Length = timeline.Active(t) * y.Stride,
            };
            isa.Run(ref pass);
        }
    }

    /// <summary>dy[t] = dPooled where step t is the one that was largest, else 0.</summary>
    public static void MaxBackward(Isa isa, Timeline timeline, RowView dPooled, RowView steps, RowView dy)
    {
        for (int t = 0; t < timeline.Longest; t++)
        {
            var pass = new StepMaximumBackward
            {
                DY = ref dy[timeline.Offset(t), 1][0],
                DLargest = ref dPooled.Origin,
                Steps = ref steps.Origin,
                Step = t,
                Length = timeline.Active(t) * dy.Stride,
            };
            isa.Run(ref pass);
        }
    }

    private static Span<float> All(RowView rows) => Rows.Row(ref rows.Origin, 0, 0, rows.Count * rows.Stride);

    private static void DivideByLengths(Timeline timeline, RowView rows)
    {
        for (int b = 0; b < rows.Count && timeline.Length(b) > 0; b++)
        {
            Span<float> row = rows[b, rows.Stride];
            TensorPrimitives.Divide(row, timeline.Length(b), row);
        }
    }

    /// <summary>One step of a maximum over steps.</summary>
    private ref struct StepMaximum : IKernel
    {
        public ref float Y, Largest, Steps;
        public int Step, Length;

        [MethodImpl(Hot.Loop)]
        public readonly void Run<V>() where V : struct, ILanes<V>
        {
            V step = V.Of(Step), first = V.Of(Step == 0 ? 1f : 0f), half = V.Of(0.5f);
            for (nint i = 0; i < Length; i += V.Width)
            {
                ref float largest = ref Unsafe.Add(ref Largest, i), at = ref Unsafe.Add(ref Steps, i);
                V y = V.Load(in Unsafe.Add(ref Y, i)), best = V.IfLess(half, first, y, V.Load(in largest));
                V.IfLess(best, y, step, V.Load(in at)).Store(ref at);

                // y - y is 0, or NaN for a number that no comparison would find.
                (V.IfLess(best, y, y, best) + (y - y)).Store(ref largest);
            }
        }
    }

    /// <summary>The derivative of one step of it.</summary>
    private ref struct StepMaximumBackward : IKernel
    {
        public ref float DY, DLargest, Steps;
        public int Step, Length;

        [MethodImpl(Hot.Loop)]
        public readonly void Run<V>() where V : struct, ILanes<V>
        {
            V step = V.Of(Step), half = V.Of(0.5f), zero = V.Of(0f);
            for (nint i = 0; i < Length; i += V.Width)
            {
                V distance = V.Abs(V.Load(in Unsafe.Add(ref Steps, i)) - step);
                V.IfLess(distance, half, V.Load(in Unsafe.Add(ref DLargest, i)), zero).Store(ref Unsafe.Add(ref DY, i));
            }
        }
    }
}
