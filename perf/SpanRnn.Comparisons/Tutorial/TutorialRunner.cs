using SpanRnn.Comparisons.Contenders;
using SpanRnn.Comparisons.Reports;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Tutorial;

/// <summary>The tutorial's own run: train in slices, contenders in turns, then generate.</summary>
internal static class TutorialRunner
{
    private const int Slice = 20, Characters = 100, Generations = 5;

    public static string Run(IReadOnlyList<IContender> contenders, int iterations, string path, RunFacts facts)
    {
        string source = "";
        List<string[]> rows = [];
        foreach (CellKind kind in (CellKind[])[CellKind.Rnn, CellKind.Lstm, CellKind.Gru])
        {
            TutorialTask task = TutorialText.Load(kind, path, out source);
            foreach (TutorialResult result in Measure(contenders, task, iterations))
            {
                rows.Add([kind.ToString(), result.Contender, Show.Number(result.Training), Show.Number(result.Loss), Show.Number(result.Generation)]);
                Console.WriteLine("  " + string.Join("  ", rows[^1]));
            }
        }

        string heading = $"# The tutorial's own run, {facts.Threads} thread(s)\n\n" + string.Join('\n', facts.Lines()) + "\n\n"
            + $"Text: {source}. Embedding and two layers of 512, batch 1, {iterations} iterations of 50 characters, Adam 0.005; then {Characters} "
            + "characters\nat temperature 0.5 (median of 5). Contenders took turns of " + Slice + " iterations.\n\n";
        return heading + Markdown.Table(["cell", "contender", "training, s", "last loss", "generation, s"], rows);
    }

    private static List<TutorialResult> Measure(IReadOnlyList<IContender> contenders, TutorialTask task, int iterations)
    {
        List<(string Name, ITutorialRun Run)> runs = [];
        try
        {
            foreach (IContender contender in contenders)
                if (contender.PrepareTutorial(task) is ITutorialRun run) runs.Add((contender.Name, run));
            double[] seconds = new double[runs.Count], losses = new double[runs.Count];
            for (int done = 0; done < iterations; done += Slice)
            {
                for (int i = 0; i < runs.Count; i++)
                {
                    (double elapsed, losses[i]) = runs[i].Run.Train(Math.Min(Slice, iterations - done));
                    seconds[i] += elapsed;
                }
            }

            return [.. runs.Select((run, i) => new TutorialResult(run.Name, seconds[i], losses[i], Generate(run.Run)))];
        }
        finally
        {
            foreach ((_, ITutorialRun run) in runs) run.Dispose();
        }
    }

    private static double Generate(ITutorialRun run) =>
        Enumerable.Range(0, Generations).Select(_ => run.Generate(Characters)).Order().ElementAt(Generations / 2);
}
