using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Tests.Support;

namespace SpanRnn.Tests.Interchange;

/// <summary>A file that is written again and again with hostile bytes.</summary>
internal sealed class FuzzedFile : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileStream _file;

    public FuzzedFile() => _file = new FileStream(_folder.Path("file"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>Whether a model was read; any other exception than the documented one leaves this method and fails the test.</summary>
    public bool IsRead(ReadOnlySpan<byte> bytes)
    {
        _file.SetLength(bytes.Length);
        _file.Position = 0;
        _file.Write(bytes);
        _file.Flush();
        try
        {
            using ImportedModel model = ImportedModel.Open(_folder.Path("file"));
            return true;
        }
        catch (ModelFileException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }
}
