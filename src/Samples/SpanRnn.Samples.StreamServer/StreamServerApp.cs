using System.Globalization;
using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;

namespace SpanRnn.Samples.StreamServer;

/// <summary>Serves until Ctrl+C, or drives itself and reports.</summary>
internal static class StreamServerApp
{
    public const string Help = """
        Steps many clients' streams together over HTTP, on this machine (127.0.0.1).

          --model FILE        a SpanRnn model file (an LSTM with drawn weights, 8 numbers in, 4 out)
          --units N           of the drawn LSTM (128)
          --format F          how weights are kept: float32, bf16 or int8 (float32)
          --weights FOLDER    where POST /weights may read model files (nowhere)
          --port P            0 for a free one (5080)
          --max-batch N       streams that are stepped together at most (64)
          --linger US         microseconds that a batch waits for company (100)
          --queue N           requests that may wait (256)
          --max-streams N     that may be open (10000)
          --max-steps N       of one request (1024)
          --idle S            seconds after which an unused stream is closed (600)

          --load              drive the server over a free port, check every output, print the figures, end
          --streams N         clients of the load, each with a stream (200)
          --seconds S         how long (5)
          --steps N           of each request (4)
          --sockets           over WebSockets rather than a request each time
        """;

    private static readonly string[] Formats = ["float32", "bf16", "int8"];

    public static void Run(SampleContext context)
    {
        CommandLine line = context.Arguments;
        bool isLoad = line.Flag("--load"), usesSockets = line.Flag("--sockets");
        string? file = line.Text("--model"), folder = line.Text("--weights");
        int units = line.Whole("--units", 128, 1, 8192), format = line.Choice("--format", Formats);
        int streams = line.Whole("--streams", 200, 1, 100_000), steps = line.Whole("--steps", 4, 1);
        double seconds = line.Number("--seconds", 5, 0.1, 86_400), linger = line.Number("--linger", 100, 0, 1_000_000), idle = line.Number("--idle", 600, 1, 1e7);
        var options = new ServerOptions
        {
            Port = line.Whole("--port", isLoad ? 0 : 5080, 0, 65_535),
            MaxBatch = line.Whole("--max-batch", 64, 1, 65_536),
            Queue = line.Whole("--queue", 256, 1, 1_000_000),
            MaxStreams = line.Whole("--max-streams", 10_000, 1, 1_000_000),
            MaxSteps = line.Whole("--max-steps", 1024, 1, 1_000_000),
            Linger = TimeSpan.FromMicroseconds(linger),
            Idle = TimeSpan.FromSeconds(idle),
            WeightsFolder = folder,
            Format = format < 0 ? WeightFormat.Float32 : Enum.GetValues<WeightFormat>()[format],
        };
        line.Finish();
        if (folder is not null && !Directory.Exists(folder))
        {
            throw new SampleException($"--weights: there is no folder '{folder}'.");
        }

        if (isLoad && (streams > options.MaxStreams || steps > options.MaxSteps))
        {
            throw new SampleException($"--load: {streams} streams of {steps} steps are more than --max-streams {options.MaxStreams} or --max-steps {options.MaxSteps}.");
        }

        FrozenModel weights = Load(file, units, options.Format, out string name);
        string takes = weights.TakesTokens ? $"one of {weights.Vocabulary} tokens" : $"{weights.InputSize} numbers";
        Print(context.Output, $"model     {name}: a step takes {takes} and gives {weights.OutputSize}; {weights.WeightBytes / 1024.0:N0} KiB in {Formats[(int)options.Format]}");
        Task run = isLoad
            ? LoadRun.RunAsync(weights, options, new LoadPlan(streams, TimeSpan.FromSeconds(seconds), steps, usesSockets), context.Output, context.Stop)
            : ServeAsync(weights, options, context);
        run.GetAwaiter().GetResult();
    }

    private static async Task ServeAsync(FrozenModel weights, ServerOptions options, SampleContext context)
    {
        await using StreamServer server = await StreamServer.ListenAsync(weights, options, TimeProvider.System);
        server.Loop.Start();
        Print(context.Output, $"serving   {server.Address}, Ctrl+C ends it");
        var stopped = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = context.Stop.Register(stopped.SetResult);
        await stopped.Task;
        Print(context.Output, $"served    {server.Metrics.Requests:N0} requests, {server.Metrics.Steps:N0} steps, {server.Metrics.MeanBatch:F1} streams at once, {server.Metrics.Rejected:N0} rejected");
    }

    private static FrozenModel Load(string? file, int units, WeightFormat format, out string name)
    {
        name = file ?? $"an LSTM of {units} units with drawn weights";
        using SequenceModel model = file is null ? Draw(units) : ModelFile.Load(file).Model;
        try
        {
            return model.Freeze(format);
        }
        catch (InvalidOperationException wrong)
        {
            throw new SampleException($"{file}: {wrong.Message}");
        }
    }

    private static SequenceModel Draw(int units)
    {
        var model = new SequenceModel(new()
        {
            Recurrent = new() { Cell = CellKind.Lstm, InputSize = 8, HiddenSizes = [units] },
            Outputs = 4,
        });
        model.Initialize(1);
        return model;
    }

    private static void Print(TextWriter output, FormattableString text) => output.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
