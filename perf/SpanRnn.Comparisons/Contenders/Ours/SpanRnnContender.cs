using SpanRnn.Comparisons.Rounds;
using SpanRnn.Comparisons.Workloads;
using SpanRnn.Lanes;
using SpanRnn.Layers;
using SpanRnn.Parameters;
using SpanRnn.Workers;
using CellKind = SpanRnn.Comparisons.Workloads.CellKind;

namespace SpanRnn.Comparisons.Contenders.Ours;

/// <summary>The engine itself, through its public API.</summary>
/// <param name="threads">That share the work.</param>
public sealed class SpanRnnContender(int threads) : IContender
{
    private readonly WorkerTeam? _team = threads > 1 ? new WorkerTeam(threads) : null;

    public string Name => RowResult.Ours;

    public string Description => $"SpanRnn {typeof(Recurrent).Assembly.GetName().Version?.ToString(3)}, {Isa.Best.Lanes} lanes, {threads} thread(s)";

    public bool Supports(Workload workload) => true;

    public IPrepared Prepare(Workload workload, WorkloadData data) => workload.Mode switch
    {
        WorkMode.Step => new PreparedStep(workload, data, _team),
        WorkMode.Sequence => new PreparedSequence(workload, data, _team),
        WorkMode.TrainRecurrent => new PreparedBackward(workload, data, _team),
        _ => new PreparedTraining(workload, data, _team),
    };

    public ITutorialRun PrepareTutorial(TutorialTask task) => new TutorialRun(task);

    public void Dispose() => _team?.Dispose();

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
