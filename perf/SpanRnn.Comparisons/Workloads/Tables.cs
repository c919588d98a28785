namespace SpanRnn.Comparisons.Workloads;

/// <summary>Every row that is measured, by table.</summary>
public static class Tables
{
    public static readonly string[] Names = ["steps", "sequences", "batches", "recurrent", "training", "growth", "memory", "tutorial"];

    private static readonly CellKind[] s_kinds = [CellKind.Lstm, CellKind.Gru, CellKind.Rnn];

    public static IEnumerable<Workload> All => [.. Steps(), .. Sequences(), .. Batches(), .. Recurrent(), .. Training(), .. Growth.Rows()];

    private static IEnumerable<Workload> Steps()
    {
        (int I, int H)[] sizes = [(1, 8), (1, 16), (1, 32), (1, 64), (40, 64), (128, 256), (512, 512), (1024, 1024)];
        foreach (CellKind kind in s_kinds)
        {
            // 0: no ratio is asked for.
            double[] ratios = kind switch
            {
                CellKind.Lstm => [0, 60, 25, 6.8, 5.1, 1.45, 1.15, 0],
                CellKind.Gru => [0, 60, 24, 7.8, 5.5, 1.55, 1.15, 0],
                _ => [0, 35, 25, 15, 10, 1.8, 1.35, 0],
            };
            for (int s = 0; s < sizes.Length; s++)
            {
                (int input, int hidden) = sizes[s];
                double? fraction = kind == CellKind.Lstm && hidden >= 256 ? 0.92 : null;
                yield return new Workload("steps", $"A-{Name(kind)}-{input}x{hidden}", kind, input, hidden, 1, 1, 1, 1, WorkMode.Step)
                {
                    Target = new Target(Target.OnnxRuntime, ratios[s] == 0 ? null : ratios[s], fraction),
                };
            }
        }
    }

    private static IEnumerable<Workload> Sequences()
    {
        foreach (CellKind kind in s_kinds)
        {
            bool plain = kind == CellKind.Rnn;
            yield return Row("sequences", "B", kind, 128, 256, 2, 1, 50, 1, new Target(Target.OnnxRuntime, plain ? 1.35 : 1.08, 0.9));
            yield return Row("sequences", "B", kind, 128, 256, 2, 1, 100, 1, Target.None);
            yield return Row("sequences", "B", kind, 512, 512, 2, 1, 50, 1, new Target(Target.OnnxRuntime, plain ? 1.4 : 1.2, 0.9));
        }
    }

    private static IEnumerable<Workload> Batches()
    {
        foreach (CellKind kind in s_kinds)
        {
            var target = new Target(Target.OnnxRuntime, kind switch { CellKind.Lstm => 1.12, CellKind.Gru => 1.25, _ => 2 }, 0.9);
            yield return Row("batches", "C", kind, 28, 128, 2, 1, 28, 32, target);
            yield return Row("batches", "C", kind, 28, 128, 2, 1, 28, 100, target);
            yield return Row("batches", "C", kind, 256, 256, 1, 1, 50, 64, target);
        }

        yield return Row("batches", "C", CellKind.Lstm, 128, 256, 1, 2, 50, 16, new Target(Target.OnnxRuntime, 1.12, 0.9));
    }

    private static IEnumerable<Workload> Recurrent()
    {
        // oneDNN is the peer to pass here. The targets are fractions of the roofline, set before it was measured beside us.
        foreach (CellKind kind in s_kinds)
        {
            yield return Row("recurrent", "R", kind, 512, 512, 2, 1, 50, 1, new Target(Fraction: 0.75), WorkMode.TrainRecurrent);
            yield return Row("recurrent", "R", kind, 28, 128, 2, 1, 28, 100, new Target(Fraction: 0.85), WorkMode.TrainRecurrent);
            yield return Row("recurrent", "R", kind, 512, 512, 2, 1, 50, 32, new Target(Fraction: 0.92), WorkMode.TrainRecurrent);
        }
    }

    private static IEnumerable<Workload> Training()
    {
        foreach (CellKind kind in s_kinds)
        {
            double single = kind switch { CellKind.Lstm => 3.3, CellKind.Gru => 3, _ => 2.2 };
            yield return CharLm("D1", kind, 1, single);
            yield return new Workload("training", $"D2-{Name(kind)}-mnist-N100", kind, 28, 128, 2, 1, 28, 100, WorkMode.TrainMnist)
            {
                Classes = 10,
                LearningRate = 0.001f,
                Target = new Target(Target.PyTorch, 1.6),
            };
            yield return CharLm("D3", kind, 32, kind == CellKind.Rnn ? 1.3 : 1.45);
        }
    }

    private static Workload CharLm(string prefix, CellKind kind, int batch, double ratio) =>
        new("training", $"{prefix}-{Name(kind)}-charlm-N{batch}", kind, 512, 512, 2, 1, 50, batch, WorkMode.TrainCharLm)
        {
            Classes = 1500,
            LearningRate = 0.005f,
            Target = new Target(Target.PyTorch, ratio),
        };

    internal static Workload Row(
        string table, string prefix, CellKind kind, int input, int hidden, int layers, int directions, int steps, int batch, Target target,
        WorkMode mode = WorkMode.Sequence)
    {
        string name = $"{prefix}-{(directions == 2 ? "bi" : "")}{Name(kind)}-{input}x{hidden}-L{layers}-T{steps}-N{batch}";
        return new Workload(table, name, kind, input, hidden, layers, directions, steps, batch, mode) { Target = target };
    }

    internal static string Name(CellKind kind) => kind.ToString().ToLowerInvariant();
}
