using SpanRnn.Interchange.Onnx;
using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Interchange.Onnx;

/// <summary>The ONNX project's own tests of its recurrent operators, as many as the folder holds.</summary>
public sealed class OnnxNodeTests
{
    private const string Folder = "onnx-node";

    public static TheoryData<string> Cases => DataFolder.WhyMissing(Folder) is not null ? ["none"]
        : [.. Directory.GetDirectories(DataFolder.Path(Folder)).Select(folder => Path.GetFileName(folder)!).Order()];

    [DataTheory(Folder)]
    [MemberData(nameof(Cases))]
    public void A_node_gives_the_recorded_outputs(string name)
    {
        string folder = DataFolder.Path(Folder, name);
        OnnxFile file = OnnxFile.Open(Path.Combine(folder, "model.onnx"));
        OnnxRecurrentInfo info = Assert.Single(file.RecurrentNodes);
        string[] sets = Directory.GetDirectories(folder, "test_data_set_*");
        Assert.NotEmpty(sets);
        foreach (string set in sets)
        {
            Dictionary<string, OnnxTensor> inputs = Tensors(set, "input").ToDictionary(tensor => tensor.Name);
            using OnnxRecurrentNode node = file.CreateNode(info.Name, inputs);
            OnnxTensor x = inputs[info.Inputs[0]];
            (int steps, int batch) = info.Settings.BatchMajor ? (x.Shape[1], x.Shape[0]) : (x.Shape[0], x.Shape[1]);
            int states = info.Settings.Directions * batch * info.Settings.HiddenSize;
            float[] y = new float[steps * states], yH = new float[states], yC = new float[info.Settings.Operator == OnnxRecurrentOperator.Lstm ? states : 0];
            node.Run(steps, batch, x.ToFloats(), [.. Given(4).Select(length => (int)length)], Given(5), Given(6), y, yH, yC);

            OnnxTensor[] expected = Tensors(set, "output");
            float[][] found = [.. info.Outputs.Select((output, i) => (output, i)).Where(pair => pair.output.Length > 0).Select(pair => new[] { y, yH, yC }[pair.i])];
            Assert.Equal(expected.Length, found.Length);
            for (int i = 0; i < expected.Length; i++)
            {
                Closeness.Absolute($"{name} output {i}", [.. expected[i].ToFloats().Select(number => (double)number)], found[i], 1e-5);
            }

            float[] Given(int input) => info.Inputs[input] is { Length: > 0 } named ? inputs[named].ToFloats() : [];
        }
    }

    private static OnnxTensor[] Tensors(string set, string kind) =>
        [.. Enumerable.Range(0, Directory.GetFiles(set, $"{kind}_*.pb").Length).Select(i => OnnxTensor.Load(Path.Combine(set, $"{kind}_{i}.pb")))];
}
