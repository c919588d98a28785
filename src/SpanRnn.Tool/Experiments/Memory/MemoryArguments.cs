using System.CommandLine;
using System.CommandLine.Parsing;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>The options that the memory tasks share.</summary>
/// <param name="usual">What is taken where an option is not given.</param>
/// <param name="usualIterations">Updates.</param>
internal sealed class MemoryArguments(MemorySettings usual, long usualIterations)
{
    private static readonly string GateNames = string.Join(", ", Enum.GetNames<GateStart>().Select(name => name.ToLowerInvariant()));

    private readonly Option<long?> _iterations = Value.Whole("--iterations", $"Batches to train on ({usualIterations}).", 1L, 1_000_000_000_000);
    private readonly Option<int?> _hidden = Value.Whole("--hidden", $"Units of the layer ({usual.Hidden}).", 1, 65_536);
    private readonly Option<int?> _batch = Value.Whole("--batch", $"Sequences of a batch ({usual.Batch}).", 1, 65_536);
    private readonly Option<double?> _rate = Value.Number("--learning-rate", $"Adam's; it falls to a twentieth ({Number(usual.LearningRate)}).", 0, 1000);
    private readonly Option<double?> _clip = Value.Number("--clip", $"The largest norm of the gradients; 0: not clipped ({Number(usual.Clip)}).", 0, 1e9);
    private readonly Option<GateStart?> _gates = new("--gates")
    {
        Description = $"How gates begin: chrono, for memories of up to T steps; one, a forget bias of 1; plain, as PyTorch ({usual.Gates.ToString().ToLowerInvariant()}).",
        HelpName = "HOW",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = ParseGates,
    };

    public Option[] All => [_iterations, _hidden, _batch, _rate, _clip, _gates];

    /// <summary>Contenders with these settings and the updates that were asked for.</summary>
    public IReadOnlyList<Contender> Contenders(ParseResult line, IReadOnlyList<Contender> contenders, MemorySettings settings)
    {
        long iterations = line.GetValue(_iterations) ?? usualIterations;
        return [.. contenders.Select(contender => contender with { Iterations = iterations, Options = settings.ToString() })];
    }

    /// <summary>The usual settings with what was given.</summary>
    public MemorySettings Settings(ParseResult line, int steps) => usual with
    {
        Steps = steps,
        Hidden = line.GetValue(_hidden) ?? usual.Hidden,
        Batch = line.GetValue(_batch) ?? usual.Batch,
        LearningRate = line.GetValue(_rate) ?? usual.LearningRate,
        Clip = line.GetValue(_clip) ?? usual.Clip,
        Gates = line.GetValue(_gates) ?? usual.Gates,
    };

    private static string Number(double value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static GateStart? ParseGates(ArgumentResult result)
    {
        string found = result.Tokens[0].Value;
        foreach (GateStart start in Enum.GetValues<GateStart>())
        {
            if (found == start.ToString().ToLowerInvariant())
            {
                return start;
            }
        }

        result.AddError($"--gates: expected one of {GateNames}, found '{found}'.");
        return null;
    }
}
