using SpanRnn.Comparisons.Rounds;
using SpanRnn.Comparisons.Workloads;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using CellKind = SpanRnn.Comparisons.Workloads.CellKind;

namespace SpanRnn.Comparisons.Contenders.Ours;

/// <summary>The engine itself, through its public API.</summary>
public sealed class SpanRnnContender : IContender
{
    public string Name => RowResult.Ours;

    public string Description => $"SpanRnn {typeof(Recurrent).Assembly.GetName().Version?.ToString(3)}, {Isa.Best.Lanes} lanes, one thread";

    public bool Supports(Workload workload) => true;

    public IPrepared Prepare(Workload workload, WorkloadData data) => workload.Mode switch
    {
        WorkMode.Step => new PreparedStep(workload, data),
        WorkMode.Sequence => new PreparedSequence(workload, data),
        WorkMode.TrainRecurrent => new PreparedBackward(workload, data),
        _ => new PreparedTraining(workload, data),
    };

    public ITutorialRun PrepareTutorial(TutorialTask task) => new TutorialRun(task);

    public void Dispose()
    {
    }

    internal static Layers.CellKind KindOf(CellKind kind) => kind switch
    {
        CellKind.Lstm => Layers.CellKind.Lstm,
        CellKind.Gru => Layers.CellKind.Gru,
        _ => Layers.CellKind.Rnn,
    };

    internal static RecurrentOptions OptionsOf(Workload workload) => new()
    {
        Cell = KindOf(workload.Kind),
        InputSize = workload.Input,
        HiddenSizes = RecurrentOptions.Sizes(workload.Hidden, workload.Layers),
        Bidirectional = workload.Directions == 2,
        Bias = BiasKind.Double,
    };

    internal static Recurrent Load(Workload workload, WorkloadData data)
    {
        var layers = new Recurrent(OptionsOf(workload));
        Fill(layers.Weights, "", data);
        layers.Pack();
        return layers;
    }

    internal static void Fill(ParameterSet weights, string prefix, WorkloadData data)
    {
        for (int l = 0; l < data.Layers.Length; l++)
        {
            for (int d = 0; d < data.Layers[l].Length; d++)
            {
                string suffix = $"_l{l}{(d == 1 ? "_reverse" : "")}";
                LayerWeights layer = data.Layers[l][d];
                weights[$"{prefix}weight_ih{suffix}"].CopyFrom(layer.W);
                weights[$"{prefix}weight_hh{suffix}"].CopyFrom(layer.R);
                weights[$"{prefix}bias_ih{suffix}"].CopyFrom(layer.InputBias);
                weights[$"{prefix}bias_hh{suffix}"].CopyFrom(layer.RecurrentBias);
            }
        }
    }
}
