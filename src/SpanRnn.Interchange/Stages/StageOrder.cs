namespace SpanRnn.Interchange.Stages;

/// <summary>Which stage may follow which.</summary>
internal static class StageOrder
{
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a stage stands where it cannot.</exception>
    public static void Check(ReadOnlySpan<ModelStage> stages)
    {
        if (stages.IsEmpty)
        {
            throw new ArgumentException("A model needs at least one stage.");
        }

        bool selected = false;
        for (int i = 0; i < stages.Length; i++)
        {
            ModelStage stage = stages[i];
            string name = $"stage {i} ({stage.Summarize().Type})";
            if (i > 0 && stage.InputSize != stages[i - 1].OutputSize)
            {
                throw new ArgumentException($"{name}: reads {stage.InputSize} numbers, the stage before gives {stages[i - 1].OutputSize}.");
            }

            switch (stage)
            {
                case EmbeddingStage when i > 0:
                    throw new ArgumentException($"{name}: only the first stage can read tokens.");
                case SelectionStage { Selected: SelectedStep.FinalState } when i == 0 || stages[i - 1] is not RecurrentStage:
                    throw new ArgumentException($"{name}: must follow recurrent layers.");
                case InputSkipStage skip when stages[0] is EmbeddingStage || skip.Skipped > stages[0].InputSize:
                    throw new ArgumentException($"{name}: adds {skip.Skipped} numbers of the model's input, which has no such numbers.");
                case not (DenseStage or ActivationStage or ScaleStage) when selected:
                    throw new ArgumentException($"{name}: needs every step, but one was selected before.");
            }

            selected |= stage is SelectionStage;
        }
    }
}
