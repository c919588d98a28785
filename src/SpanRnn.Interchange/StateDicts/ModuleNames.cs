using System.Text.RegularExpressions;
using SpanRnn.Formats;

namespace SpanRnn.Interchange.StateDicts;

/// <summary>How PyTorch names tensors: what wrappers put around names, and which names are a recurrent layer's.</summary>
internal static partial class ModuleNames
{
    private const string Gradient = "grad.";

    /// <summary>A name without what DataParallel (<c>module.</c>, at its start) and torch.compile (<c>_orig_mod.</c>) put into it.</summary>
    public static string Bare(string name) => TensorTable.Bare(name).Replace("._orig_mod.", ".", StringComparison.Ordinal);

    /// <summary>The parts of a recurrent layer's tensor name; null for any other.</summary>
    public static (string Prefix, string Name, bool IsCell)? Recurrent(string name)
    {
        Match match = RecurrentName().Match(name);
        return match.Success ? (name[..match.Groups["name"].Index], match.Groups["name"].Value, !match.Groups["layer"].Success) : null;
    }

    /// <summary>Whether it is the recorded gradient of another tensor, which has its shape.</summary>
    public static bool IsGradient(string name, TensorInfo info, IReadOnlyDictionary<string, TensorInfo> all) =>
        name.StartsWith(Gradient, StringComparison.Ordinal)
        && all.TryGetValue(name[Gradient.Length..], out TensorInfo? of) && of.Shape.SequenceEqual(info.Shape);

    /// <summary>Whether a module's weights go by such a name: then it cannot be passed over.</summary>
    public static bool LooksLikeWeights(string name) => WeightName().IsMatch(name);

    [GeneratedRegex(@"(^|\.)(?<name>((weight|bias)_(ih|hh)|weight_hr|weight_peephole)((?<layer>_l[0-9]{1,6})(_reverse)?)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex RecurrentName();

    [GeneratedRegex(@"(^|[._])(weight|bias|kernel|running_mean|running_var|num_batches_tracked)([._]|$)", RegexOptions.CultureInvariant)]
    private static partial Regex WeightName();
}
