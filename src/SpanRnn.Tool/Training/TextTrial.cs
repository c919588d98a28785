using System.Globalization;
using System.Text;
using SpanRnn.Models;
using SpanRnn.Tool.Reports;
using SpanRnn.Tool.Writing;

namespace SpanRnn.Tool.Training;

/// <summary>One character model from training to report.</summary>
internal sealed class TextTrial(Fit fit, RunFiles files, SavedText text, Prompt prompt, WritingSettings writing)
    : Trial<ModelReport>(fit, files, CellNames.NameOf(TrainingOf(fit).Settings.Cell))
{
    /// <inheritdoc cref="Trial{TReport}.Run"/>
    protected override string Run => SavedRun.Of(Fit, Training.Settings, text);

    protected override string Advice => $"Try a lower --learning-rate than {Training.Settings.LearningRate}" + (Training.Settings.Clip > 0 ? "." : ", or --clip 1.");

    protected override IReadOnlyDictionary<string, string> Notes => new Dictionary<string, string> { ["prompt"] = prompt.Text };

    private TextTraining Training => TrainingOf(Fit);

    protected override ModelReport Measure(TrainingEnd end, double unitsPerSecond)
    {
        Corpus corpus = Training.Corpus;
        SequenceModel model = Training.Model;
        Task<double?> training = Task.Run(() => Training.BitsPerCharacter(corpus.Sample));
        double? heldOut;
        using (var evaluator = new SequenceEvaluator(model))
        {
            heldOut = corpus.HeldOut.Length < 2 ? null : evaluator.Evaluate(corpus.HeldOut).Mean / Math.Log(2);
        }

        return new ModelReport
        {
            Name = Name,
            Cell = CellNames.IdOf(Training.Settings.Cell),
            Parameters = model.Weights.Layout.Count,
            Iterations = Fit.State.Iteration,
            BestIteration = Fit.Best.Iteration,
            Ended = Words(end),
            TrainingLoss = Fit.State.Loss,
            TrainingBits = training.Result,
            ValidationBits = Fit.Best.Figure is { } bits && double.IsFinite(bits) ? bits : null,
            HeldOutBits = heldOut,
            Seconds = Fit.State.Seconds,
            CharactersPerSecond = unitsPerSecond,
            MicrosecondsPerCharacter = new CharacterWriter(model, corpus.Vocabulary).MedianMicroseconds(),
            Written = Written(),
            ModelFile = Files.Model,
            Checkpoint = Files.Checkpoint,
        };
    }

    protected override IReadOnlyDictionary<string, string> Figures(ModelReport report)
    {
        var figures = new Dictionary<string, string>();
        Add("training_bits", report.TrainingBits);
        Add("held_out_bits", report.HeldOutBits);
        Add("training_seconds", Math.Round(report.Seconds, 2));
        return figures;

        void Add(string key, double? value)
        {
            if (value is { } number)
            {
                figures[key] = number.ToString("R", CultureInfo.InvariantCulture);
            }
        }
    }

    private static TextTraining TrainingOf(Fit fit) => (TextTraining)fit.Training;

    private string Written()
    {
        var written = new StringBuilder(prompt.Text);
        new CharacterWriter(Training.Model, Training.Corpus.Vocabulary).Write(prompt.Text, writing, symbol => written.Append(symbol), CancellationToken.None);
        return written.ToString();
    }
}
