using FsCheck;
using FsCheck.Fluent;
using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using SpanRnn.Training.Optimizers;
using Xunit;

namespace SpanRnn.Tests.Formats;

/// <summary>Whatever the file: it is loaded, or refused with <see cref="ModelFileException"/>.</summary>
public sealed class ModelFileFuzzTests : IDisposable
{
    private static readonly string[] Garbage =
        ["", " ", "0", "-1", "1", "2", "+3", "3,4", ",", "2147483647", "2147483648", "1e9", "NaN", "∞", "true", "lstm", "gru", "none", "\0", "早餐", "x-y-z-w"];

    private readonly TemporaryFolder _folder = new();
    private readonly SequenceModel _model = DrawnModels.Small(CellKind.Gru);
    private readonly Trainer _trainer;

    public ModelFileFuzzTests() =>
        _trainer = new Trainer(_model, new() { Steps = 2, Batch = 2, Optimizer = new Adam(), CarriesState = true });

    public void Dispose()
    {
        _trainer.Dispose();
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_file_cut_at_any_length_is_refused()
    {
        byte[] whole = Saved();
        string path = _folder.Path("cut");
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole.AsSpan(0, length));
            Assert.Throws<ModelFileException>(() => ModelFile.Load(path));
        }
    }

    [Fact]
    public void Metadata_replaced_by_garbage_or_missing_is_loaded_or_refused()
    {
        byte[] whole = Saved();
        using SafetensorsReader reader = Safetensors.Open(whole);
        int refused = 0;
        foreach (string key in reader.Metadata.Keys.Where(key => key.StartsWith(Names.Prefix, StringComparison.Ordinal)))
        {
            foreach (string? garbage in Garbage.Append(null))
            {
                refused += IsLoaded(Rewritten(reader, key, garbage, except: null)) ? 0 : 1;
            }
        }

        Assert.InRange(refused, 300, int.MaxValue);
    }

    [Fact]
    public void Any_metadata_at_all_is_loaded_or_refused()
    {
        using SafetensorsReader reader = Safetensors.Open(Saved());
        string[] keys = [.. reader.Metadata.Keys];
        Prop.ForAll(
            (from key in Gen.Elements(keys) from text in Gen.Elements("0123456789,.-+eE truefalsnodi早".ToCharArray()).ArrayOf() select (key, new string(text))).ToArbitrary(),
            change => { IsLoaded(Rewritten(reader, change.key, change.Item2, except: null)); }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_missing_tensor_is_refused()
    {
        using SafetensorsReader reader = Safetensors.Open(Saved());
        foreach (TensorInfo info in reader.Tensors.Where(info => !info.Name.Contains("bias_hh", StringComparison.Ordinal)))
        {
            Assert.False(IsLoaded(Rewritten(reader, "", null, info.Name)), info.Name);
        }
    }

    private byte[] Saved()
    {
        string path = _folder.Path("whole");
        Checkpoint.Save(path, _trainer, Vocabulary.Of("abcde"));
        return File.ReadAllBytes(path);
    }

    private string Rewritten(SafetensorsReader reader, string key, string? value, string? except)
    {
        var writer = new SafetensorsWriter();
        foreach ((string name, string text) in reader.Metadata)
        {
            writer.Metadata[name] = text;
        }

        writer.Metadata.Remove(key);
        if (value is not null)
        {
            writer.Metadata[key] = value;
        }

        foreach (TensorInfo info in reader.Tensors.Where(info => info.Name != except))
        {
            writer.Add(info.Name, info.Shape, info.DType, sink => sink.WriteBytes(reader.Raw(info.Name)));
        }

        string path = _folder.Path("changed");
        using FileStream stream = File.Create(path);
        writer.WriteTo(stream);
        return path;
    }

    // Any other exception leaves this method and fails the test.
    private bool IsLoaded(string path)
    {
        bool isLoaded = true;
        try
        {
            using LoadedModel loaded = ModelFile.Load(path);
        }
        catch (ModelFileException)
        {
            isLoaded = false;
        }

        try
        {
            Checkpoint.Restore(path, _trainer);
        }
        catch (ModelFileException)
        {
            isLoaded = false;
        }

        return isLoaded;
    }
}
