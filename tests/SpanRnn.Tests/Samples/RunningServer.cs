extern alias server;

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using server::SpanRnn.Samples.StreamServer;
using SpanRnn.Layers;
using SpanRnn.Models;
using Xunit;

namespace SpanRnn.Tests.SamplePrograms;

/// <summary>The sample's server on a free port of this machine, in this process, and a client of it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public const int Inputs = 3, Outputs = 2;

    private readonly SocketsHttpHandler _handler = new() { UseProxy = false };

    private RunningServer(StreamServer server)
    {
        Server = server;
        Http = new HttpClient(_handler) { BaseAddress = server.Address };
    }

    public StreamServer Server { get; }

    public HttpClient Http { get; }

    /// <summary>A small model of numbers.</summary>
    public static SequenceModel Model(ulong seed, int units = 20)
    {
        var model = new SequenceModel(new()
        {
            Recurrent = new() { Cell = CellKind.Lstm, InputSize = Inputs, HiddenSizes = [units] },
            Outputs = Outputs,
        });
        model.Initialize(seed);
        return model;
    }

    /// <summary>Its weights.</summary>
    public static FrozenModel Weights(ulong seed)
    {
        using SequenceModel model = Model(seed);
        return model.Freeze();
    }

    /// <summary>Starts to listen; the batching loop waits where <paramref name="steps"/> is false.</summary>
    public static async Task<RunningServer> StartAsync(FrozenModel weights, ServerOptions? options = null, bool steps = true, TimeProvider? clock = null)
    {
        StreamServer server = await StreamServer.ListenAsync(weights, (options ?? new ServerOptions()) with { Port = 0 }, clock ?? TimeProvider.System);
        if (steps)
        {
            server.Loop.Start();
        }

        return new RunningServer(server);
    }

    /// <summary>Opens a stream.</summary>
    public async Task<string> OpenAsync()
    {
        using HttpResponseMessage response = await Http.PostAsync("/streams", null);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        Messages.Opened opened = (await response.Content.ReadFromJsonAsync(ServerJson.Default.Opened))!;
        Assert.Equal($"/streams/{opened.Id}", response.Headers.Location!.ToString());
        return opened.Id;
    }

    /// <summary>Sends steps as they lie in memory.</summary>
    public Task<HttpResponseMessage> PostAsync<T>(string id, T[] steps) where T : struct
    {
        var content = new ByteArrayContent(MemoryMarshal.AsBytes<T>(steps).ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(StepsBody.Binary);
        return Http.PostAsync($"/streams/{id}/steps", content);
    }

    /// <summary>Sends steps and reads their outputs.</summary>
    public async Task<float[]> StepAsync<T>(string id, T[] steps) where T : struct
    {
        using HttpResponseMessage response = await PostAsync(id, steps);
        byte[] answer = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.IsSuccessStatusCode, System.Text.Encoding.UTF8.GetString(answer));
        return MemoryMarshal.Cast<byte, float>(answer.AsSpan()).ToArray();
    }

    /// <summary>Sends JSON text.</summary>
    public Task<HttpResponseMessage> PostJsonAsync(string path, string json) =>
        Http.PostAsync(path, new StringContent(json, new MediaTypeHeaderValue("application/json")));

    /// <summary>The status and the sentence of a refusal.</summary>
    public static async Task<(HttpStatusCode Status, string Error)> RefusalAsync(Task<HttpResponseMessage> request)
    {
        using HttpResponseMessage response = await request;
        Assert.False(response.IsSuccessStatusCode);
        return (response.StatusCode, (await response.Content.ReadFromJsonAsync(ServerJson.Default.Refusal))!.Error);
    }

    public async Task<Messages.Figures> FiguresAsync() => (await Http.GetFromJsonAsync("/metrics", ServerJson.Default.Figures))!;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        _handler.Dispose();
        await Server.DisposeAsync();
    }
}
