using System.Net.WebSockets;
using System.Runtime.InteropServices;
using SpanRnn.Models;

namespace SpanRnn.Samples.StreamServer;

/// <summary>A stream over a WebSocket: each binary message holds steps, each answer their outputs.</summary>
/// <remarks>Here a full queue refuses nobody: the socket is not read meanwhile, so the network holds the client back.</remarks>
internal sealed class StreamSocket(Func<string, ServedStream> take, BatchingLoop loop, FrozenModel model, ServerOptions options)
{
    public async Task ServeAsync(string id, HttpContext context, CancellationToken stopping)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new RefusedException(400, "expected a WebSocket.");
        }

        take(id).Release(); // refused while HTTP can still say why
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            byte[] room = new byte[options.MaxSteps * (model.TakesTokens ? 1 : model.InputSize) * sizeof(float)];
            while (await ReceiveAsync(socket, room, stopping) is { } length)
            {
                (float[] inputs, int[] tokens) = StepsBody.OfBytes(room.AsSpan(0, length), model);
                int steps = StepsBody.StepsOf(inputs, tokens, model, options);
                var request = new StepRequest(take(id), inputs, tokens, steps, model.OutputSize);
                await AddAsync(request, stopping);
                await request.Finished;
                await socket.SendAsync(MemoryMarshal.AsBytes<float>(request.Outputs).ToArray(), WebSocketMessageType.Binary, endOfMessage: true, stopping);
            }

            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, stopping);
        }
        catch (RefusedException refused)
        {
            string reason = refused.Message.Length > 100 ? refused.Message[..100] : refused.Message; // a close has room for 123 bytes
            await socket.CloseOutputAsync(WebSocketCloseStatus.InvalidPayloadData, reason, CancellationToken.None);
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            socket.Abort(); // the client left, or the server ends; the stream stays until it expires
        }
    }

    private async Task AddAsync(StepRequest request, CancellationToken stopping)
    {
        try
        {
            await loop.AddAsync(request, stopping);
        }
        catch
        {
            request.Stream.Release();
            throw;
        }
    }

    /// <returns>The length of the next message; null for the client's goodbye.</returns>
    private static async Task<int?> ReceiveAsync(WebSocket socket, byte[] room, CancellationToken stopping)
    {
        int length = 0;
        while (true)
        {
            ValueWebSocketReceiveResult part = await socket.ReceiveAsync(room.AsMemory(length), stopping);
            length += part.Count;
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (part.EndOfMessage)
            {
                return length;
            }

            if (length == room.Length)
            {
                throw new RefusedException(400, $"a message: expected at most {room.Length} bytes.");
            }
        }
    }
}
