using System.CommandLine;
using SpanRnn.Interchange;
using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Tool.Commands;

/// <summary>What another program's file cannot say of itself; shared by all commands that read models.</summary>
internal sealed class ImportArguments
{
    private readonly Option<bool> _relu = new("--relu") { Description = "A plain RNN's function is ReLU, where the file does not say (tanh)." };

    private readonly Option<string?> _reset = new Option<string?>("--reset")
    {
        Description = "Where a GRU resets, before or after the product, whatever the file says.",
        HelpName = "before|after",
    }.AcceptOnlyFromAmong("before", "after");

    private readonly Option<string?> _prefix = new("--prefix")
    {
        Description = "The module that is wanted of a file that holds more: what its tensors' names start with, or an ONNX node.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _entry = new("--entry")
    {
        Description = "The keys that lead to the wanted state dict of a checkpoint, joined by dots (found by usual names).",
        HelpName = "KEYS",
    };

    private readonly Option<bool> _lastStep = new("--last-step")
    {
        Description = "What follows the recurrent layers sees their final states only, where the file does not say (every step).",
    };

    private readonly Option<bool> _allowNonFinite = new("--allow-non-finite") { Description = "Accept weights that are NaN or infinite." };

    public Option[] All => [_relu, _reset, _prefix, _entry, _lastStep, _allowNonFinite];

    /// <summary>The model of a file, or the module of it that is asked for.</summary>
    public ImportedModel Open(string path, ParseResult line) => line.GetValue(_prefix) is { } name
        ? ModelInfo.OpenModule(path, name, Options(line))
        : ImportedModel.Open(path, Options(line));

    public ImportOptions Options(ParseResult line)
    {
        string? reset = line.GetValue(_reset);
        return new()
        {
            Cell = line.GetValue(_relu) ? CellKind.RnnRelu : null,
            ResetAfter = reset is null ? null : reset == "after",
            Prefix = line.GetValue(_prefix),
            Entry = line.GetValue(_entry),
            Head = line.GetValue(_lastStep) ? HeadInput.LastStep : HeadInput.EveryStep,
            AllowNonFinite = line.GetValue(_allowNonFinite),
        };
    }
}
