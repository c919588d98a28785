using System.Runtime.InteropServices;
using System.Text.Json;
using SpanRnn.Models;

namespace SpanRnn.Samples.StreamServer;

/// <summary>Turns what a client sent into a request for steps, or refuses it with both numbers.</summary>
internal static class StepsBody
{
    /// <summary>The content type of numbers as they lie in memory: little-endian floats, or 32-bit tokens.</summary>
    public const string Binary = "application/octet-stream";

    /// <summary>Bytes of the largest body, JSON's digits included.</summary>
    public static long LargestBytes(FrozenModel model, ServerOptions options) => 4096 + 24L * options.MaxSteps * model.InputSize;

    /// <summary>Reads a body, as JSON or binary.</summary>
    /// <exception cref="RefusedException">It is neither, or has the wrong numbers.</exception>
    public static async Task<(float[] Inputs, int[] Tokens)> ReadAsync(HttpContext context, FrozenModel model, ServerOptions options)
    {
        HttpRequest request = context.Request;
        if (request.HasJsonContentType())
        {
            Messages.StepsAsked? asked = await ReadJsonAsync(request, ServerJson.Default.StepsAsked);
            (float[]? wanted, int[]? other) = (asked?.Inputs, asked?.Tokens);
            if (model.TakesTokens ? other is null || wanted is not null : wanted is null || other is not null)
            {
                throw new RefusedException(400, $"expected {(model.TakesTokens ? "tokens alone, for this is a model of tokens" : "inputs alone, for this is a model of numbers")}.");
            }

            return (wanted ?? [], other ?? []);
        }

        if (request.ContentType != Binary)
        {
            throw new RefusedException(415, $"content type: expected application/json or {Binary}, found '{request.ContentType}'.");
        }

        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, context.RequestAborted);
        return OfBytes(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), model);
    }

    /// <summary>A JSON body.</summary>
    /// <exception cref="RefusedException">It is no such JSON.</exception>
    public static async Task<T?> ReadJsonAsync<T>(HttpRequest request, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return await request.ReadFromJsonAsync(type, request.HttpContext.RequestAborted);
        }
        catch (JsonException wrong)
        {
            throw new RefusedException(400, $"the body is not the JSON that was expected: {wrong.Message}");
        }
    }

    /// <summary>Numbers as they lie in memory.</summary>
    /// <exception cref="RefusedException">They are no whole numbers of 4 bytes.</exception>
    public static (float[] Inputs, int[] Tokens) OfBytes(ReadOnlySpan<byte> bytes, FrozenModel model)
    {
        if (bytes.Length % sizeof(float) != 0)
        {
            throw new RefusedException(400, $"the body: expected 4 bytes for each number, found {bytes.Length}.");
        }

        return model.TakesTokens ? ([], MemoryMarshal.Cast<byte, int>(bytes).ToArray()) : (MemoryMarshal.Cast<byte, float>(bytes).ToArray(), []);
    }

    /// <summary>How many steps these are.</summary>
    /// <exception cref="RefusedException">They are no whole steps, none, too many, or hold what is no number or no token.</exception>
    public static int StepsOf(float[] inputs, int[] tokens, FrozenModel model, ServerOptions options)
    {
        int size = model.TakesTokens ? 1 : model.InputSize, found = model.TakesTokens ? tokens.Length : inputs.Length, steps = found / size;
        if (found == 0 || steps * size != found)
        {
            throw new RefusedException(400, $"{(model.TakesTokens ? "tokens" : "inputs")}: expected {size} for each step, found {found}.");
        }

        if (steps > options.MaxSteps)
        {
            throw new RefusedException(400, $"steps: expected at most {options.MaxSteps} in a request, found {steps}.");
        }

        int wrong = Array.FindIndex(inputs, x => !float.IsFinite(x));
        if (wrong >= 0)
        {
            throw new RefusedException(400, $"inputs[{wrong}]: expected a finite number, found {inputs[wrong]}.");
        }

        wrong = Array.FindIndex(tokens, token => (uint)token >= (uint)model.Vocabulary);
        return wrong < 0 ? steps : throw new RefusedException(400, $"tokens[{wrong}]: expected 0 to {model.Vocabulary - 1}, found {tokens[wrong]}.");
    }
}
