namespace SpanRnn.Cells;

/// <summary>What a general cell is told beside its weights. Fields, so that kernels can refer to them.</summary>
internal readonly struct CellSettings(Activation f, Activation g, Activation h, float clip, bool hasPeepholes, bool coupledForgetGate)
{
    /// <summary>The activations of the gates, of the candidate, and of the output.</summary>
    public readonly Activation F = f, G = g, H = h;

    /// <summary>Pre-activations are limited to [-Clip, Clip]; infinity for none.</summary>
    public readonly float Clip = clip;

    /// <summary>Whether an LSTM's gates see its cell state.</summary>
    public readonly bool HasPeepholes = hasPeepholes;

    /// <summary>Whether an LSTM's f is 1 - i.</summary>
    public readonly bool CoupledForgetGate = coupledForgetGate;
}
