using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SpanRnn.Models;

namespace SpanRnn.Samples.StreamServer;

/// <summary>The server as a whole, from listening to the last answer.</summary>
internal sealed class StreamServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ITimer _expiry;

    private StreamServer(WebApplication app, StreamTable streams, BatchingLoop loop, Metrics metrics, ITimer expiry) =>
        (_app, Streams, Loop, Metrics, _expiry) = (app, streams, loop, metrics, expiry);

    public StreamTable Streams { get; }

    public BatchingLoop Loop { get; }

    public Metrics Metrics { get; }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Starts to listen; what it steps begins with <see cref="BatchingLoop.Start"/>.</summary>
    /// <param name="weights">Of all streams.</param>
    /// <param name="options">The limits.</param>
    /// <param name="clock">Tells which stream is idle.</param>
    /// <exception cref="SampleException">The port is taken.</exception>
    public static async Task<StreamServer> ListenAsync(FrozenModel weights, ServerOptions options, TimeProvider clock)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.Limits.MaxRequestBodySize = StepsBody.LargestBytes(weights, options);
            kestrel.AddServerHeader = false;
        });
        WebApplication app = builder.Build();
        var metrics = new Metrics();
        var streams = new StreamTable(weights, options, clock);
        var loop = new BatchingLoop(weights, options, metrics);
        new Endpoints(streams, loop, metrics, new WeightsFolder(options), options).Map(app);
        ITimer expiry = clock.CreateTimer(_ => streams.Expire(), null, options.Idle / 4, options.Idle / 4);
        var server = new StreamServer(app, streams, loop, metrics, expiry);
        try
        {
            await app.StartAsync();
            return server;
        }
        catch (IOException taken)
        {
            await server.DisposeAsync();
            throw new SampleException($"port {options.Port}: {taken.Message}");
        }
    }

    /// <summary>Answers what was begun, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _expiry.DisposeAsync();
        Loop.Dispose();
        Streams.Dispose();
    }
}
