using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Display;

/// <summary>Shows progress as another view does, and keeps it: what learning curves are drawn of.</summary>
internal sealed class RecordedProgress(IProgressView view) : IProgressView
{
    /// <summary>Points of a curve, about.</summary>
    private const int Points = 400;

    private readonly Dictionary<int, List<TrainingProgress>> _curves = [];

    /// <summary>What was kept of the models, by their places in the order of training; of a resumed one what came since.</summary>
    public IReadOnlyList<TrainingProgress> Curve(int model) => _curves.TryGetValue(model, out List<TrainingProgress>? curve) ? curve : [];

    public void Show(IReadOnlyList<string> names, Action<Action<int, TrainingProgress>> work) => view.Show(names, report => work((model, progress) =>
    {
        Keep(model, progress);
        report(model, progress);
    }));

    /// <summary>A point where enough was done since the last, or the validation part was looked at.</summary>
    private void Keep(int model, TrainingProgress progress)
    {
        if (!_curves.TryGetValue(model, out List<TrainingProgress>? curve))
        {
            _curves[model] = curve = [];
        }

        if (curve.Count == 0 || progress.Part >= 1 || progress.Part - curve[^1].Part >= 1.0 / Points || progress.Validation != curve[^1].Validation)
        {
            curve.Add(progress);
        }
    }
}
