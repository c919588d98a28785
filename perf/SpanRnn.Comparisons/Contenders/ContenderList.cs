using SpanRnn.Comparisons.Peers.OnnxRuntime;
using SpanRnn.Comparisons.Peers.PyTorch;
using SpanRnn.Comparisons.Roofline;

namespace SpanRnn.Comparisons.Contenders;

/// <summary>The contenders of a run, SpanRnn first, and the reasons for those that are missing.</summary>
internal sealed class ContenderList : IDisposable
{
    private readonly List<IContender> _present = [];
    private readonly List<string> _missing = [];

    public ContenderList(int threads, string[] torchVariants)
    {
        // SpanRnn's place: Add(() => new SpanRnnContender(threads));
        if (threads == 1) Add(() => new ReadContender());
        Add(() => new OrtContender(threads));
        foreach (string variant in torchVariants) Add(() => new TorchContender(TorchVariant.Of(variant, threads), threads));
    }

    public IReadOnlyList<IContender> Present => _present;

    public IReadOnlyList<string> Missing => _missing;

    public void Dispose()
    {
        foreach (IContender contender in _present) contender.Dispose();
    }

    private void Add(Func<IContender> create)
    {
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
