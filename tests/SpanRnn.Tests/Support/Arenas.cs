using SpanRnn.Parameters;
using SpanRnn.Tests.Twin;

namespace SpanRnn.Tests.Support;

/// <summary>Weights and gradients of whole models by name: drawn for engine and twin alike, loaded, and read back.</summary>
internal static class Arenas
{
    public static Dictionary<string, double[]> Draw(ParameterLayout layout, int seed, double scale = 0.5)
    {
        Dictionary<string, double[]> weights = [];
        foreach (ParameterInfo tensor in layout.Tensors)
        {
            weights[tensor.Name] = TwinRandom.Values(seed + weights.Count, (int)tensor.Count, scale);
        }

        return weights;
    }

    public static void Load(ParameterSet arena, IReadOnlyDictionary<string, double[]> weights)
    {
        foreach (ParameterInfo tensor in arena.Layout.Tensors)
        {
            arena[tensor.Name].CopyFrom(EngineRun.Floats(weights[tensor.Name]));
        }
    }

    public static Dictionary<string, float[]> Read(ParameterSet arena)
    {
        Dictionary<string, float[]> named = [];
        foreach (ParameterInfo tensor in arena.Layout.Tensors)
        {
            named[tensor.Name] = new float[tensor.Count];
            arena[tensor.Name].CopyTo(named[tensor.Name]);
        }

        return named;
    }

    /// <summary>All numbers, tensor by tensor.</summary>
    public static IEnumerable<float> AllOf(ParameterSet arena) => Read(arena).Values.SelectMany(values => values);

    public static void SameBits(string what, IReadOnlyDictionary<string, float[]> expected, IReadOnlyDictionary<string, float[]> found)
    {
        foreach ((string name, float[] values) in expected)
        {
            Bits.Equal($"{what}: {name}", values, found[name]);
        }
    }
}
