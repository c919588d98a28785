using System.Buffers.Binary;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.PyTorch;

/// <summary>Files that PyTorch writes too but that are no checkpoints: each is recognised, and the message says how to make one of it.</summary>
internal static class ForeignArchive
{
    private const string Save = "torch.save(model.state_dict(), 'new.pt')";

    // PROTO 2, LONG1 of 10 bytes: 0x1950A86A20F9469CFC6C, little-endian.
    private static ReadOnlySpan<byte> Legacy => [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

    /// <exception cref="ModelFileException">The file does not begin as a zip archive does.</exception>
    public static void RefuseWhatIsNoArchive(Stream stream, string file)
    {
        Span<byte> start = stackalloc byte[14];
        stream.Position = 0;
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        if (start.SequenceEqual(Legacy))
        {
            throw new ModelFileException(
                file, "is of the format that torch.save wrote before PyTorch 1.6. Convert it where PyTorch is: "
                + "python3 -c \"import torch; torch.save(torch.load('old.pt', map_location='cpu'), 'new.pt')\"");
        }

        if (start.Length > 0 && start[0] == 0x80)
        {
            throw new ModelFileException(file, $"is a bare pickle, not a checkpoint of torch.save; write one with {Save}.");
        }

        if (start.Length < 4 || BinaryPrimitives.ReadUInt32LittleEndian(start) is not (0x04034b50 or 0x06054b50))
        {
            string found = start.IsEmpty ? "is empty" : $"starts with {Convert.ToHexString(start[..Math.Min(4, start.Length)])}";
            throw new ModelFileException(file, $"{found}, expected 504B0304, the start of a zip archive that torch.save writes: another format?");
        }
    }

    /// <summary>What stands before data.pkl in the names of a checkpoint's entries: <c>archive/</c>.</summary>
    /// <exception cref="ModelFileException">It is no checkpoint's archive.</exception>
    public static string FindRoot(ZipDirectory zip, string file)
    {
        const string pickle = "data.pkl", constants = "constants.pkl";
        if (EndsWith(constants).Length > 0)
        {
            throw new ModelFileException(
                file, "is a TorchScript archive (torch.jit.save), which holds a program. Save its numbers where PyTorch is: "
                + "python3 -c \"import torch; torch.save(torch.jit.load('old.pt', map_location='cpu').state_dict(), 'new.pt')\"");
        }

        string[] found = EndsWith(pickle);
        return found switch
        {
            [string only] => only[..^pickle.Length],
            [] => throw new ModelFileException(
                file, $"is a zip archive without data.pkl, so not one of torch.save; it has {zip.Entries.Count} entries"
                + (zip.Entries.Count > 0 ? $", such as {ModelFileException.Quote(zip.Entries.Keys.First())}." : ".")),
            _ => throw new ModelFileException(file, $"is a zip archive with {found.Length} entries data.pkl, expected 1."),
        };

        string[] EndsWith(string name) =>
            [.. zip.Entries.Keys.Where(key => key == name || key.EndsWith("/" + name, StringComparison.Ordinal))];
    }
}
