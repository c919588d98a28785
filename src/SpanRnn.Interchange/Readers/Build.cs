using SpanRnn.Formats;
using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Readers;

/// <summary>What readers make of what they read, with everything given back when it fails.</summary>
internal static class Build
{
    /// <summary>Recurrent layers that <paramref name="fill"/> gives their weights, packed.</summary>
    /// <exception cref="ModelFileException">The options cannot be: the file asks for more than there is memory, or <paramref name="fill"/> refuses.</exception>
    public static Recurrent Recurrent(string file, RecurrentOptions options, Action<Recurrent> fill)
    {
        Recurrent recurrent;
        try
        {
            recurrent = new Recurrent(options);
        }
        catch (Exception error) when (error is ArgumentException or OutOfMemoryException or OverflowException)
        {
            throw new ModelFileException(file, $"its layers cannot be built: {error.Message}", error);
        }

        try
        {
            fill(recurrent);
            recurrent.Pack();
            return recurrent;
        }
        catch
        {
            recurrent.Dispose();
            throw;
        }
    }

    /// <summary>A model of the stages that <paramref name="add"/> adds one by one.</summary>
    /// <exception cref="ModelFileException">The stages do not fit each other.</exception>
    public static ImportedModel Model(string file, ModelSummary summary, Action<List<ModelStage>> add)
    {
        var stages = new List<ModelStage>();
        try
        {
            add(stages);
            return new ImportedModel(stages, summary);
        }
        catch (Exception error)
        {
            stages.ForEach(stage => stage.Dispose());
            if (error is ArgumentException)
            {
                throw new ModelFileException(file, error.Message, error);
            }

            throw;
        }
    }
}
