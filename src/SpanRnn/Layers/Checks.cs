using System.Runtime.CompilerServices;
using SpanRnn.Parameters;

namespace SpanRnn.Layers;

/// <summary>What the public door checks, once a call: every message names the argument and gives both numbers.</summary>
internal static class Checks
{
    public static void Length(string name, int found, long expected, string shape)
    {
        if (found != expected)
        {
            ThrowLength(name, found, expected, shape);
        }
    }

    /// <summary>The same with numbers in the shape: its text is made only when it is needed, so that a right length allocates nothing.</summary>
    public static void Length(
        string name, int found, long expected, [InterpolatedStringHandlerArgument(nameof(found), nameof(expected))] ref ShapeText shape)
    {
        if (found != expected)
        {
            ThrowLength(name, found, expected, shape.ToString());
        }
    }

    public static void LengthOrEmpty(string name, int found, long expected, string shape)
    {
        if (found != 0 && found != expected)
        {
            ThrowLength(name, found, expected, shape);
        }
    }

    public static void NoOverlap(string name, ReadOnlySpan<float> a, string otherName, ReadOnlySpan<float> b)
    {
        if (a.Overlaps(b))
        {
            throw new ArgumentException($"{name} overlaps {otherName}.");
        }
    }

    public static void SameLayout(ParameterLayout expected, ParameterLayout found)
    {
        if (!ReferenceEquals(expected, found))
        {
            throw new ArgumentException("gradients: expected an arena made by this model's CreateGradients, found another's.");
        }
    }

    private static void ThrowLength(string name, int found, long expected, string shape) =>
        throw new ArgumentException($"{name}: expected {expected} numbers {shape}, found {found}.");
}
