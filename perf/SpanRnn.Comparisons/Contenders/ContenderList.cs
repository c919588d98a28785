using SpanRnn.Comparisons.Contenders.Ours;
using SpanRnn.Comparisons.Peers.OneDnn;
using SpanRnn.Comparisons.Peers.OnnxRuntime;
using SpanRnn.Comparisons.Peers.PyTorch;
using SpanRnn.Comparisons.Roofline;
using SpanRnn.Comparisons.Rounds;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Contenders;

/// <summary>The contenders of a run, SpanRnn first, and the reasons for those that are missing.</summary>
internal sealed class ContenderList : IDisposable
{
    private readonly List<IContender> _present = [];
    private readonly List<string> _missing = [];

    private readonly string[] _wanted;

    /// <param name="threads">For every contender.</param>
    /// <param name="limits">What a yardstick of one thread takes its turn with; null for none.</param>
    /// <param name="torchVariants">As <see cref="TorchVariant.Of"/> knows them.</param>
    /// <param name="wanted">Beginnings of names; empty: all.</param>
    public ContenderList(int threads, Limits? limits, string[] torchVariants, string[] wanted)
    {
        _wanted = wanted;

        Add(RowResult.Ours, () => new SpanRnnContender(threads));
        if (limits is not null && threads == 1) Add(YardstickContender.Heading, () => new YardstickContender(limits));
        Add(Target.OnnxRuntime, () => new OrtContender(threads));
        Add(Target.OneDnn, () => new DnnContender(threads));
        foreach (TorchVariant variant in torchVariants.Select(key => TorchVariant.Of(key, threads)))
            Add(variant.Name, () => new TorchContender(variant, threads));
    }

    public IReadOnlyList<IContender> Present => _present;

    public IReadOnlyList<string> Missing => _missing;

    public void Dispose()
    {
        foreach (IContender contender in _present) contender.Dispose();
    }

    private void Add(string name, Func<IContender> create)
    {
        if (_wanted.Length > 0 && !_wanted.Any(name.StartsWith)) return;
        try
        {
            _present.Add(create());
        }
        catch (PeerMissingException missing)
        {
            _missing.Add(missing.Message);
        }
    }
}
