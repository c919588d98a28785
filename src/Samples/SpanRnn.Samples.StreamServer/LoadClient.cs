using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Runtime.InteropServices;
using SpanRnn.Models;
using SpanRnn.Parameters;

namespace SpanRnn.Samples.StreamServer;

/// <summary>One client: sends steps, waits for the answer, sends the next, and keeps what it got.</summary>
internal sealed class LoadClient(HttpClient http, FrozenModel model, LoadPlan plan, int number)
{
    private readonly RandomStream _random = new RandomStream(7).Fork(number);
    private readonly List<byte> _sent = [], _received = [];
    private readonly byte[] _input = new byte[plan.Steps * (model.TakesTokens ? 1 : model.InputSize) * sizeof(float)];

    /// <summary>From each request to its answer, in ticks; those that were refused are not among them.</summary>
    public List<long> Ticks { get; } = [];

    /// <summary>Requests that were answered with 429.</summary>
    public int Rejected { get; private set; }

    /// <summary>Opens a stream, uses it, closes it.</summary>
    /// <param name="begin">All clients begin together.</param>
    /// <param name="end">When to end, in ticks of <see cref="Stopwatch"/>; known when begin is done.</param>
    /// <param name="stop">Ctrl+C.</param>
    public async Task RunAsync(Task begin, Func<long> end, CancellationToken stop)
    {
        using HttpResponseMessage opened = await http.PostAsync("/streams", null, stop);
        opened.EnsureSuccessStatusCode();
        string id = (await opened.Content.ReadFromJsonAsync(ServerJson.Default.Opened, stop))!.Id;
        using var socket = new ClientWebSocket();
        if (plan.UsesSockets)
        {
            await socket.ConnectAsync(new Uri($"ws://{http.BaseAddress!.Authority}/streams/{id}/socket"), stop);
        }

        await begin;
        while (Stopwatch.GetTimestamp() < end())
        {
            Draw();
            byte[] answer = plan.UsesSockets ? await SendAsync(socket, stop) : await PostAsync(id, end, stop);
            if (answer.Length > 0)
            {
                _sent.AddRange(_input);
                _received.AddRange(answer);
            }
        }

        if (plan.UsesSockets)
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stop);
        }

        (await http.DeleteAsync($"/streams/{id}", stop)).EnsureSuccessStatusCode().Dispose();
    }

    /// <summary>Steps a session alone through what was sent, and compares all outputs to the bit.</summary>
    /// <returns>How many steps.</returns>
    /// <exception cref="SampleException">An output differs.</exception>
    public int Check()
    {
        using SequenceSession alone = model.CreateSession();
        Span<byte> sent = CollectionsMarshal.AsSpan(_sent);
        int steps = sent.Length / sizeof(float) / (model.TakesTokens ? 1 : model.InputSize);
        float[] expected = new float[steps * model.OutputSize];
        if (model.TakesTokens)
        {
            alone.Run(MemoryMarshal.Cast<byte, int>(sent), expected);
        }
        else
        {
            alone.Run(MemoryMarshal.Cast<byte, float>(sent), expected);
        }

        ReadOnlySpan<byte> received = CollectionsMarshal.AsSpan(_received);
        int same = received.CommonPrefixLength(MemoryMarshal.AsBytes<float>(expected)), size = model.OutputSize * sizeof(float);
        if (received.Length != steps * size || same != received.Length)
        {
            throw new SampleException($"stream {number}: step {same / size} of {steps} does not have the bits of stepping alone.");
        }

        return steps;
    }

    private async Task<byte[]> PostAsync(string id, Func<long> end, CancellationToken stop)
    {
        while (true)
        {
            using var content = new ByteArrayContent(_input);
            content.Headers.ContentType = new MediaTypeHeaderValue(StepsBody.Binary);
            long begun = Stopwatch.GetTimestamp();
            using HttpResponseMessage response = await http.PostAsync($"/streams/{id}/steps", content, stop);
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
            {
                byte[] answer = await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(stop);
                Ticks.Add(Stopwatch.GetTimestamp() - begun);
                return answer;
            }

            // As the server asks, so that the next try is worth it.
            Rejected++;
            TimeSpan after = response.Headers.RetryAfter!.Delta!.Value;
            if (Stopwatch.GetTimestamp() + after.TotalSeconds * Stopwatch.Frequency > end())
            {
                await Task.Delay(Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), Math.Max(end(), Stopwatch.GetTimestamp())), stop);
                return [];
            }

            await Task.Delay(after, stop);
        }
    }

    private async Task<byte[]> SendAsync(ClientWebSocket socket, CancellationToken stop)
    {
        byte[] answer = new byte[plan.Steps * model.OutputSize * sizeof(float)];
        long begun = Stopwatch.GetTimestamp();
        await socket.SendAsync(_input, WebSocketMessageType.Binary, endOfMessage: true, stop);
        for (int length = 0; length < answer.Length;)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(answer.AsMemory(length), stop);
            if (part.MessageType != WebSocketMessageType.Binary)
            {
                throw new SampleException($"stream {number}: the server closed the socket: {socket.CloseStatusDescription}");
            }

            length += part.Count;
        }

        Ticks.Add(Stopwatch.GetTimestamp() - begun);
        return answer;
    }

    private void Draw()
    {
        if (!model.TakesTokens)
        {
            _random.FillUniform(MemoryMarshal.Cast<byte, float>(_input.AsSpan()), -1, 1);
            return;
        }

        foreach (ref int token in MemoryMarshal.Cast<byte, int>(_input.AsSpan()))
        {
            token = _random.NextInt32(model.Vocabulary);
        }
    }
}
