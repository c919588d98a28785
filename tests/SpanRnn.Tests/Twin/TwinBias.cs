namespace SpanRnn.Tests.Twin;

/// <summary>Which bias vectors a layer has.</summary>
public enum TwinBias
{
    None,

    /// <summary>Only <c>bias_ih</c>.</summary>
    Single,

    /// <summary><c>bias_ih</c> and <c>bias_hh</c>, as PyTorch.</summary>
    Double,
}
