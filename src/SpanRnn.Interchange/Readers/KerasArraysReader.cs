using SpanRnn.Formats;
using SpanRnn.Interchange.Arrays;
using SpanRnn.Interchange.Stages;
using SpanRnn.Models;

namespace SpanRnn.Interchange.Readers;

/// <summary>
/// Keras's arrays under Keras's names, in .npz or safetensors: <c>lstm/lstm_cell/kernel:0</c>, <c>recurrent_kernel</c>, <c>bias</c>, <c>embeddings</c>, with
/// the layers' names before them.
/// </summary>
internal sealed class KerasArraysReader : IModelReader
{
    private const string Mark = "recurrent_kernel";

    public string Format => "Keras arrays";

    public bool Recognises(FileProbe file) =>
        file.SafetensorsNames.Any(IsMark) || file.ZipNames.Any(name => name.EndsWith(".npy", StringComparison.Ordinal) && IsMark(name[..^4]));

    public ImportedModel Read(FileProbe file, ImportOptions options)
    {
        var groups = new List<KerasGroup>();
        var ignored = new List<string>();
        using var source = new ArraySource(file);
        foreach (string full in source.Names)
        {
            (string prefix, string name) = KerasGroup.Split(full);
            if (name is not ("kernel" or Mark or "bias" or "embeddings"))
            {
                ignored.Add(full);
                continue;
            }

            KerasGroup? group = groups.Find(candidate => candidate.Prefix == prefix);
            if (group is null)
            {
                if (groups.Count == FileLimits.MostLayers)
                {
                    throw new ModelFileException(file.Path, $"has more than {FileLimits.MostLayers} layers.");
                }

                groups.Add(group = new KerasGroup(prefix));
            }

            WeightArray array = source.Read(full).CheckFinite(options);
            if (!group.TryAdd(name, array))
            {
                throw array.Refuse("stands twice, with and without ':0'");
            }
        }

        bool isLast = options.Head == HeadInput.LastStep;
        List<KerasLayerArrays> layers = KerasLayerArrays.Of(file.Path, groups, options);
        var summary = new ModelSummary
        {
            Format = Format,
            Producer = "Keras",
            Bytes = file.Length,
            Ignored = ignored,
            Metadata = source.Metadata,
            Conventions = [new("outputs", isLast ? "the last of each sequence" : "every step")],
            Warnings = Warnings(layers, options),
        };
        return Build.Model(file.Path, summary, stages =>
        {
            foreach (KerasLayerArrays layer in KerasLayerOrder.Of(file.Path, layers, options))
            {
                stages.Add(layer.Stage(file.Path));
            }

            int last = stages.FindLastIndex(stage => stage is RecurrentStage);
            if (isLast)
            {
                stages.Insert(last + 1, new SelectionStage(SelectedStep.FinalState, stages[last].OutputSize));
            }
        });
    }

    private static bool IsMark(string name) => KerasGroup.Split(name).Name == Mark;

    private static List<string> Warnings(List<KerasLayerArrays> layers, ImportOptions options)
    {
        var warnings = new List<string>
        {
            "The arrays do not say which activations the layers have: recurrent layers get Keras's own, dense layers none.",
        };
        if (options.Head == HeadInput.EveryStep)
        {
            warnings.Add("They do not say whether the last recurrent layer gives every step or the last one: every step is taken; Head changes that.");
        }

        if (layers.Any(layer => layer.IsResetGuessed) && options.ResetAfter is null)
        {
            warnings.Add("A GRU without bias does not show where it resets: after the product is taken, Keras's default; ResetAfter changes that.");
        }

        return warnings;
    }
}
