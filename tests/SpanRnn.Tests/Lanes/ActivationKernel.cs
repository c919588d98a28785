using SpanRnn.Lanes;

namespace SpanRnn.Tests.Lanes;

internal enum Activation
{
    Tanh,
    Sigmoid,
    Exp,
    Relu,
    Flush,
    DSigmoid,
    DTanh,
    DRelu,
}

/// <summary>An activation over an array of whole blocks, in place, at whatever width it is run.</summary>
internal struct ActivationKernel : IKernel
{
    public float[] Values;

    public Activation Activation;

    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        for (int i = 0; i < Values.Length; i += V.Width)
        {
            V x = V.Load(in Values[i]);
            V y = Activation switch
            {
                Activation.Tanh => LaneMath.Tanh(x),
                Activation.Sigmoid => LaneMath.Sigmoid(x),
                Activation.Exp => LaneMath.Exp(x),
                Activation.Relu => LaneMath.Relu(x),
                Activation.Flush => LaneMath.Flush(x),
                Activation.DSigmoid => LaneMath.DSigmoid(x),
                Activation.DTanh => LaneMath.DTanh(x),
                _ => LaneMath.DRelu(x),
            };
            y.Store(ref Values[i]);
        }
    }
}
