using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Formats;

public sealed class ShardedSafetensorsTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";

    private readonly TemporaryFolder _folder = new();

    public ShardedSafetensorsTests()
    {
        File.WriteAllBytes(_folder.Path("1.safetensors"), Safetensors.Bytes(
            """{"weight_ih_l0":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"spare":{"dtype":"U8","shape":[1],"data_offsets":[4,5]}}""", 0, 0, 128, 63, 7));
        File.WriteAllBytes(_folder.Path("2.safetensors"), Safetensors.Bytes(
            """{"weight_hh_l0":{"dtype":"BF16","shape":[1,1],"data_offsets":[0,2]},"spare":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 0, 64, 9));
    }

    private const string Good =
        """{"metadata":{"total_size":8},"weight_map":{"weight_ih_l0":"1.safetensors","weight_hh_l0":"2.safetensors","spare":"2.safetensors"}}""";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tensors_come_from_the_files_that_the_index_names()
    {
        using ShardedSafetensors file = Open(Good);
        Assert.Equal(["weight_ih_l0", "weight_hh_l0", "spare"], file.Tensors.Select(tensor => tensor.Name));
        float[] value = new float[1];
        file.ReadFloats(file.Find("weight_hh_l0"), 0, value);
        Assert.Equal([2f], value);
        long[] spare = new long[1];
        file.ReadInt64s(file.Find("spare"), 0, spare);
        Assert.Equal([9L], spare);
        double[] wide = new double[1];
        file.ReadDoubles(file.Find("weight_ih_l0"), 0, wide);
        Assert.Equal([1.0], wide);
        Assert.Contains("has no tensor 'x'; it has 3", Assert.Throws<ModelFileException>(() => file.Find("x")).Message, StringComparison.Ordinal);

        using ImportedModel model = ImportedModel.Open(_folder.Path(Index));
        Assert.Equal(("safetensors, several files", 2L), (model.Summary.Format, model.Summary.Parameters));
        Assert.Equal(["spare"], model.Summary.Ignored);
    }

    [Theory]
    [InlineData("[]", "is no JSON object")]
    [InlineData("{}", "has no weight_map")]
    [InlineData("""{"weight_map":[]}""", "its weight_map is no object")]
    [InlineData("""{"weight_map":{"a":1}}""", "gives 'a' no file name")]
    [InlineData("""{"weight_map":{"a":{"b":"c"}}}""", "gives 'a' no file name")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""", "has two weight_maps")]
    [InlineData("""{"weight_map":{"spare":"1.safetensors","spare":"2.safetensors"}}""", "names 'spare' twice")]
    [InlineData("""{"weight_map":{"spare":"3.safetensors"}}""", "names the file '3.safetensors', which is not there")]
    [InlineData("""{"weight_map":{"none":"1.safetensors"}}""", "says that '1.safetensors' has the tensor 'none'; it has not")]
    [InlineData("""{"weight_map":{"spare":"../1.safetensors"}}""", "expected one in the index's own folder")]
    [InlineData("""{"weight_map":{"spare":"..\\1.safetensors"}}""", "expected one in the index's own folder")]
    [InlineData("""{"weight_map":{"spare":"/etc/passwd"}}""", "expected one in the index's own folder")]
    [InlineData("""{"weight_map":{"spare":"c:1.safetensors"}}""", "expected one in the index's own folder")]
    [InlineData("""{"weight_map":{"spare":".."}}""", "expected one in the index's own folder")]
    [InlineData("""{"weight_map":{"spare":""}}""", "expected one in the index's own folder")]
    [InlineData("""{"weight_map":{"spare":"1.safetensors\u0000.txt"}}""", "expected one in the index's own folder")]
    [InlineData("""{"weight_map":{"spare":"model.safetensors.index.json"}}""", "the header's length is")]
    [InlineData("""{"weight_map":{"spare":"1.safetensors"}}}""", "is not valid JSON")]
    [InlineData("""{"weight_map":{"\ud800":"1.safetensors"}}""", "is not valid JSON")]
    public void A_wrong_index_is_refused(string json, string reason) =>
        Assert.Contains(reason, Assert.Throws<ModelFileException>(() => Open(json).Dispose()).Message, StringComparison.Ordinal);

    [Fact]
    public void An_index_cut_or_changed_anywhere_is_read_or_refused()
    {
        for (int at = 0; at < Good.Length; at++)
        {
            Assert.Throws<ModelFileException>(() => Open(Good[..at]).Dispose());
            foreach (char other in "\"}./")
            {
                try
                {
                    Open($"{Good[..at]}{other}{Good[(at + 1)..]}").Dispose();
                }
                catch (ModelFileException)
                {
                }
            }
        }
    }

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("[")]
    public void A_deeply_nested_index_is_refused(string open) => Assert.False(IsRead(string.Concat(Enumerable.Repeat(open, 100_000))));

    [Fact]
    public void An_index_takes_no_more_memory_than_is_stated()
    {
        string names = string.Join(",", Enumerable.Range(0, 20_000).Select(i => $"\"{i}\":\"1.safetensors\""));
        string index = $"{{\"weight_map\":{{{names}}}}}";
        IsRead(index); // compiles
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(IsRead(index));
        long after = GC.GetAllocatedBytesForCurrentThread();
        Assert.InRange(after - before, 0, 16L * index.Length + 65_536);
    }

    private bool IsRead(string index)
    {
        try
        {
            Open(index).Dispose();
            return true;
        }
        catch (ModelFileException)
        {
            return false;
        }
    }

    private ShardedSafetensors Open(string json)
    {
        File.WriteAllText(_folder.Path(Index), json);
        return ShardedSafetensors.Open(_folder.Path(Index));
    }
}
