using System.Diagnostics;
using System.Globalization;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using SpanRnn.Models;

namespace SpanRnn.Samples.StreamServer;

/// <summary>Starts the server, lets many clients use it, checks every output against a session alone, and prints the figures.</summary>
/// <remarks>Clients and server share this machine's cores, so the figures are those of both.</remarks>
internal static class LoadRun
{
    /// <exception cref="SampleException">An output differs from that of stepping alone.</exception>
    public static async Task RunAsync(FrozenModel weights, ServerOptions options, LoadPlan plan, TextWriter output, CancellationToken stop)
    {
        await using StreamServer server = await StreamServer.ListenAsync(weights, options, TimeProvider.System);
        server.Loop.Start();
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var http = new HttpClient(handler) { BaseAddress = server.Address };
        string over = plan.UsesSockets ? "WebSockets" : "HTTP";
        Print(output, $"load      {plan.Streams:N0} streams for {plan.Duration.TotalSeconds:G3} s, {plan.Steps} steps in each request, over {over}, {options.Queue} may wait");

        LoadClient[] clients = [.. Enumerable.Range(0, plan.Streams).Select(i => new LoadClient(http, weights, plan, i))];
        var begin = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        long end = long.MaxValue;
        Task[] runs = [.. clients.Select(client => client.RunAsync(begin.Task, () => Volatile.Read(ref end), stop))];
        while (server.Streams.Count < plan.Streams && !runs.Any(run => run.IsFaulted))
        {
            await Task.Delay(5, stop);
        }

        long begun = Stopwatch.GetTimestamp();
        Volatile.Write(ref end, begun + (long)(plan.Duration.TotalSeconds * Stopwatch.Frequency));
        begin.SetResult();
        try
        {
            await Task.WhenAll(runs);
        }
        catch (Exception failure) when (failure is HttpRequestException or WebSocketException)
        {
            throw new SampleException($"a client failed: {failure.Message}");
        }

        double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        Report(output, server.Metrics, options, clients, seconds);

        begun = Stopwatch.GetTimestamp();
        int steps = clients.Sum(client => client.Check());
        Print(output, $"checked   {steps:N0} steps of {plan.Streams:N0} streams: all have the bits of stepping alone, which took {Stopwatch.GetElapsedTime(begun).TotalSeconds:F2} s on one thread");
        if (steps != server.Metrics.Steps)
        {
            throw new SampleException($"the clients got {steps} steps, but the server made {server.Metrics.Steps}.");
        }
    }

    private static void Report(TextWriter output, Metrics metrics, ServerOptions options, LoadClient[] clients, double seconds)
    {
        LatencyRecorder times = new(clients.Sum(client => client.Ticks.Count));
        foreach (LoadClient client in clients)
        {
            foreach (long ticks in CollectionsMarshal.AsSpan(client.Ticks))
            {
                times.AddTicks(ticks);
            }
        }

        int rejected = clients.Sum(client => client.Rejected);
        double share = (double)rejected / Math.Max(1, rejected + times.Count);
        Print(output, $"served    {times.Count / seconds:N0} requests and {metrics.Steps / seconds:N0} steps per second");
        Print(output, $"batches   {metrics.Batches:N0}, {metrics.MeanBatch:F1} streams in the mean, {options.MaxBatch} at most");
        if (times.Count > 0)
        {
            Print(output, $"latency   of clients: {times}");
            Print(output, $"          of those, from arrival to the last output: {metrics.Latencies()}, of the last {metrics.Latencies().Count:N0}");
        }

        Print(output, $"rejected  {rejected:N0} requests with 429 ({share:P1}); each client came again after the second it was told");
    }

    private static void Print(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
