using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Tests.Twin;
using SpanRnn.Training.Optimizers;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>Whole trainings against PyTorch's: twenty steps, every loss and every parameter.</summary>
public sealed class PyTorchTraces
{
    public static TheoryData<string> Files => [.. GoldenTrace.Files];

    [GoldenTheory]
    [MemberData(nameof(Files))]
    public void Twenty_steps_of_training_are_PyTorchs(string file)
    {
        var golden = new GoldenTrace(file);
        TwinRecurrent stack = golden.Model.Stack;
        using var model = new SequenceModel(new()
        {
            Vocabulary = golden.Model.Vocabulary,
            Recurrent = EngineRun.OptionsOf(stack) with { Bias = BiasKind.Double },
            Outputs = golden.Model.Vocabulary,
        });
        foreach (ParameterInfo tensor in model.Weights.Layout.Tensors)
        {
            model.Weights[tensor.Name].CopyFrom(EngineRun.Floats(golden.Weights[tensor.Name]));
        }

        model.Pack();
        using var trainer = new Trainer(model, new()
        {
            Steps = golden.Steps,
            Batch = golden.Rows,
            Optimizer = OptimizerOf(golden.Optimizer),
            MaxGradientNorm = golden.Clip,
        });

        double[] losses = golden.Golden["losses"], norms = golden.Golden["grad_norms"];
        for (int step = 0; step < losses.Length; step++)
        {
            double loss = trainer.Step(golden.TimeMajor("x", step), golden.TimeMajor("y", step), golden.Rows);
            Assert.True(Math.Abs(loss - losses[step]) <= 1e-4, $"loss at step {step}: expected {losses[step]}, found {loss}.");
            Assert.True(Math.Abs(trainer.GradientNorm - norms[step]) <= 1e-3 * norms[step], $"norm at step {step}: expected {norms[step]}, found {trainer.GradientNorm}.");
        }

        foreach (ParameterInfo tensor in model.Weights.Layout.Tensors)
        {
            float[] found = new float[tensor.Count];
            model.Weights[tensor.Name].CopyTo(found);
            Closeness.Absolute(tensor.Name, golden.Golden[$"final.{tensor.Name}"], found, 1e-3);
        }
    }

    private static Optimizer OptimizerOf(string name) => name switch
    {
        "sgd" => new Sgd(0.1),
        "momentum" => new Sgd(0.05, momentum: 0.9),
        "adam" => new Adam(0.005),
        "adamw" => new AdamW(0.005, weightDecay: 0.1),
        "rmsprop" => new RmsProp(0.003),
        _ => throw new NotSupportedException(name),
    };
}
