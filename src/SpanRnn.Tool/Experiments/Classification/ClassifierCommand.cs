using System.CommandLine;
using SpanRnn.Layers;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Classification;

/// <summary>A subcommand that trains classifiers of texts.</summary>
/// <param name="name">The subcommand.</param>
/// <param name="description">One line for --help.</param>
/// <param name="context">What the tool may talk to.</param>
/// <param name="usual">What is taken where an option is not given.</param>
internal abstract class ClassifierCommand(string name, string description, ToolContext context, ClassifierSettings usual)
    : ExperimentCommand(name, description, context)
{
    public override bool CanBeBidirectional => true;

    protected ClassifierArguments Classifier { get; } = new(usual);

    protected override CellKind[] UsualCells => [CellKind.Gru];

    protected override IReadOnlyList<Contender> Contenders(ParseResult line) =>
    [
        .. base.Contenders(line).Select(contender => Classifier.Complete(
            line,
            Contender.Of(contender.Cell, contender.Seed, IsBidirectional(line, contender, Classifier.UsuallyBidirectional(line))),
            line.GetValue(Shared.Epochs))),
    ];
}
