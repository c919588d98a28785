using System.Globalization;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.Onnx.Wire;

/// <summary>Elements that lie in a file beside the model: its path may not leave the model's folder.</summary>
internal static class ExternalData
{
    /// <exception cref="ModelFileException">The path climbs, the file is missing or too short, or the length is not the shape's.</exception>
    public static byte[] Read(string file, string? folder, TensorMessage tensor, long expected)
    {
        string location = Entry(tensor, "location") ?? throw TensorElements.Refuse(file, tensor, "lies in another file that is not named.");
        string path = Resolve(file, folder, tensor, location);
        long offset = Number(file, tensor, "offset") ?? 0;
        using FileStream stream = File.OpenRead(path);
        long length = Number(file, tensor, "length") ?? stream.Length - offset;
        if (length != expected || length > Array.MaxLength)
        {
            throw TensorElements.Refuse(file, tensor, $"expected {expected} bytes in {ModelFileException.Quote(location)}, found {length}.");
        }

        if (offset > stream.Length - length)
        {
            throw TensorElements.Refuse(
                file, tensor, $"expected {length} bytes from {offset} on in {ModelFileException.Quote(location)}, found a file of {stream.Length}.");
        }

        byte[] bytes = new byte[length];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static string Resolve(string file, string? folder, TensorMessage tensor, string location)
    {
        string refused = $"its elements' file {ModelFileException.Quote(location)}";
        if (folder is null)
        {
            throw TensorElements.Refuse(file, tensor, $"{refused} has no folder to be looked for in: open the model by its path.");
        }

        // Backslashes separate on some systems only: a file written there must not climb here, nor the reverse.
        string[] parts = location.Split('/', '\\');
        if (location.Length == 0 || Path.IsPathRooted(location) || parts.Any(part => part is "" or "." or "..") || location.Contains(':') || location.Contains('\0'))
        {
            throw TensorElements.Refuse(file, tensor, $"{refused} must be a path within the model's folder.");
        }

        string path = folder;
        foreach (string part in parts)
        {
            path = Path.Combine(path, part);
            if (new FileInfo(path).LinkTarget is not null)
            {
                throw TensorElements.Refuse(file, tensor, $"{refused} is reached through a link, which could leave the model's folder.");
            }
        }

        // Not a device or a pipe, which could make the reader wait.
        return File.Exists(path) && File.GetAttributes(path) is var kind && (kind & (FileAttributes.Directory | FileAttributes.Device)) == 0
            ? path
            : throw TensorElements.Refuse(file, tensor, $"{refused} is missing.");
    }

    private static string? Entry(TensorMessage tensor, string key) => tensor.Elsewhere.FirstOrDefault(entry => entry.Key == key)?.Value;

    private static long? Number(string file, TensorMessage tensor, string key) => Entry(tensor, key) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw TensorElements.Refuse(file, tensor, $"{key} of its elements: expected a number, found {ModelFileException.Quote(text)}.");
}
