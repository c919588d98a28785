namespace SpanRnn.Comparisons.Workloads;

/// <summary>What SpanRnn has to reach in a row: times as fast as a peer, and a fraction of the roofline.</summary>
/// <param name="Peer">The start of the peer's name; of several variants the fastest counts.</param>
/// <param name="Ratio">Peer's median over SpanRnn's, at least.</param>
/// <param name="Fraction">Roofline time over SpanRnn's median, at least.</param>
public sealed record Target(string Peer = "", double? Ratio = null, double? Fraction = null)
{
    public const string OnnxRuntime = "ONNX Runtime";
    public const string OneDnn = "oneDNN";
    public const string PyTorch = "PyTorch";

    /// <summary>Every peer, in the order of the reports.</summary>
    public static readonly string[] Peers = [OnnxRuntime, OneDnn, PyTorch];

    public static readonly Target None = new();

    public override string ToString() => (Ratio, Fraction) switch
    {
        (null, null) => "",
        (null, _) => Show.Number(Fraction.Value) + " of roofline",
        (_, null) => Show.Number(Ratio.Value) + "x " + Peer,
        _ => Show.Number(Ratio.Value) + "x " + Peer + ", " + Show.Number(Fraction.Value) + " of roofline",
    };
}
