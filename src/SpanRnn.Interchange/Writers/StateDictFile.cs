using System.Globalization;
using SpanRnn.Formats;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;

namespace SpanRnn.Interchange.Writers;

/// <summary>
/// Writes a model as a safetensors file with PyTorch's names, which <c>load_state_dict(strict=True)</c> accepts: <c>nn.Embedding</c>, <c>nn.RNN</c>,
/// <c>nn.LSTM</c>, <c>nn.GRU</c> and <c>nn.Linear</c> by the names that they had in the file they come from, or <c>embedding</c>, <c>rnn</c> and <c>fc</c>.
/// </summary>
/// <remarks>
/// A state dict holds weights alone. What a model does beside them is returned as notes, for the module that will load the file; what
/// would make a PyTorch module compute something else without a word is refused. With one bias vector the file also holds PyTorch's
/// second one, as zeros. Models of an embedding (optional), recurrent layers and one linear layer, or of recurrent layers alone, are also
/// read by <see cref="ModelFile"/> or <see cref="RecurrentFile"/>.
/// </remarks>
public static class StateDictFile
{
    /// <summary>Writes a model as a whole: on any failure an old file stays as it was.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">What is written.</param>
    /// <param name="weights">How matrices are kept: see <see cref="ModelFile.Save"/>. PyTorch reads float32 and bf16, int8 is for this library alone.</param>
    /// <returns>What the file cannot say, a sentence each.</returns>
    /// <exception cref="ArgumentException">A weight cannot be kept so: int8 needs finite ones.</exception>
    /// <exception cref="NotSupportedException">The model has what a state dict has no place for; the message names it.</exception>
    /// <exception cref="IOException">The folder does not exist, or the disk is full or failed; the message names the path.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written to.</exception>
    public static IReadOnlyList<string> Save(string path, ImportedModel model, WeightFormat weights = WeightFormat.Float32)
    {
        ArgumentNullException.ThrowIfNull(model);
        string[] names = NamesOf(model);
        SafetensorsWriter writer = Begin(model, names, weights, out bool isOurs);
        var notes = new List<string>();
        if (weights == WeightFormat.Int8)
        {
            notes.Add("Matrices are int8 with a scale for each row beside them: SpanRnn reads them, PyTorch does not.");
        }

        for (int i = 0; i < names.Length; i++)
        {
            string prefix = names[i].Length == 0 ? "" : names[i] + ".";
            switch (model.Stages[i])
            {
                case EmbeddingStage embedding:
                    SmallMatrix.Add(writer, $"{prefix}weight", embedding.InputSize, embedding.OutputSize, embedding.Row, weights);
                    break;
                case RecurrentStage recurrent:
                    Check(recurrent, names[i], isOurs, notes);
                    WeightFile.Add(writer, recurrent.Recurrent.Weights, prefix, recurrent.Recurrent.Options.Bias, weights);
                    break;
                case DenseStage dense:
                    SmallMatrix.Add(
                        writer, $"{prefix}weight", dense.OutputSize, dense.InputSize, row => dense.Weight.Slice(row * dense.InputSize, dense.InputSize), weights);
                    if (!dense.Bias.IsEmpty)
                    {
                        writer.Add($"{prefix}bias", [dense.OutputSize], SafetensorsType.F32, sink => sink.Write(dense.Bias));
                    }

                    if (!dense.Activation.IsIdentity)
                    {
                        notes.Add($"After '{names[i]}' comes {dense.Activation}: the module must apply it.");
                    }

                    break;
                case ActivationStage { Activation.Slopes.Length: 0 } activation:
                    notes.Add($"After {(i == 0 ? "the input" : $"'{names[i - 1]}'")} comes {activation.Activation}: the module must apply it.");
                    break;
                case SelectionStage selection:
                    notes.Add(selection.Selected == SelectedStep.FinalState
                        ? "After the recurrent layers only their final states go on: the module must take h_n, of a bidirectional layer both, side by side."
                        : "Only the last step goes on: the module must take it.");
                    break;
                default:
                    throw new NotSupportedException($"A state dict has no place for this layer: {model.Stages[i].Summarize().Type}.");
            }
        }

        writer.Save(path);
        return notes;
    }

    // Our metadata goes with models that the library itself has; others are marked as Hugging Face marks PyTorch's.
    private static SafetensorsWriter Begin(ImportedModel model, string[] names, WeightFormat weights, out bool isOurs)
    {
        // A file of ours keeps what its user wrote into it, and the symbols of its tokens.
        bool wasOurs = model.Summary.Metadata.ContainsKey(Names.Format);
        var marked = model.Summary.Metadata.Where(pair => wasOurs && !pair.Key.StartsWith(Names.Prefix, StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);
        marked["format"] = "pt";
        isOurs = true;
        if (model.Stages is [RecurrentStage only] && names[0].Length == 0)
        {
            return WeightFile.Begin(Names.Recurrent, OptionsText.Write(only.Recurrent.Options), marked, weights);
        }

        ModelStage[] stages = [.. model.Stages];
        EmbeddingStage? embedding = stages[0] as EmbeddingStage;
        ReadOnlySpan<ModelStage> rest = stages.AsSpan(embedding is null ? 0 : 1);
        if (rest is [RecurrentStage recurrent, .. var head] && head is [DenseStage] or [SelectionStage { Selected: SelectedStep.FinalState }, DenseStage]
            && head[^1] is DenseStage { Activation.IsIdentity: true, Bias.IsEmpty: false } dense
            && names.Where(name => name.Length > 0).SequenceEqual(embedding is null ? ["rnn", "fc"] : ["embedding", "rnn", "fc"]))
        {
            SequenceModelOptions options = new()
            {
                Recurrent = recurrent.Recurrent.Options,
                Vocabulary = embedding?.InputSize ?? 0,
                Outputs = dense.OutputSize,
                Head = head.Length == 2 ? HeadInput.LastStep : HeadInput.EveryStep,
            };
            SafetensorsWriter ours = WeightFile.Begin(Names.Model, OptionsText.Write(options), marked, weights);
            if (wasOurs && model.Summary.Metadata.TryGetValue(Names.Vocabulary, out string? vocabulary))
            {
                ours.Metadata[Names.Vocabulary] = vocabulary;
            }

            return ours;
        }

        isOurs = false;
        var writer = new SafetensorsWriter();
        writer.Metadata["format"] = "pt";
        WeightFile.Mark(writer, weights);
        return writer;
    }

    private static string[] NamesOf(ImportedModel model)
    {
        ModelStage[] stages = [.. model.Stages];
        string?[] given = model.Summary.Layers.Count == stages.Length ? [.. model.Summary.Layers.Select(layer => layer.Name)] : new string?[stages.Length];
        int[] weighted = [.. Enumerable.Range(0, stages.Length).Where(i => stages[i] is EmbeddingStage or RecurrentStage or DenseStage)];
        bool areGiven = weighted.Length > 0 && weighted.All(i => IsModuleName(given[i], isAlone: weighted.Length == 1))
            && weighted.Select(i => given[i]).Distinct(StringComparer.Ordinal).Count() == weighted.Length;
        string[] names = [.. Enumerable.Repeat("", stages.Length)];
        bool isBare = stages is [RecurrentStage];
        foreach (int i in weighted)
        {
            names[i] = areGiven ? given[i]! : isBare ? "" : Usual(stages, i);
        }

        return names;
    }

    // What Python can write behind self: words, and numbers within a Sequential.
    private static bool IsModuleName(string? name, bool isAlone) => name is not null
        && (name.Length == 0 ? isAlone : name.Split('.').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')));

    private static string Usual(ModelStage[] stages, int index)
    {
        (string name, Type type) = stages[index] switch
        {
            EmbeddingStage => ("embedding", typeof(EmbeddingStage)),
            RecurrentStage => ("rnn", typeof(RecurrentStage)),
            _ => ("fc", typeof(DenseStage)),
        };
        int[] same = [.. Enumerable.Range(0, stages.Length).Where(i => stages[i].GetType() == type)];
        return same.Length == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}{Array.IndexOf(same, index) + 1}");
    }

    private static void Check(RecurrentStage stage, string name, bool isOurs, List<string> notes)
    {
        RecurrentOptions options = stage.Recurrent.Options;
        if (stage.InitialHidden.ContainsAnyExcept(0f) || stage.InitialCell.ContainsAnyExcept(0f))
        {
            throw new NotSupportedException($"A state dict has no place for the initial states of '{name}'.");
        }

        foreach (string missing in MissingInPyTorch(options))
        {
            string what = $"PyTorch's layers have no such thing as {missing}, as '{(name.Length == 0 ? "rnn" : name)}' has";
            notes.Add(isOurs
                ? $"{what}: SpanRnn reads it from the file's metadata, PyTorch would compute something else."
                : throw new NotSupportedException($"{what}: it would compute something else with these weights."));
        }

        if (options.Cell == CellKind.RnnRelu)
        {
            notes.Add("The recurrent layers' function is ReLU: nn.RNN(..., nonlinearity='relu').");
        }
    }

    private static IEnumerable<string> MissingInPyTorch(RecurrentOptions options)
    {
        if (options.Cell == CellKind.GruResetBefore)
        {
            yield return "a reset before the product";
        }

        if (options.HiddenSizes.Distinct().Count() > 1)
        {
            yield return "layers of different sizes";
        }

        if (options.Direction == Direction.Reverse)
        {
            yield return "layers that run only backwards";
        }

        if (options.Bidirectional && options.Merge != MergeMode.Concat)
        {
            yield return $"directions merged by {Names.Of(Names.Merges, options.Merge)}";
        }

        if (options.Activations is not null || options.ReverseActivations is not null)
        {
            yield return "other activations";
        }

        if (!float.IsPositiveInfinity(options.Clip))
        {
            yield return "a clip";
        }

        if (options.Peepholes)
        {
            yield return "peepholes";
        }

        if (options.CoupledForgetGate)
        {
            yield return "a coupled forget gate";
        }
    }
}
