namespace SpanRnn.Tests.Support;

/// <summary>Work on several threads.</summary>
internal static class Threads
{
    /// <summary>Each on a thread of its own, all from the same moment on.</summary>
    public static void AtOnce(params Action[] actions)
    {
        using var start = new Barrier(actions.Length);
        Task.WaitAll([.. actions.Select(action => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                action();
            },
            TaskCreationOptions.LongRunning))]);
    }
}
