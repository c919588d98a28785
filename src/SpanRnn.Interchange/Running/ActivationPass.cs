using System.Runtime.CompilerServices;
using SpanRnn.Kernels;
using SpanRnn.Lanes;

namespace SpanRnn.Interchange.Running;

/// <summary>y = f(x) over rows of whole blocks; y may be x.</summary>
internal ref struct ActivationPass : IKernel
{
    public ActivationFunction Function;
    public float Alpha, Beta;

    /// <summary>A slope for each column, for prelu.</summary>
    public ref float Slopes;

    public ref float X, Y;
    public int XStride, YStride, Rows, Length;

    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        switch (Function)
        {
            case ActivationFunction.Tanh: Loop<V, TanhFunction>(); break;
            case ActivationFunction.Sigmoid: Loop<V, SigmoidFunction>(); break;
            case ActivationFunction.Relu: Loop<V, ReluFunction>(); break;
            case ActivationFunction.LeakyRelu: Loop<V, LeakyReluFunction>(); break;
            case ActivationFunction.PRelu: PRelu<V>(); break;
            case ActivationFunction.Elu: Loop<V, EluFunction>(); break;
            case ActivationFunction.HardSigmoid: Loop<V, HardSigmoidFunction>(); break;
            case ActivationFunction.Softplus: Loop<V, SoftplusFunction>(); break;
            case ActivationFunction.Softsign: Loop<V, SoftsignFunction>(); break;
            case ActivationFunction.ScaledTanh: Loop<V, ScaledTanhFunction>(); break;
            case ActivationFunction.ThresholdedRelu: Loop<V, ThresholdedReluFunction>(); break;
            case ActivationFunction.Affine: Loop<V, AffineFunction>(); break;
            default: ThrowUnknown(); break;
        }
    }

    private readonly void ThrowUnknown() => throw new InvalidOperationException($"{Function} is no function of each number alone.");

    [MethodImpl(Hot.Loop)]
    private readonly void Loop<V, F>() where V : struct, ILanes<V> where F : struct, ILaneFunction
    {
        V alpha = V.Of(Alpha), beta = V.Of(Beta);
        for (int row = 0; row < Rows; row++)
        {
            ref float x = ref Unsafe.Add(ref X, (nint)row * XStride), y = ref Unsafe.Add(ref Y, (nint)row * YStride);
            for (int i = 0; i < Length; i += V.Width)
            {
                F.Of(V.Load(in Unsafe.Add(ref x, i)), alpha, beta).Store(ref Unsafe.Add(ref y, i));
            }
        }
    }

    [MethodImpl(Hot.Loop)]
    private readonly void PRelu<V>() where V : struct, ILanes<V>
    {
        for (int row = 0; row < Rows; row++)
        {
            ref float x = ref Unsafe.Add(ref X, (nint)row * XStride), y = ref Unsafe.Add(ref Y, (nint)row * YStride);
            for (int i = 0; i < Length; i += V.Width)
            {
                V value = V.Load(in Unsafe.Add(ref x, i));
                LeakyReluFunction.Of(value, V.Load(in Unsafe.Add(ref Slopes, i)), value).Store(ref Unsafe.Add(ref y, i));
            }
        }
    }
}
