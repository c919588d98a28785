using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Contenders;

/// <summary>
/// The tutorial's character model: embedding and two recurrent layers of 512, linear to the vocabulary, sequences of 50 drawn at random,
/// batch 1, Adam 0.005. The text is given as indices into the sorted distinct characters.
/// </summary>
public sealed record TutorialTask(CellKind Kind, int[] Text, int[] Prompt, int Classes)
{
    public const int Width = 512;
    public const int Layers = 2;
    public const int Steps = 50;
    public const float LearningRate = 0.005f;
    public const double Temperature = 0.5;
}
