using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;

namespace SpanRnn.Tool.Writing;

/// <summary>A model that can write: characters in, a logit for each character at every step, one direction.</summary>
/// <param name="Model">The model.</param>
/// <param name="Vocabulary">Its characters.</param>
internal sealed record CharacterModel(SequenceModel Model, Vocabulary Vocabulary)
{
    /// <summary>A file's model, if it is of that kind.</summary>
    /// <exception cref="ToolException">It is of another kind; the message says which.</exception>
    public static CharacterModel Of(string path, LoadedModel loaded)
    {
        SequenceModelOptions options = loaded.Model.Options;
        string? reason =
            !loaded.Model.TakesTokens ? $"it takes {options.Recurrent.InputSize} numbers at each step, not characters"
            : options.Recurrent.Direction != Direction.Forward
                ? $"it {(options.Recurrent.Bidirectional ? "is bidirectional" : "runs in reverse")}, so it needs the end of a text before its start"
            : options.Head != HeadInput.EveryStep ? "it gives one answer for a whole text, not the next character after each"
            : options.Outputs != options.Vocabulary ? $"it reads {options.Vocabulary:N0} characters but gives {options.Outputs:N0} numbers"
            : loaded.Vocabulary is null ? $"the file does not say which characters its {options.Vocabulary:N0} rows stand for (it has no vocabulary)"
            : null;
        return reason is null ? new CharacterModel(loaded.Model, loaded.Vocabulary!) : throw new ToolException($"{path}: this model cannot write: {reason}.");
    }
}
