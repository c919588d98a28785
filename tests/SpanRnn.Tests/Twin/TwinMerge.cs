namespace SpanRnn.Tests.Twin;

/// <summary>How Keras names what becomes of two directions' outputs.</summary>
public enum TwinMerge
{
    Concat,
    Sum,
    Mul,
    Ave,
}
