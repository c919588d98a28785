using SpanRnn.Formats;

namespace SpanRnn.Interchange.Readers;

/// <summary>Keras's own files hold HDF5, which is recognised to say what to do instead.</summary>
internal sealed class Hdf5Refusal : IModelReader
{
    public string Format => "Keras arrays saved by numpy.savez (a .keras or .h5 file is recognised, not read)";

    public bool Recognises(FileProbe file) =>
        file.Start.Span is [0x89, (byte)'H', (byte)'D', (byte)'F', ..] || file.ZipNames.Contains("model.weights.h5");

    public ImportedModel Read(FileProbe file, ImportOptions options) => throw new ModelFileException(
        file.Path,
        "is a Keras file of HDF5, which is not read. In Python: numpy.savez('model.npz', **{w.path: w.numpy() for w in model.weights}).");
}
