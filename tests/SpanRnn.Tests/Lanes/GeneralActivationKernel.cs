using SpanRnn.Cells;
using SpanRnn.Lanes;

namespace SpanRnn.Tests.Lanes;

/// <summary>An activation of a general cell, or its derivative, over an array of whole blocks, in place.</summary>
internal struct GeneralActivationKernel : IKernel
{
    public float[] Values;

    public SpanRnn.Cells.Activation Activation;

    public float Limit;

    public bool IsDerivative;

    public readonly void Run<V>() where V : struct, ILanes<V>
    {
        var settings = new CellSettings(Activation, Activation, Activation, Limit, hasPeepholes: false, coupledForgetGate: false);
        float row = 1f;
        var pointwise = new Pointwise(in settings, ref row);
        for (int i = 0; i < Values.Length; i += V.Width)
        {
            V x = V.Load(in Values[i]), y = pointwise.F(x);
            (IsDerivative ? pointwise.DF(x, y) : y).Store(ref Values[i]);
        }
    }
}
