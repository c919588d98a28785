using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Display;

/// <summary>Shows how trainings go on, one after the other.</summary>
internal interface IProgressView
{
    /// <summary>Shows what happens in <paramref name="work"/>.</summary>
    /// <param name="names">The models, in the order they are trained.</param>
    /// <param name="work">Gets what to call with a model's index and its progress.</param>
    void Show(IReadOnlyList<string> names, Action<Action<int, TrainingProgress>> work);
}
