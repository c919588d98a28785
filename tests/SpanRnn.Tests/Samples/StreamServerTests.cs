extern alias server;

using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using server::SpanRnn.Samples;
using server::SpanRnn.Samples.StreamServer;
using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.SamplePrograms;

/// <summary>The server gives each stream the bits of its own session, and says no where it must.</summary>
public sealed class StreamServerTests
{
    private const int Inputs = RunningServer.Inputs, Outputs = RunningServer.Outputs;

    [Fact]
    public async Task Interleaved_clients_get_the_bits_of_their_own_sessions()
    {
        FrozenModel weights = RunningServer.Weights(1);
        await using RunningServer running = await RunningServer.StartAsync(weights);
        string a = await running.OpenAsync(), b = await running.OpenAsync();
        using SequenceSession ofA = weights.CreateSession(), ofB = weights.CreateSession();
        for (int round = 0; round < 5; round++)
        {
            float[] x = Numbers.Of(round, Inputs * (1 + round)), y = Numbers.Of(100 + round, Inputs * 3);
            Task<float[]> first = running.StepAsync(a, x), second = running.StepAsync(b, y);
            Same("a", Alone(ofA, x), await first);
            Same("b", Alone(ofB, y), await second);
        }

        Assert.Equal(5 * 3 + 15, (await running.FiguresAsync()).Steps);
    }

    [Fact]
    public async Task Numbers_survive_JSON_to_the_bit()
    {
        FrozenModel weights = RunningServer.Weights(1);
        await using RunningServer running = await RunningServer.StartAsync(weights);
        string id = await running.OpenAsync();
        using HttpResponseMessage response = await running.PostJsonAsync($"/streams/{id}/steps", """{"inputs":[0.1,-0,1e-30,7,8,-9.5]}""");
        Messages.StepsDone done = (await response.Content.ReadFromJsonAsync(ServerJson.Default.StepsDone))!;
        using SequenceSession alone = weights.CreateSession();
        Same("outputs", Alone(alone, [0.1f, -0f, 1e-30f, 7f, 8f, -9.5f]), done.Outputs);
        Assert.Equal((2, 2L), (done.Steps, done.StepsOfStream));
    }

    [Fact]
    public async Task Models_of_tokens_are_served_too()
    {
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Gru, vocabulary: 7, embedding: 4, hidden: 10));
        model.Initialize(1);
        FrozenModel weights = model.Freeze();
        await using RunningServer running = await RunningServer.StartAsync(weights);
        string id = await running.OpenAsync();
        float[] expected = new float[3 * 7];
        using SequenceSession alone = weights.CreateSession();
        alone.Run([6, 0, 3], expected);
        Same("outputs", expected, await running.StepAsync(id, new[] { 6, 0, 3 }));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "tokens[1]: expected 0 to 6, found 7."),
            await RunningServer.RefusalAsync(running.PostJsonAsync($"/streams/{id}/steps", """{"tokens":[1,7]}""")));
        Assert.Equal(
            (HttpStatusCode.BadRequest, "expected tokens alone, for this is a model of tokens."),
            await RunningServer.RefusalAsync(running.PostJsonAsync($"/streams/{id}/steps", """{"inputs":[1]}""")));
    }

    [Fact]
    public async Task A_full_queue_answers_429_and_what_waits_is_stepped_together()
    {
        FrozenModel weights = RunningServer.Weights(1);
        await using RunningServer running = await RunningServer.StartAsync(weights, new ServerOptions { Queue = 2 }, steps: false);
        string[] ids = [await running.OpenAsync(), await running.OpenAsync(), await running.OpenAsync()];
        float[] x = Numbers.Of(1, Inputs * 2);
        Task<float[]> first = running.StepAsync(ids[0], x);
        await Until(() => running.Server.Loop.Waiting == 1);
        Task<float[]> second = running.StepAsync(ids[1], x);
        await Until(() => running.Server.Loop.Waiting == 2);

        using HttpResponseMessage refused = await running.PostAsync(ids[2], x);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
        Assert.Equal(
            (HttpStatusCode.Conflict, $"stream {ids[0]}: another request of it is not done; a stream's requests come one after the other."),
            await RunningServer.RefusalAsync(running.PostAsync(ids[0], x)));
        Assert.Equal(HttpStatusCode.Conflict, (await RunningServer.RefusalAsync(running.Http.GetAsync($"/streams/{ids[0]}/snapshot"))).Status);

        running.Server.Loop.Start();
        using SequenceSession alone = weights.CreateSession();
        float[] expected = Alone(alone, x);
        Same("first", expected, await first);
        Same("second", expected, await second);
        Same("the refused one left no trace", expected, await running.StepAsync(ids[2], x));
        Messages.Figures figures = await running.FiguresAsync();
        Assert.Equal((3L, 1L, 6L, 3), (figures.Requests, figures.RejectedRequests, figures.Steps, figures.Streams));
        Assert.Equal(1.5, figures.MeanBatch); // two steps of two streams, two steps of one
        Assert.InRange(figures.LatencyP99Microseconds!.Value, figures.LatencyP50Microseconds!.Value, figures.LatencyWorstMicroseconds!.Value);
    }

    [Fact]
    public async Task What_is_wrong_is_refused_with_a_sentence_and_leaves_no_trace()
    {
        FrozenModel weights = RunningServer.Weights(1);
        await using RunningServer running = await RunningServer.StartAsync(weights, new ServerOptions { MaxSteps = 4, MaxStreams = 1 });
        string id = await running.OpenAsync(), steps = $"/streams/{id}/steps";
        await Refused(HttpStatusCode.NotFound, "there is no such stream", running.PostAsync("s7", new float[Inputs]));
        await Refused(HttpStatusCode.NotFound, "there is no such stream", running.Http.DeleteAsync("/streams/s7"));
        await Refused(HttpStatusCode.BadRequest, "inputs: expected 3 for each step, found 4.", running.PostAsync(id, new float[4]));
        await Refused(HttpStatusCode.BadRequest, "inputs: expected 3 for each step, found 0.", running.PostAsync(id, Array.Empty<float>()));
        await Refused(HttpStatusCode.BadRequest, "steps: expected at most 4 in a request, found 5.", running.PostAsync(id, new float[5 * Inputs]));
        await Refused(HttpStatusCode.BadRequest, "inputs[1]: expected a finite number, found NaN.", running.PostAsync(id, new[] { 0f, float.NaN, 0f }));
        await Refused(HttpStatusCode.BadRequest, "expected 4 bytes for each number, found 7.", running.PostAsync(id, new byte[7]));
        await Refused(HttpStatusCode.BadRequest, "not the JSON that was expected", running.PostJsonAsync(steps, """{"inputs":[1,2,"""));
        await Refused(HttpStatusCode.BadRequest, "expected inputs alone", running.PostJsonAsync(steps, """{"tokens":[1]}"""));
        await Refused(HttpStatusCode.BadRequest, "expected inputs alone", running.PostJsonAsync(steps, "null"));
        await Refused(HttpStatusCode.UnsupportedMediaType, "found 'text/plain", running.Http.PostAsync(steps, new StringContent("1,2,3")));
        await Refused(HttpStatusCode.RequestEntityTooLarge, "too large", running.PostAsync(id, new float[100_000]));
        await Refused(HttpStatusCode.BadRequest, "snapshot: expected ", running.Http.PutAsync($"/streams/{id}/snapshot", new ByteArrayContent(new byte[8])));
        await Refused(HttpStatusCode.BadRequest, "expected a WebSocket", running.Http.GetAsync($"/streams/{id}/socket"));
        await Refused(HttpStatusCode.TooManyRequests, "streams: expected at most 1 open, found 1.", running.Http.PostAsync("/streams", null));

        using SequenceSession alone = weights.CreateSession();
        Same("as if nothing had been", Alone(alone, [1f, 2f, 3f]), await running.StepAsync(id, new[] { 1f, 2f, 3f }));
        Assert.Equal(HttpStatusCode.NoContent, (await running.Http.DeleteAsync($"/streams/{id}")).StatusCode);
        await Refused(HttpStatusCode.NotFound, "there is no such stream", running.PostAsync(id, new float[Inputs]));
        Assert.NotEqual(id, await running.OpenAsync());
    }

    [Fact]
    public async Task A_snapshot_goes_on_in_another_stream_with_the_same_bits()
    {
        await using RunningServer running = await RunningServer.StartAsync(RunningServer.Weights(1));
        string a = await running.OpenAsync(), b = await running.OpenAsync();
        await running.StepAsync(a, Numbers.Of(1, 4 * Inputs));
        byte[] snapshot = await running.Http.GetByteArrayAsync($"/streams/{a}/snapshot");
        using HttpResponseMessage restored = await running.Http.PutAsync($"/streams/{b}/snapshot", new ByteArrayContent(snapshot));
        Assert.Equal(HttpStatusCode.NoContent, restored.StatusCode);
        float[] x = Numbers.Of(2, 3 * Inputs);
        Same("after the snapshot", await running.StepAsync(a, x), await running.StepAsync(b, x));
    }

    [Fact]
    public async Task New_weights_serve_all_streams_and_their_states_go_on()
    {
        using var folder = new TemporaryFolder();
        using SequenceModel newer = RunningServer.Model(2), larger = RunningServer.Model(1, units: 21);
        ModelFile.Save(folder.Path("newer.safetensors"), newer);
        ModelFile.Save(folder.Path("larger.safetensors"), larger);
        File.WriteAllText(folder.Path("broken.safetensors"), "not a model");
        FrozenModel weights = RunningServer.Weights(1), next = newer.Freeze();
        await using RunningServer running = await RunningServer.StartAsync(weights, new ServerOptions { WeightsFolder = folder.FullName });
        string id = await running.OpenAsync();
        using SequenceSession alone = weights.CreateSession();
        float[] x = Numbers.Of(1, 2 * Inputs);
        Same("before", Alone(alone, x), await running.StepAsync(id, x));

        await Refused(HttpStatusCode.NotFound, "older.safetensors: there is no such file", Load("older.safetensors"));
        await Refused(HttpStatusCode.BadRequest, "without a path", Load("../newer.safetensors"));
        await Refused(HttpStatusCode.BadRequest, "without a path", Load(folder.Path("newer.safetensors")));
        await Refused(HttpStatusCode.BadRequest, "broken.safetensors: ", Load("broken.safetensors"));
        await Refused(HttpStatusCode.BadRequest, "larger.safetensors: weights: expected those of layers like 3 x 20, found 3 x 21", Load("larger.safetensors"));
        await Refused(HttpStatusCode.BadRequest, "without a path", running.PostJsonAsync("/weights", "{}"));
        Same("still before", Alone(alone, x), await running.StepAsync(id, x));

        using HttpResponseMessage loaded = await Load("newer.safetensors");
        Messages.WeightsUsed used = (await loaded.Content.ReadFromJsonAsync(ServerJson.Default.WeightsUsed))!;
        Assert.Equal(new Messages.WeightsUsed("newer.safetensors", "Float32", next.WeightBytes, 1), used);
        alone.Use(next);
        Same("after", Alone(alone, x), await running.StepAsync(id, x));
        using SequenceSession fresh = next.CreateSession();
        Same("a new stream", Alone(fresh, x), await running.StepAsync(await running.OpenAsync(), x));

        Task<HttpResponseMessage> Load(string name) => running.PostJsonAsync("/weights", $$"""{"file":"{{name}}"}""");
    }

    [Fact]
    public async Task Without_a_folder_weights_stay()
    {
        await using RunningServer running = await RunningServer.StartAsync(RunningServer.Weights(1));
        await Refused(HttpStatusCode.Forbidden, "started without --weights", running.PostJsonAsync("/weights", """{"file":"x"}"""));
    }

    [Fact]
    public async Task Streams_that_nobody_uses_expire()
    {
        var clock = new HandClock();
        await using RunningServer running = await RunningServer.StartAsync(RunningServer.Weights(1), new ServerOptions { Idle = TimeSpan.FromHours(1) }, clock: clock);
        string idle = await running.OpenAsync(), used = await running.OpenAsync();
        clock.Advance(TimeSpan.FromMinutes(50));
        await running.StepAsync(used, new float[Inputs]);
        clock.Advance(TimeSpan.FromMinutes(50));
        running.Server.Streams.Expire();
        await Refused(HttpStatusCode.NotFound, "there is no such stream", running.PostAsync(idle, new float[Inputs]));
        await running.StepAsync(used, new float[Inputs]);
        Messages.Figures figures = await running.FiguresAsync();
        Assert.Equal((1, 1L), (figures.Streams, figures.ExpiredStreams));
    }

    [Fact]
    public async Task A_socket_carries_a_stream_and_says_why_it_closes()
    {
        FrozenModel weights = RunningServer.Weights(1);
        await using RunningServer running = await RunningServer.StartAsync(weights);
        string id = await running.OpenAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{running.Http.BaseAddress!.Authority}/streams/{id}/socket"), default);
        using SequenceSession alone = weights.CreateSession();
        byte[] room = new byte[1024];
        for (int round = 0; round < 3; round++)
        {
            float[] x = Numbers.Of(round, 2 * Inputs);
            await socket.SendAsync(MemoryMarshal.AsBytes<float>(x).ToArray(), WebSocketMessageType.Binary, endOfMessage: true, default);
            WebSocketReceiveResult answer = await socket.ReceiveAsync(room, default);
            Assert.True(answer.EndOfMessage);
            Bits.Equal($"message {round}", Alone(alone, x), MemoryMarshal.Cast<byte, float>(room.AsSpan(0, answer.Count)));
        }

        await socket.SendAsync(new byte[4], WebSocketMessageType.Binary, endOfMessage: true, default);
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(room, default)).MessageType);
        Assert.Equal("inputs: expected 3 for each step, found 1.", socket.CloseStatusDescription);
    }

    [Fact]
    public async Task Many_more_streams_than_a_batch_holds_are_served_together()
    {
        FrozenModel weights = RunningServer.Weights(1);
        await using RunningServer running = await RunningServer.StartAsync(weights, new ServerOptions { MaxBatch = 5 }, steps: false);
        float[][] inputs = [.. Enumerable.Range(0, 17).Select(i => Numbers.Of(i, Inputs * (1 + i % 4)))];
        Task<float[]>[] answers = [.. inputs.Select(async x => await running.StepAsync(await running.OpenAsync(), x))];
        await Until(() => running.Server.Loop.Waiting == inputs.Length);
        running.Server.Loop.Start();
        for (int i = 0; i < inputs.Length; i++)
        {
            using SequenceSession alone = weights.CreateSession();
            Same($"stream {i}", Alone(alone, inputs[i]), await answers[i]);
        }

        Messages.Figures figures = await running.FiguresAsync();
        Assert.Equal(inputs.Sum(x => x.Length / Inputs), figures.Steps);
        Assert.InRange(figures.MeanBatch, 41 / 11.0, 5); // 41 steps on 5 places: whatever their order, at most 11 rounds if whoever is done makes room at once
    }

    [Theory]
    [InlineData("HTTP")]
    [InlineData("WebSockets", "--sockets")]
    public void The_load_checks_every_output_and_prints_its_figures(string over, params string[] more)
    {
        (int code, string output, string error) = Launch(["--load", "--units", "12", "--streams", "9", "--seconds", "0.3", "--steps", "2", .. more]);
        Assert.Equal(("", 0), (error, code));
        Assert.Contains($"9 streams for 0.3 s, 2 steps in each request, over {over}", output);
        Assert.Contains(" steps of 9 streams: all have the bits of stepping alone", output);
    }

    [Fact]
    public void A_load_on_too_short_a_queue_is_refused_and_comes_again()
    {
        (int code, string output, _) = Launch(
            ["--load", "--units", "600", "--streams", "12", "--seconds", "1.5", "--steps", "200", "--queue", "1", "--max-batch", "1"]);
        Assert.Equal(0, code);
        Assert.Matches("rejected  [1-9][0-9,]* requests with 429", output);
        Assert.Contains(" steps of 12 streams: all have the bits of stepping alone", output);
    }

    [Theory]
    [InlineData("no-such-file: there is no such file.", "--model", "no-such-file")]
    [InlineData("--weights: there is no folder 'no-such-folder'.", "--weights", "no-such-folder")]
    [InlineData("--format: expected one of float32, bf16, int8, found 'fp8'.", "--format", "fp8")]
    [InlineData("--load: 20 streams of 4 steps are more than --max-streams 10 or --max-steps 1024.", "--load", "--streams", "20", "--max-streams", "10")]
    public void What_the_user_can_put_right_is_a_sentence(string expected, params string[] arguments)
    {
        (int code, _, string error) = Launch(arguments);
        Assert.Equal((SampleProgram.Refused, expected), (code, Path.GetFileName(error.TrimEnd())));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named()
    {
        await using RunningServer running = await RunningServer.StartAsync(RunningServer.Weights(1));
        (int code, _, string error) = Launch(["--port", $"{running.Http.BaseAddress!.Port}"]);
        Assert.Equal(SampleProgram.Refused, code);
        Assert.StartsWith($"port {running.Http.BaseAddress.Port}: ", error);
    }

    [Fact]
    public void Stopped_it_says_what_it_served()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        (int code, string output, string error) = Launch(["--port", "0"], stop.Token);
        Assert.Equal(("", 0), (error, code));
        Assert.Contains("served    0 requests, 0 steps", output);
    }

    private static (int Code, string Output, string Error) Launch(string[] arguments, CancellationToken stop = default)
    {
        using StringWriter output = new(), error = new();
        int code = SampleProgram.Run(arguments, StreamServerApp.Help, StreamServerApp.Run, output, error, stop);
        return (code, output.ToString(), error.ToString());
    }

    private static async Task Refused(HttpStatusCode status, string error, Task<HttpResponseMessage> request)
    {
        (HttpStatusCode found, string message) = await RunningServer.RefusalAsync(request);
        Assert.Equal(status, found);
        Assert.Contains(error, message);
    }

    private static float[] Alone(SequenceSession session, float[] inputs)
    {
        float[] outputs = new float[inputs.Length / Inputs * Outputs];
        session.Run(inputs, outputs);
        return outputs;
    }

    private static void Same(string what, float[] expected, float[] found) => Bits.Equal(what, expected, found);

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(1);
        }
    }
}
