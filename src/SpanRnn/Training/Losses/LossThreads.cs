using SpanRnn.Lanes;
using SpanRnn.Workers;

namespace SpanRnn.Training.Losses;

/// <summary>The threads that share the rows of a loss, and room for the loss of each; none by default.</summary>
/// <remarks>Rows are divided, and their losses then added in their order: the bits are those of one thread.</remarks>
/// <param name="team">Null for the caller's thread alone.</param>
/// <param name="room">At least as many numbers as rows, if there is a team.</param>
internal readonly ref struct LossThreads(WorkerTeam? team, Span<double> room)
{
    /// <summary>Numbers below which one thread is done before it is worth to wake others: about 10 microseconds of exponentials.</summary>
    private const long LeastNumbers = 16_384;

    private readonly WorkerTeam? _team = team;
    private readonly Span<double> _room = room;

    /// <summary>Runs a pass over all rows.</summary>
    /// <returns>The sum of their losses.</returns>
    public double Run<TPass>(Isa isa, scoped ref TPass pass, RowShape shape) where TPass : struct, ILossPass, allows ref struct
    {
        if (!WorkerTeam.IsWorth(_team, shape.Count, LeastNumbers))
        {
            pass.Losses = new RowLosses([], 0, shape.Rows);
            isa.Run(ref pass);
            return pass.Losses.Total;
        }

        Span<double> losses = _room[..shape.Rows];
        var part = new Part<TPass> { Pass = pass, Isa = isa, Losses = losses };
        _team!.Run(ref part, Math.Max(1, shape.Rows));
        double total = 0;
        foreach (double loss in losses)
        {
            total += loss;
        }

        return total;
    }

    private ref struct Part<TPass> : IPartedWork where TPass : struct, ILossPass, allows ref struct
    {
        public TPass Pass;
        public Isa Isa;
        public Span<double> Losses;

        public readonly void Run(int part, int parts)
        {
            TPass own = Pass;
            int first = (int)((long)Losses.Length * part / parts), end = (int)((long)Losses.Length * (part + 1) / parts);
            own.Losses = new RowLosses(Losses, first, end);
            Isa.Run(ref own);
        }
    }
}
