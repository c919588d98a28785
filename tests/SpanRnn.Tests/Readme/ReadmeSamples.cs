using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Training.Optimizers;
using Xunit;

namespace SpanRnn.Tests.Readme;

/// <summary>README's samples: what stands between the comments is compiled and run here, and stands in README word for word.</summary>
public sealed class ReadmeSamples
{
    [Fact]
    public void A_language_model_learns_to_count()
    {
        // sample: begin
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Gru, vocabulary: 4, embedding: 8, hidden: 16));
        model.Initialize(seed: 1);
        using var trainer = new Trainer(model, new() { Steps = 3, Optimizer = new Adam(learningRate: 0.01) });
        for (int i = 0; i < 200; i++)
        {
            trainer.Step(tokens: [0, 1, 2], targets: [1, 2, 3]);    // what follows 0, 1, 2?
        }

        using SequenceSession session = model.CreateSession();      // the state of one stream; weights are shared
        Span<float> logits = stackalloc float[4];
        session.Step(token: 2, logits);                             // the largest is logits[3]
        // sample: end
        Assert.True(logits[3] > logits[0] && logits[3] > logits[1] && logits[3] > logits[2]);
    }

    [Fact]
    public void The_layers_alone_run_forward_backward_and_by_steps()
    {
        // sample: begin
        using var lstm = new Recurrent(new() { Cell = CellKind.Lstm, InputSize = 5, HiddenSizes = [6, 6] });   // nn.LSTM(5, 6, 2)
        lstm.Initialize(seed: 1);
        using RecurrentTape tape = lstm.Plan(maxSteps: 3, maxBatch: 1);
        float[] x = new float[3 * 1 * 5], y = new float[3 * 1 * 6], hn = new float[2 * 1 * 6], cn = new float[2 * 1 * 6];
        lstm.Forward(tape, steps: 3, batch: 1, lengths: [], x, h0: [], c0: [], y, hn, cn);

        float[] dy = [.. y.Select(_ => 1f)], dx = new float[x.Length];                                         // d sum(y) / d x
        using var gradients = lstm.CreateGradients();
        lstm.Backward(tape, dy, dhn: [], dcn: [], gradients, accumulate: false, dx, dh0: [], dc0: []);

        using RecurrentSession session = lstm.CreateSession();
        session.Step(x.AsSpan(0, 5), y.AsSpan(0, 6));                                                          // one step of one stream
        // sample: end
        Assert.Contains(dx, value => value != 0f);
        Assert.True(gradients.Layout.TryIndexOf("weight_hh_l1", out _));
    }

    [ReadmeFact]
    public void Samples_stand_in_the_readme_word_for_word()
    {
        string readme = File.ReadAllText(ReadmeFactAttribute.Readme!);
        string[] source = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(ReadmeFactAttribute.Readme)!, "tests", "SpanRnn.Tests", "Readme", "ReadmeSamples.cs"));
        int samples = 0;
        for (int line = 0; line < source.Length; line++)
        {
            if (source[line].Trim() != "// sample: begin")
            {
                continue;
            }

            IEnumerable<string> body = source.Skip(line + 1).TakeWhile(text => text.Trim() != "// sample: end");
            string sample = string.Join('\n', body.Select(text => text.Length >= 8 ? text[8..] : text.Trim()));
            Assert.Contains($"```csharp\n{sample}\n```", readme, StringComparison.Ordinal);
            samples++;
        }

        Assert.Equal(2, samples);
        Assert.Equal(samples, readme.Split("```csharp").Length - 1);
    }
}
