using SpanRnn.CodeFacts;
using SpanRnn.Lanes;
using SpanRnn.Layers;

// Runs every hot loop once, so that the runtime compiles it and, told to by its environment, writes down what it compiled.
// The facts about the listing are in SpanRnn.Tests, Laws/CodeFacts*.cs. Prints the runtime and the width, which the facts are about.
int lanes = Isa.Best.Lanes;
if (args.Length == 1 && args[0] != lanes.ToString())
{
    Console.Error.WriteLine($"Expected vectors of {args[0]} lanes, found {lanes}.");
    return 1;
}

Tiles.Run();
foreach (CellKind cell in (ReadOnlySpan<CellKind>)[CellKind.Rnn, CellKind.RnnRelu, CellKind.Lstm, CellKind.Gru, CellKind.GruResetBefore])
{
    Sessions.Run(cell);
    WholeModels.Run(cell);
    Sequences.Run(cell);
}

Console.WriteLine($"{Environment.Version} {lanes}");
return 0;
