namespace SpanRnn.Comparisons.Workloads;

/// <summary>How time grows: with hidden size, with batch, with length. One thing changes at a time.</summary>
internal static class Growth
{
    public static IEnumerable<Workload> Rows()
    {
        for (int hidden = 8; hidden <= 2048; hidden *= 2)
            yield return new Workload("growth", $"G-hidden-lstm-{hidden}x{hidden}", CellKind.Lstm, hidden, hidden, 1, 1, 1, 1, WorkMode.Step);
        for (int batch = 1; batch <= 256; batch *= 2)
            yield return Tables.Row("growth", "G-batch", CellKind.Lstm, 128, 256, 1, 1, 20, batch, Target.None);
        for (int steps = 10; steps <= 10_000; steps *= 10)
            yield return Tables.Row("growth", "G-length", CellKind.Lstm, 64, 128, 1, 1, steps, 1, Target.None);
    }
}
