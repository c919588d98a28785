using Xunit;

namespace SpanRnn.Tests.Twin;

/// <summary>The character model against PyTorch's recorded trainings.</summary>
public sealed class TwinTrainingFacts
{
    public static TheoryData<string> Traces => [.. GoldenTrace.Files];

    [GoldenTheory]
    [MemberData(nameof(Traces))]
    public void The_first_loss_is_that_of_PyTorch(string file)
    {
        GoldenTrace trace = new(file);
        Assert.Equal(trace.Model.Shapes().Select(shape => shape.Name), trace.Weights.Keys);
        Assert.Equal(trace.Golden["losses"][0], trace.Loss(0), 1e-5);
    }

    // The whole gradient by central differences is affordable for the smallest model, and one step of it ties the global
    // norm, the clipping and the optimizer together.
    [GoldenTheory]
    [InlineData("train_rnn_adam.safetensors")]
    [InlineData("train_rnn_sgd_clip.safetensors")]
    public void One_step_of_training_is_that_of_PyTorch(string file)
    {
        GoldenTrace trace = new(file);
        Dictionary<string, double[]> gradients = CentralDifference.Gradients(() => trace.Loss(0), trace.Weights);
        double norm = TwinClipping.ByGlobalNorm(gradients, trace.Clip);
        Assert.Equal(trace.Golden["grad_norms"][0], norm, 1e-6);

        TwinOptimizer optimizer = file.Contains("adam", StringComparison.Ordinal) ? new TwinAdam(0.005) : new TwinSgd(0.1);
        optimizer.Step(trace.Weights, gradients);
        Assert.Equal(trace.Golden["losses"][1], trace.Loss(1), 1e-6);
    }

    [GoldenTheory]
    [InlineData("state_dict_lstm.safetensors", TwinCell.Lstm)]
    [InlineData("state_dict_gru.safetensors", TwinCell.Gru)]
    public void The_logits_of_a_state_dict_are_those_of_PyTorch(string file, TwinCell cell)
    {
        const int rows = 2, steps = 7, vocabulary = 11;
        GoldenTensors golden = new(GoldenData.PathOf(file));
        TwinCharModel model = new(vocabulary, new(cell, 6, [10, 10]));
        int[] batchMajor = golden.FindIntegers("x")!;
        int[] tokens = [.. Enumerable.Range(0, steps * rows).Select(n => batchMajor[n % rows * steps + n / rows])];

        double[] logits = model.Logits(golden.Starting(strip: false, "embedding.", "rnn.", "fc."), tokens, steps, rows);

        for (int n = 0; n < tokens.Length; n++)
        {
            int at = n % rows * steps + n / rows;
            for (int v = 0; v < vocabulary; v++)
            {
                // PyTorch computed these in float32.
                Assert.Equal(golden["logits"][at * vocabulary + v], logits[n * vocabulary + v], 2e-6);
            }
        }
    }
}
