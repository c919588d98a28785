using System.CommandLine;
using System.Text;
using SpanRnn.Formats;
using SpanRnn.Models;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Experiments.Surnames;

/// <summary>Tells which languages a name may be from.</summary>
internal sealed class NamesPredictCommand : Command
{
    /// <summary>The metadata key under which a model keeps the languages of its outputs.</summary>
    public const string Languages = "languages";

    private readonly Argument<string> _name = new("NAME") { Description = "A surname." };
    private readonly Option<int?> _top = Value.Whole("--top", "How many languages to show (3).", 1, 1000);
    private readonly Option<string?> _model = new("--model")
    {
        Description = $"A model that names trained ({OutputArguments.UsualFolder}/names/bilstm-1.safetensors).",
        HelpName = "FILE",
    };

    public NamesPredictCommand(ToolContext context) : base("predict", "Tell which languages a surname may be from.")
    {
        Arguments.Add(_name);
        Options.Add(_top);
        Options.Add(_model);
        SetAction(line => Run(line, context.Output));
    }

    private int Run(ParseResult line, TextWriter output)
    {
        string path = line.GetValue(_model) ?? Path.Combine(OutputArguments.UsualFolder, "names", "bilstm-1.safetensors");
        using LoadedModel loaded = ModelFile.Load(path);
        string[] languages = loaded.Metadata.GetValueOrDefault(Languages, "").Split('\n');
        if (loaded.Vocabulary is not { } vocabulary || languages.Length != loaded.Model.Options.Outputs || loaded.Model.Options.Head != HeadInput.LastStep)
        {
            throw new ToolException($"{path}: expected a model of names, with its characters and languages, found another.");
        }

        string name = Checked(line.GetRequiredValue(_name), vocabulary);
        using var classifier = new SurnameClassifier(loaded.Model, vocabulary, name.EnumerateRunes().Count());
        float[] probabilities = classifier.Probabilities([name]);
        foreach (int language in Enumerable.Range(0, languages.Length).OrderByDescending(i => probabilities[i]).Take(line.GetValue(_top) ?? 3))
        {
            output.WriteLine($"{Figures.Two(100 * probabilities[language]),6} %  {languages[language]}");
        }

        return 0;
    }

    /// <summary>The name, if the model knows all its characters.</summary>
    private static string Checked(string typed, Vocabulary vocabulary)
    {
        string name = typed.Trim();
        if (name.Length == 0)
        {
            throw new ToolException("NAME: expected at least 1 character, found 0.");
        }

        foreach (Rune symbol in name.EnumerateRunes())
        {
            if (!vocabulary.TryIndexOf(symbol, out _))
            {
                throw new ToolException($"NAME: '{symbol}' (U+{symbol.Value:X4}) is not among the {vocabulary.Count} characters that the model knows.");
            }
        }

        return name;
    }
}
