using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Training;

/// <summary>Models trained one after the other, with their progress shown.</summary>
/// <typeparam name="TReport">What is told about each.</typeparam>
internal sealed class Trials<TReport>(Screen screen, IProgressView progress, CancellationToken stop) where TReport : class
{
    private readonly List<TReport> _reports = [];
    private readonly List<string> _failures = [];
    private string? _interrupted;
    private int _asked;

    /// <summary>Of those that came to their end.</summary>
    public IReadOnlyList<TReport> Reports => _reports;

    /// <summary>Trains until all are done, one diverges, or the user wants to stop.</summary>
    /// <param name="names">What progress calls them.</param>
    /// <param name="open">Makes one when its turn comes.</param>
    /// <param name="goOn">The command line that goes on with one that was interrupted.</param>
    /// <exception cref="ToolException">A training diverged, or could not be made.</exception>
    public void Run(IReadOnlyList<string> names, Func<int, Trial<TReport>> open, Func<Trial<TReport>, string> goOn)
    {
        _asked = names.Count;
        progress.Show(names, report =>
        {
            for (int i = 0; i < names.Count && _interrupted is null && !(i > 0 && stop.IsCancellationRequested); i++)
            {
                int model = i;
                using Trial<TReport> trial = Open(open, i, names[i]);
                if (trial.Perform(progress => report(model, progress), stop) is { } result)
                {
                    _reports.Add(result);
                }
                else
                {
                    _interrupted = $"Stopped {trial.Name} after iteration {trial.Fit.State.Iteration:N0}. "
                        + $"Where it was is kept in {trial.Files.Checkpoint}; go on with{Environment.NewLine}  {ToolApp.CommandLine} {goOn(trial)}";
                }

                if (trial.NotSaved is { } error)
                {
                    _failures.Add($"{trial.Name}: its files could not be written. {error.Message}");
                }
            }
        });
    }

    /// <summary>Says what went wrong or where it stopped.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="ToolException">Files could not be written.</exception>
    public int End()
    {
        if (_failures.Count > 0)
        {
            throw new ToolException(string.Join(Environment.NewLine, _failures));
        }

        if (stop.IsCancellationRequested && _reports.Count < _asked)
        {
            screen.Error.WriteLine(_interrupted ?? "Stopped before the next model.");
            return ToolApp.Stopped;
        }

        return 0;
    }

    private static Trial<TReport> Open(Func<int, Trial<TReport>> open, int model, string name)
    {
        try
        {
            return open(model);
        }
        catch (Exception error) when (error is ArgumentException or OverflowException)
        {
            throw new ToolException($"{name}: {error.Message}", error);
        }
    }
}
