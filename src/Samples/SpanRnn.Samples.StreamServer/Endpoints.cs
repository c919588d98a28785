using SpanRnn.Models;

namespace SpanRnn.Samples.StreamServer;

/// <summary>HTTP over the streams and the batching loop.</summary>
internal sealed class Endpoints(StreamTable streams, BatchingLoop loop, Metrics metrics, WeightsFolder folder, ServerOptions options)
{
    /// <summary>Seconds after which a client that was refused may come again; the header knows no parts of seconds.</summary>
    private const string RetryAfter = "1";

    public void Map(WebApplication app)
    {
        app.Use(AnswerRefusals);
        app.UseWebSockets();
        app.MapPost("/streams", Open);
        app.MapDelete("/streams/{id}", Close);
        app.MapPost("/streams/{id}/steps", StepAsync);
        app.MapGet("/streams/{id}/snapshot", Snapshot);
        app.MapPut("/streams/{id}/snapshot", RestoreAsync);
        app.MapGet("/streams/{id}/socket", (string id, HttpContext context) =>
            new StreamSocket(Take, loop, streams.Weights, options).ServeAsync(id, context, app.Lifetime.ApplicationStopping));
        app.MapPost("/weights", (Delegate)ReloadAsync);
        app.MapGet("/metrics", Report);
    }

    private IResult Open(HttpContext context)
    {
        if (!streams.TryOpen(out ServedStream? stream))
        {
            context.Response.Headers.RetryAfter = RetryAfter;
            throw new RefusedException(429, $"streams: expected at most {options.MaxStreams} open, found {streams.Count}.");
        }

        FrozenModel model = streams.Weights;
        var opened = new Messages.Opened(stream.Id, model.Vocabulary, model.InputSize, model.OutputSize);
        context.Response.Headers.Location = $"/streams/{stream.Id}";
        return Results.Json(opened, ServerJson.Default.Opened, statusCode: 201);
    }

    private IResult Close(string id)
    {
        streams.Close(Take(id)); // taken for good
        return Results.NoContent();
    }

    private async Task<IResult> StepAsync(string id, HttpContext context)
    {
        FrozenModel model = streams.Weights;
        (float[] inputs, int[] tokens) = await StepsBody.ReadAsync(context, model, options);
        int steps = StepsBody.StepsOf(inputs, tokens, model, options);
        ServedStream stream = Take(id);
        var request = new StepRequest(stream, inputs, tokens, steps, model.OutputSize);
        if (!loop.TryAdd(request))
        {
            stream.Release();
            metrics.AddRejection();
            context.Response.Headers.RetryAfter = RetryAfter;
            throw new RefusedException(429, $"the queue of {options.Queue} requests is full; nothing was stepped.");
        }

        await request.Finished; // the loop has it; a client that left does not stop it
        return context.Request.ContentType == StepsBody.Binary
            ? Results.Bytes(BytesOf(request.Outputs), StepsBody.Binary)
            : Results.Json(new Messages.StepsDone(steps, request.StepsOfStream, request.Outputs), ServerJson.Default.StepsDone);
    }

    private IResult Snapshot(string id)
    {
        ServedStream stream = Take(id);
        byte[] snapshot = new byte[stream.Session.SnapshotSize];
        stream.Session.WriteSnapshot(snapshot);
        stream.Release();
        return Results.Bytes(snapshot, StepsBody.Binary);
    }

    private async Task<IResult> RestoreAsync(string id, HttpContext context)
    {
        using var bytes = new MemoryStream();
        await context.Request.Body.CopyToAsync(bytes, context.RequestAborted);
        ServedStream stream = Take(id);
        try
        {
            stream.Session.ReadSnapshot(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
            return Results.NoContent();
        }
        catch (ArgumentException wrong)
        {
            throw new RefusedException(400, wrong.Message);
        }
        finally
        {
            stream.Release();
        }
    }

    private async Task<IResult> ReloadAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType())
        {
            throw new RefusedException(415, $"content type: expected application/json, found '{context.Request.ContentType}'.");
        }

        string? name = (await StepsBody.ReadJsonAsync(context.Request, ServerJson.Default.WeightsAsked))?.File;
        FrozenModel weights = folder.Load(name);
        try
        {
            int changed = streams.Use(weights);
            return Results.Json(new(name!, weights.Format.ToString(), weights.WeightBytes, changed), ServerJson.Default.WeightsUsed);
        }
        catch (ArgumentException wrong)
        {
            throw new RefusedException(400, $"{name}: {wrong.Message}");
        }
    }

    private IResult Report()
    {
        LatencyRecorder times = metrics.Latencies();
        var figures = new Messages.Figures(
            streams.Count, streams.Expired, loop.Waiting, metrics.Requests, metrics.Rejected, metrics.Steps, metrics.StepsPerSecond(), metrics.MeanBatch,
            Of(0.5), Of(0.99), Of(1));
        return Results.Json(figures, ServerJson.Default.Figures);

        double? Of(double share) => times.Count == 0 ? null : times.Microseconds(share);
    }

    /// <summary>A stream that nobody else touches until it is given back.</summary>
    /// <exception cref="RefusedException">There is none of that name, or another request has it.</exception>
    private ServedStream Take(string id)
    {
        if (streams.TryFind(id, out ServedStream? stream) && stream.TryTake())
        {
            streams.Touch(stream);
            return stream;
        }

        // Not in the table any more: closed while we looked.
        throw streams.TryFind(id, out _)
            ? new RefusedException(409, $"stream {id}: another request of it is not done; a stream's requests come one after the other.")
            : new RefusedException(404, "there is no such stream; it was closed, expired, or never opened.");
    }

    private static async Task AnswerRefusals(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (RefusedException refused)
        {
            await Answer(refused.Status, refused.Message);
        }
        catch (BadHttpRequestException bad)
        {
            await Answer(bad.StatusCode, bad.Message);
        }

        async Task Answer(int status, string message)
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsJsonAsync(new Messages.Refusal(message), ServerJson.Default.Refusal);
        }
    }

    private static byte[] BytesOf(float[] numbers) => System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(numbers).ToArray();
}
