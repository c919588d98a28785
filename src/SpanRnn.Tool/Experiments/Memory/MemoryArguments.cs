using System.CommandLine;
using System.CommandLine.Parsing;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Memory;

/// <summary>The options that the memory tasks share.</summary>
/// <param name="usual">What is taken where an option is not given.</param>
internal sealed class MemoryArguments(MemorySettings usual)
{
    private static readonly string GateNames = string.Join(", ", Enum.GetNames<GateStart>().Select(name => name.ToLowerInvariant()));

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

    public Option[] All => [_hidden, _batch, _rate, _clip, _gates];

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
