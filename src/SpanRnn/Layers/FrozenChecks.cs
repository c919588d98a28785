using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SpanRnn.Streaming;

namespace SpanRnn.Layers;

/// <summary>What sessions check before they touch their state.</summary>
internal static class FrozenChecks
{
    public static void SameShape(StreamStack expected, StreamStack found)
    {
        if (!expected.HasShapeOf(found))
        {
            throw new ArgumentException($"weights: expected those of layers like {expected}, found {found}.");
        }
    }

    /// <summary>How many steps a sequence has.</summary>
    public static int Steps(string name, ReadOnlySpan<float> x, int inputs, string outputName, Span<float> y, int outputs)
    {
        int steps = x.Length / inputs;
        Checks.Length(name, x.Length, (long)steps * inputs, "whole steps");
        Checks.LengthOrEmpty(outputName, y.Length, (long)steps * outputs, "one row for each step");
        bool isInPlace = inputs == outputs && Unsafe.AreSame(ref MemoryMarshal.GetReference(x), ref MemoryMarshal.GetReference(y));
        if (!isInPlace)
        {
            Checks.NoOverlap(outputName, y, name, x);
        }

        return steps;
    }
}
