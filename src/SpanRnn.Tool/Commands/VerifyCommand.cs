using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SpanRnn.Interchange;
using SpanRnn.Interchange.Arrays;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Reports;

namespace SpanRnn.Tool.Commands;

/// <summary>Runs a model on recorded inputs and compares its outputs with recorded ones.</summary>
internal sealed class VerifyCommand : Command
{
    /// <summary>The exit code where the model gives something else.</summary>
    public const int Differs = 1;

    private const double UsualTolerance = 1e-5;
    private const string Kinds = ".npy, .npz:NAME, .safetensors:NAME, .pt:NAME or .csv";

    private readonly Argument<string> _model = new("MODEL") { Description = "A model of any format that can be read." };
    private readonly Option<string> _input = new("--input") { Description = $"What the model reads: {Kinds}.", HelpName = "FILE", Required = true };
    private readonly Option<string> _expected = new("--expected") { Description = $"What it should give: {Kinds}.", HelpName = "FILE", Required = true };
    private readonly Option<double?> _tolerance = Value.Number("--tolerance", "The largest difference that passes (0.00001).", 0, double.MaxValue);
    private readonly Option<bool> _batchFirst = new("--batch-first") { Description = "Arrays are [B, T, ...], as PyTorch's batch_first, not [T, B, ...]." };
    private readonly Option<bool> _json = new("--json") { Description = "The result as JSON." };
    private readonly ImportArguments _import = new();

    public VerifyCommand(ToolContext context) : base("verify", "Run a model on recorded inputs and compare it with recorded outputs.")
    {
        Arguments.Add(_model);
        foreach (Option option in (Option[])[_input, _expected, _tolerance, _batchFirst, _json, .. _import.All])
        {
            Options.Add(option);
        }

        SetAction(line => Run(line, context));
    }

    private int Run(ParseResult line, ToolContext context)
    {
        string path = line.GetRequiredValue(_model);
        using ImportedModel model = _import.Open(path, line);
        NumberArray input = ArrayFile.Read(line.GetRequiredValue(_input)), expected = ArrayFile.Read(line.GetRequiredValue(_expected));
        ModelCheckResult result;
        try
        {
            result = ModelCheck.Compare(model, input, expected, line.GetValue(_batchFirst));
        }
        catch (ArgumentException error)
        {
            throw new ToolException($"{path}: {error.Message}", error);
        }

        double tolerance = line.GetValue(_tolerance) ?? UsualTolerance;
        bool isWithin = result.IsWithin(tolerance);
        if (line.GetValue(_json))
        {
            context.Output.WriteLine(JsonSerializer.Serialize(new CheckReport(isWithin, tolerance, result), JsonReport.Readable.CheckReport));
        }
        else
        {
            context.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Figures.Whole(result.Count)} numbers compared: the largest error is {result.LargestError:g6}, at [{string.Join(", ", result.Index)}]: "
                + $"expected {result.Expected:g9}, found {result.Found:g9}. The mean error is {result.MeanError:g6}."));
            context.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{(isWithin ? "Passed" : "Failed")}: {(isWithin ? "within" : "beyond")} the tolerance of {tolerance:g6}."));
        }

        return isWithin ? 0 : Differs;
    }
}
