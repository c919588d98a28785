using System.Globalization;
using Xunit;

namespace SpanRnn.Tests.Support;

/// <summary>Equality of floats to the bit: the message says what, where, and both numbers.</summary>
internal static class Bits
{
    public static void Equal(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> found)
    {
        Assert.True(expected.Length == found.Length, $"{what}: expected {expected.Length} numbers, found {found.Length}.");
        for (int i = 0; i < found.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(expected[i]) != BitConverter.SingleToInt32Bits(found[i]))
            {
                Assert.Fail($"{what}[{i}] of {found.Length}: expected {Text(expected[i])}, found {Text(found[i])}.");
            }
        }
    }

    /// <summary>Both runs gave the same numbers, forward and back.</summary>
    public static void Equal(string what, EngineRun expected, EngineRun found)
    {
        Equal($"{what}: output", expected.Output, found.Output);
        Equal($"{what}: hn", expected.HN, found.HN);
        Equal($"{what}: cn", expected.CN, found.CN);
        Assert.Equal(expected.Gradients.Keys, found.Gradients.Keys);
        foreach ((string name, float[] gradient) in expected.Gradients)
        {
            Equal($"{what}: gradient of {name}", gradient, found.Gradients[name]);
        }
    }

    public static void AllZero(string what, ReadOnlySpan<float> found)
    {
        int at = found.IndexOfAnyExcept(0f);
        Assert.True(at < 0, $"{what}[{at}]: expected 0, found {(at < 0 ? 0 : found[at])}.");
    }

    private static string Text(float value) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:g9} (0x{BitConverter.SingleToInt32Bits(value):x8})");
}
