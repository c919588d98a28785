using SpanRnn.Layers;

namespace SpanRnn.CodeFacts;

/// <summary>A step of one sequence: groups of eight, four, three, two and one block of units at 16 lanes, and at 8 as well.</summary>
internal static class Sessions
{
    public static void Run(CellKind cell)
    {
        for (int blocks = 1; blocks <= 16; blocks++)
        {
            using var layers = new Recurrent(new RecurrentOptions { Cell = cell, InputSize = 3, HiddenSizes = [16 * blocks, 8 * blocks] });
            layers.Initialize(1);
            using RecurrentSession session = layers.CreateSession();
            session.Step(new float[3], new float[layers.OutputSize]);
        }
    }
}
