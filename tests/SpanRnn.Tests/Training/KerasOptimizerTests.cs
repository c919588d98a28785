using System.Text.Json;
using SpanRnn.Parameters;
using SpanRnn.Tests.Support;
using SpanRnn.Training.Optimizers;
using Xunit;

namespace SpanRnn.Tests.Training;

/// <summary>The optimizer cases of Keras's own tests; Adadelta, Nadam and Adamax are not offered.</summary>
public sealed class KerasOptimizerTests
{
    // The cases allow 5e-4; the one of Adam is itself 1e-4 from Keras's definition computed in double precision.
    private const double Tolerance = 1.5e-4;

    private const string File = "goldens/keras_optimizer_goldens.json";

    [DataFact(File)]
    public void Keras_goldens_are_met_within_their_rounding()
    {
        using JsonDocument goldens = JsonDocument.Parse(System.IO.File.ReadAllBytes(DataFolder.Path(File)));
        List<string> met = [], refused = [];
        foreach (JsonElement golden in goldens.RootElement.GetProperty("cases").EnumerateArray())
        {
            string name = golden.GetProperty("optimizer").GetString()!;
            if (Make(name, golden) is not { } optimizer)
            {
                refused.Add(name);
                continue;
            }

            using (optimizer)
            {
                Check(name, optimizer, golden.GetProperty("golden"));
            }

            met.Add(name);
        }

        Assert.NotEmpty(met);
        Assert.Empty(refused.Except(["Adadelta", "Nadam", "Adamax"]));
    }

    private static void Check(string name, Optimizer optimizer, JsonElement golden)
    {
        var layout = new ParameterLayout();
        layout.AddVector("x", 10);
        using ParameterSet weights = new(layout), gradients = new(layout);
        weights[0].Row(0).Fill(1f);
        gradients[0].Row(0).Fill(0.01f);
        optimizer.Attach(layout);
        foreach (JsonElement expected in golden.EnumerateArray())
        {
            optimizer.Update(weights, gradients);
            for (int i = 0; i < 10; i++)
            {
                float found = weights[0][0, i];
                Assert.True(Math.Abs(expected[i].GetDouble() - found) < Tolerance, $"{name} step {optimizer.StepCount}[{i}]: {expected[i]}, {found}");
                gradients[0][0, i] = 0.1f * (i + 1);
            }
        }
    }

    private static Optimizer? Make(string name, JsonElement golden)
    {
        double Number(string key) => Given(key) is { } given ? given.GetDouble() : golden.GetProperty("keras_defaults").GetProperty(key).GetDouble();
        bool Flag(string key) => Given(key)?.GetBoolean() ?? false;
        JsonElement? Given(string key) => golden.GetProperty("args").TryGetProperty(key, out JsonElement value) ? value : null;

        const EpsilonStyle Keras = EpsilonStyle.Keras;
        return name switch
        {
            "SGD" => new Sgd(Number("learning_rate"), Number("momentum"), Flag("nesterov")),
            "Adam" => new Adam(
                Number("learning_rate"), Number("beta_1"), Number("beta_2"), Number("epsilon"), 0, Flag("amsgrad"), Keras),
            "AdamW" => new AdamW(
                Number("learning_rate"), Number("beta_1"), Number("beta_2"), Number("epsilon"), Number("weight_decay"), Flag("amsgrad"), Keras),
            "RMSprop" => new RmsProp(
                Number("learning_rate"), Number("rho"), Number("epsilon"), 0, Number("momentum"), Flag("centered"), Keras),
            "Adagrad" => new Adagrad(
                Number("learning_rate"), 0, 0, Number("initial_accumulator_value"), Number("epsilon"), Keras),
            _ => null,
        };
    }
}
