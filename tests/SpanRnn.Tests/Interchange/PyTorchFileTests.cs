using System.IO.Compression;
using SpanRnn.Formats;
using SpanRnn.Interchange;
using SpanRnn.Interchange.PyTorch;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange;

/// <summary>What a checkpoint may hold, newer conventions included, and each rule broken alone.</summary>
public sealed class PyTorchFileTests
{
    private static readonly byte[] Six = PickleBuilder.Singles(0, 1, 2, 3, 4, 5);

    [Fact]
    public void Newer_conventions_are_read()
    {
        PickleBuilder pickle = new PickleBuilder().Raw('}').Raw('(');
        pickle.Text("u").TypedTensor("0", "uint16", 24, 2, [2], [3]);
        pickle.Text("p").Global("torch._utils", "_rebuild_parameter").Raw('(').Tensor("0", "FloatStorage", 6, 1, [], []).Raw(0x88)
            .Global("collections", "OrderedDict").Raw(')').Raw('R').Raw('t').Raw('R');
        byte[] bytes = PickleBuilder.Archive(
        [
            ("root of any name/data.pkl", [.. pickle.Raw('u').Bytes, (byte)'.']), ("root of any name/.format_version", "1"u8.ToArray()),
            ("root of any name/.storage_alignment", "64"u8.ToArray()), ("root of any name/byteorder", "little"u8.ToArray()),
            ("root of any name/data/0", Six), ("root of any name/version", "3\n"u8.ToArray()), ("root of any name/.data/serialization_id", "123"u8.ToArray()),
        ]);
        using PyTorchFile file = Open(bytes);
        Assert.Equal(["'u' U16 [2]", "'p' F32 []"], file.Tensors.Select(tensor => tensor.ToString()));
        Assert.Equal([0x0000, 0x4000], Doubles(file, "u").Select(value => (int)value));
        Assert.Equal([1.0], Doubles(file, "p"));
    }

    [Fact]
    public void Big_endian_checkpoints_are_read()
    {
        byte[] big = [.. Six];
        for (int i = 0; i < big.Length; i += 4)
        {
            big.AsSpan(i, 4).Reverse();
        }

        byte[] pickle = [.. new PickleBuilder().Raw('}').Text("x").Tensor("0", "FloatStorage", 6, 0, [3, 2], [1, 3]).Raw('s').Bytes, (byte)'.'];
        using PyTorchFile file = Open(PickleBuilder.Archive([("a/data.pkl", pickle), ("a/byteorder", "big"u8.ToArray()), ("a/data/0", big)]));
        Assert.Equal([0.0, 3, 1, 4, 2, 5], Doubles(file, "x"));
        Assert.Contains("expected 'little' or 'big'", Refused(PickleBuilder.Archive([("a/data.pkl", pickle), ("a/byteorder", "pdp"u8.ToArray()), ("a/data/0", big)])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.SmallestSize)]
    public void Views_overlap_repeat_and_may_be_empty_packed_or_not(CompressionLevel level)
    {
        PickleBuilder pickle = new PickleBuilder().Raw('}').Raw('(');
        pickle.Text("overlap").Tensor("0", "FloatStorage", 6, 1, [3, 2], [1, 1]);
        pickle.Text("repeat").Tensor("0", "FloatStorage", 6, 4, [2, 3], [0, 0]);
        pickle.Text("empty").Tensor("0", "FloatStorage", 6, 6, [0, 5], [5, 1]);
        pickle.Text("number").Tensor("0", "FloatStorage", 6, 5, [], []);
        pickle.Text("ones").Tensor("0", "FloatStorage", 6, 2, [1, 3, 1], [100, 1, 7]);
        byte[] bytes = PickleBuilder.Archive([("a/data.pkl", [.. pickle.Raw('u').Bytes, (byte)'.']), ("a/data/0", Six)], level);
        using PyTorchFile file = Open(bytes);
        Assert.Equal([1.0, 2, 2, 3, 3, 4], Doubles(file, "overlap"));
        Assert.Equal([4.0, 4, 4, 4, 4, 4], Doubles(file, "repeat"));
        Assert.Equal([], Doubles(file, "empty"));
        Assert.Equal([5.0], Doubles(file, "number"));
        Assert.Equal([2.0, 3, 4], Doubles(file, "ones"));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.ReadFloats(file.Find("ones"), 2, new float[2]));
        Assert.Contains("holds no whole numbers", Assert.Throws<ModelFileException>(() => file.ReadInt64s(file.Find("ones"), 0, new long[3])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_within_lists_and_dictionaries_are_joined_by_dots()
    {
        // {'layers': [{'w': t}, 3], 7: t, 'state_dict': {}}: no usual name holds tensors, so all of it is the state dict.
        PickleBuilder pickle = new PickleBuilder().Raw('}').Raw('(').Text("layers").Raw(']').Raw('(').Raw('}').Text("w").Tensor("0", "FloatStorage", 6, 0, [6], [1]).Raw('s')
            .Int(3).Raw('e').Int(7).Tensor("0", "FloatStorage", 6, 0, [2], [1]).Text("state_dict").Raw('}').Raw('u');
        using PyTorchFile file = Open(pickle.Checkpoint(Six));
        Assert.Equal(["layers.0.w", "7"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(["layers.1"], file.Ignored);
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("nt", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "exec")]
    [InlineData("builtins", "getattr")]
    [InlineData("__builtin__", "eval")]
    [InlineData("subprocess", "Popen")]
    [InlineData("runpy", "_run_code")]
    [InlineData("torch", "load")]
    [InlineData("torch.hub", "load")]
    [InlineData("torch._utils", "_rebuild_qtensor")]
    [InlineData("torch._utils", "_rebuild_tensor_v2.__globals__")]
    [InlineData("torch", "storage._load_from_bytes")]
    [InlineData("torch.storage", "_load_from_bytes")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    [InlineData("collections", "defaultdict")]
    [InlineData("collections ", "OrderedDict")]
    [InlineData("", "")]
    public void A_name_that_no_state_dict_needs_is_refused(string module, string name)
    {
        string reason = Refused(new PickleBuilder().Raw('}').Text("x").Global(module, name).Text("touch pwned").Raw(0x85).Raw('R').Raw('s').Checkpoint());
        Assert.Contains($"names '{module}.{name}'", reason, StringComparison.Ordinal);
        Assert.Contains("a checkpoint must never run code", reason, StringComparison.Ordinal);
        Assert.Contains("Save the state dict alone", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_module_is_refused_with_the_advice_to_save_its_state_dict()
    {
        string reason = Refused(new PickleBuilder().Global("__main__", "Net").Raw(')').Raw(0x81).Raw('}').Raw('b').Checkpoint());
        Assert.Contains("names '__main__.Net'", reason, StringComparison.Ordinal);
        Assert.Contains("a whole module as torch.save(model) writes it", reason, StringComparison.Ordinal);
        Assert.Contains("torch.save(model.state_dict(), path)", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_archives_are_explained()
    {
        Assert.Contains("TorchScript", Refused(PickleBuilder.Archive([("m/data.pkl", []), ("m/constants.pkl", []), ("m/code/x.py", [])])), StringComparison.Ordinal);
        Assert.Contains("without data.pkl", Refused(PickleBuilder.Archive([("m/weights.npy", [1])])), StringComparison.Ordinal);
        Assert.Contains("2 entries data.pkl", Refused(PickleBuilder.Archive([("m/data.pkl", [1]), ("n/data.pkl", [1])])), StringComparison.Ordinal);
        Assert.Contains("a bare pickle", Refused([0x80, 2, (byte)'N', (byte)'.']), StringComparison.Ordinal);
        Assert.Contains("is empty, expected", Refused([]), StringComparison.Ordinal);
        Assert.Contains("starts with 08011234", Refused([8, 1, 0x12, 0x34]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../data.pkl")]
    [InlineData("/a/data.pkl")]
    [InlineData("a/../../data.pkl")]
    [InlineData("a\\..\\data.pkl")]
    [InlineData("c:/data.pkl")]
    public void Names_that_climb_are_refused(string name) => Assert.Contains(
        "expected a relative path that does not climb", Refused(PickleBuilder.Archive([(name, [.. new PickleBuilder().Raw('}').Bytes, (byte)'.'])])), StringComparison.Ordinal);

    [Theory]
    [InlineData(0x95, "instruction 0x95 of pickle protocol 4")]
    [InlineData('o', "instruction 0x6f at byte 2, which no state dict needs")]
    [InlineData('i', "which no state dict needs")]
    [InlineData('P', "which no state dict needs")]
    [InlineData('t', "closes a mark that was never opened")]
    [InlineData('a', "takes 2 values where there are 0")]
    [InlineData('R', "takes 2 values where there are 0")]
    [InlineData('b', "takes 1 values where there are 0")]
    [InlineData('.', "ends with 0 values")]
    public void A_wrong_instruction_is_refused(int opcode, string reason) =>
        Assert.Contains(reason, Refused(new PickleBuilder().Raw((byte)opcode).Checkpoint()), StringComparison.Ordinal);

    [Fact]
    public void Wrong_values_are_refused()
    {
        Says("is of protocol 4, expected 2", new PickleBuilder().Raw(0x80, 4));
        Says("recalls value 3, which it never stored", new PickleBuilder().Raw((byte)'h', 3));
        Says("sets 1 keys and values", new PickleBuilder().Raw('}').Raw('(').Raw('N').Raw('u'));
        Says("appends to a dictionary, expected a list", new PickleBuilder().Raw('}').Raw('N').Raw('a'));
        Says("calls collections.OrderedDict with (a whole number)", new PickleBuilder().Global("collections", "OrderedDict").Int(1).Raw(0x85).Raw('R'));
        Says("calls torch.FloatStorage with ()", new PickleBuilder().Global("torch", "FloatStorage").Raw(')').Raw('R'));
        Says("calls text with None", new PickleBuilder().Text("os.system").Raw('N').Raw('R'));
        Says("refers to text outside of itself", new PickleBuilder().Text("x").Raw('Q'));
        Says("sets attributes of a list", new PickleBuilder().Raw(']').Raw('}').Raw('b'));
        Says("holds a whole number of 9 bytes", new PickleBuilder().Raw(0x8a, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1));
        Says("needs 4294967295 bytes", new PickleBuilder().Raw((byte)'X', 255, 255, 255, 255));
        Says("text that is not UTF-8", new PickleBuilder().Raw((byte)'X', 1, 0, 0, 0, 255));
        Says("has two tensors named 'x'", Tensors("x", "x"));
        Says("negative offset, size or stride: offset -1", One(-1, [1], [1]));
        Says("negative offset, size or stride", One(0, [-1], [1]));
        Says("negative offset, size or stride", One(0, [1], [-1]));
        Says("has 2 sizes and 1 strides", One(0, [1, 1], [1]));
        Says("reaches beyond its storage of 6 elements", One(0, [7], [1]));
        Says("reaches beyond its storage of 6 elements", One(6, [1], [1]));
        Says("reaches beyond its storage of 6 elements", One(0, [2, 2], [long.MaxValue, long.MaxValue]));
        Says($"passes {long.MaxValue} bytes", One(0, [long.MaxValue, 2], [0, 0]));
        Says("times the file: views that repeat their elements too often", One(0, [1 << 30], [0]));
        Says("65 dimensions, at most 64", One(0, new long[65], new long[65]));
        Says("its storage has 7 elements of 4 bytes, but its entry a/data/0 has 24 bytes", new PickleBuilder().Raw('}').Text("x").Tensor("0", "FloatStorage", 7, 0, [7], [1]).Raw('s'));
        Says("lacks the entry data/'../../x'", new PickleBuilder().Raw('}').Text("x").Tensor("../../x", "FloatStorage", 6, 0, [6], [1]).Raw('s'));

        static void Says(string reason, PickleBuilder pickle) => Assert.Contains(reason, Refused(pickle.Checkpoint(Six)), StringComparison.Ordinal);
        static PickleBuilder One(long offset, long[] shape, long[] strides) =>
            new PickleBuilder().Raw('}').Text("x").Tensor("0", "FloatStorage", 6, offset, shape, strides).Raw('s');
        static PickleBuilder Tensors(params string[] names)
        {
            PickleBuilder pickle = new PickleBuilder().Raw('}').Raw('(');
            foreach (string name in names)
            {
                pickle.Text(name).Tensor("0", "FloatStorage", 6, 0, [6], [1]);
            }

            return pickle.Raw('u');
        }
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused_unless_allowed()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.Path("m.pt"), PickleBuilder.StateDict(
            ("weight_ih_l0", [2, 1], [1, float.NaN]), ("weight_hh_l0", [2, 2], [1, 2, 3, 4])));
        Assert.Contains("weight_ih_l0[1, 0]: expected a finite number, found NaN", Assert.Throws<ModelFileException>(() => ImportedModel.Open(folder.Path("m.pt"))).Message, StringComparison.Ordinal);
        using ImportedModel model = ImportedModel.Open(folder.Path("m.pt"), new() { AllowNonFinite = true });
        Assert.Equal(6, model.Summary.Parameters);
        Assert.Single(model.Summary.Warnings, warning => warning.Contains("tanh is taken", StringComparison.Ordinal));
    }

    private static PyTorchFile Open(byte[] bytes) => PyTorchFile.Open(new MemoryStream(bytes), "test.pt");

    private static string Refused(byte[] bytes) => Assert.Throws<ModelFileException>(() => Open(bytes)).Reason;

    private static double[] Doubles(PyTorchFile file, string name)
    {
        TensorInfo info = file.Find(name);
        double[] values = new double[info.ElementCount];
        file.ReadDoubles(info, 0, values);
        return values;
    }
}
