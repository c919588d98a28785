using System.CommandLine;
using SpanRnn.Interchange;
using SpanRnn.Streaming;
using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Commands;

/// <summary>Writes a model of one format as another.</summary>
internal sealed class ConvertCommand : Command
{
    private readonly Argument<string> _in = new("IN") { Description = "A model of any format that can be read." };
    private readonly Argument<string> _out = new("OUT") { Description = "The file to write; an old one is replaced." };
    private readonly ImportArguments _import = new();

    private readonly Option<string?> _to = new Option<string?>("--to")
    {
        Description = "The format to write (by OUT's ending: .safetensors, .onnx, .json).",
        HelpName = string.Join('|', ModelWriters.Names),
    }.AcceptOnlyFromAmong([.. ModelWriters.Names]);

    private readonly Option<string?> _weights = WeightsArgument.Create("How safetensors keep matrices; biases stay float32 (float32).");

    public ConvertCommand(ToolContext context) : base("convert", "Write a model of one format as another.")
    {
        Arguments.Add(_in);
        Arguments.Add(_out);
        Options.Add(_to);
        Options.Add(_weights);
        foreach (Option option in _import.All)
        {
            Options.Add(option);
        }

        SetAction(line => Run(line, context));
    }

    private int Run(ParseResult line, ToolContext context)
    {
        (string from, string to) = (line.GetRequiredValue(_in), line.GetRequiredValue(_out));
        string format = line.GetValue(_to) ?? ModelWriters.ByEnding(to) ?? throw new ToolException(
            $"{to}: its ending tells no format; say --to {string.Join(" or --to ", ModelWriters.Names)}.");
        if (Path.GetFullPath(from) == Path.GetFullPath(to))
        {
            throw new ToolException($"{to}: expected another file than the one that is read.");
        }

        WeightFormat weights = WeightsArgument.Of(line.GetValue(_weights));
        if (weights != WeightFormat.Float32 && format != ModelWriters.Safetensors)
        {
            throw new ToolException($"--weights {line.GetValue(_weights)}: expected {ModelWriters.Safetensors} to be written, found {format}, which keeps float32.");
        }

        using ImportedModel model = _import.Open(from, line);
        foreach (string warning in model.Summary.Warnings)
        {
            context.Error.WriteLine($"warning: {warning}");
        }

        try
        {
            foreach (string note in ModelWriters.Write(format, to, model, weights))
            {
                context.Error.WriteLine($"note: {note}");
            }
        }
        catch (NotSupportedException error)
        {
            throw new ToolException($"{from}: cannot be written as {format}. {error.Message}", error);
        }
        catch (ArgumentException error)
        {
            throw new ToolException($"{from}: cannot be kept as {line.GetValue(_weights)}. {error.Message}", error);
        }

        context.Output.WriteLine(
            $"{to}: {format}{(weights == WeightFormat.Float32 ? "" : $" in {line.GetValue(_weights)}")}, {Figures.Whole(model.Summary.Parameters)} parameters, {Figures.Whole(new FileInfo(to).Length)} bytes, from {model.Summary.Format}.");
        return 0;
    }
}
