using System.Text.RegularExpressions;
using SpanRnn.Interchange;
using SpanRnn.Lanes;
using SpanRnn.Tests.Support;

namespace SpanRnn.Tests.Laws;

/// <summary>
/// Whatever a step may call is known: from the sessions' steps every call is followed through the listing, and what leaves it is on a short list:
/// copies of memory, arithmetic on vectors, and what throws. So no lock, no thread, no allocation, no call of the system.
/// </summary>
internal sealed partial class CodeFactsOfCalls : ICodeFact
{
    /// <summary>The steps, and what imported ones call by a delegate.</summary>
    private static readonly string[] Roots = ["RecurrentSession:Step", "SequenceSession:Step", "ImportedSession:Step", "ScaleStage:Forward", "ActivationRows:Apply"];

    /// <summary>What need not be followed, by what it is.</summary>
    private static readonly (string What, Regex Name)[] Known =
    [
        ("throws, or fetches the text to throw with", Throws()),
        ("copies memory", Memory()),
        ("is arithmetic", Arithmetic()),
        ("calls a delegate, whose targets are roots", Delegates()),
        ("is for a team of threads alone, which was not given", Team()),
        ("is for the cell with a candidate alone", Candidate()),
    ];

    private static readonly Type[] Types = [.. typeof(Isa).Assembly.GetTypes(), .. typeof(ImportedModel).Assembly.GetTypes()];

    public IEnumerable<string> Differences(JitListing listing)
    {
        ILookup<string, JitMethod> methods = listing.Methods.ToLookup(method => method.Name);
        var differences = new List<string>();
        var leaves = new SortedSet<string>(StringComparer.Ordinal);
        var reached = new HashSet<string>(Roots, StringComparer.Ordinal);
        var open = new Queue<string>(Roots);
        differences.AddRange(Roots.Where(root => !methods.Contains(root)).Select(root => $"{root}: expected in the listing, found none."));
        while (open.TryDequeue(out string? name))
        {
            foreach (JitCall call in methods[name].SelectMany(method => method.Targets))
            {
                string[] targets = call.IsVirtual ? Overrides(call, methods) : methods.Contains(call.Name) ? [call.Name] : [];
                foreach (string target in targets.Where(reached.Add))
                {
                    open.Enqueue(target);
                }

                if (targets.Length == 0 && leaves.Add(call.Name) && !IsKnown(call.Name, listing.Lanes))
                {
                    differences.Add($"{name} calls {call.Name}");
                }
            }
        }

        return differences.Count == 0 ? [] :
        [
            .. differences,
            $"A step's code is {string.Join(", ", reached.Order(StringComparer.Ordinal))}.",
            $"It leaves that for {string.Join(", ", leaves)}.",
        ];
    }

    private static bool IsKnown(string name, int lanes) => Known.Any(known => known.Name.IsMatch(name))
        || OfLanes().Match(name) is { Success: true } width && width.Groups[1].Value != $"{lanes}"; // for vectors that this run does not use

    /// <summary>The compiled overrides of a virtual method.</summary>
    private static string[] Overrides(JitCall call, ILookup<string, JitMethod> methods)
    {
        string[] types = [.. Types.Where(type => IsBelow(type, call.Type)).Select(type => type.Name)];
        return [.. methods.Select(method => method.Key).Where(name => name.Contains(':') && JitCall.MethodOf(name) == call.Method && types.Contains(JitCall.TypeOf(name)))];
    }

    private static bool IsBelow(Type type, string name)
    {
        for (Type? parent = type; parent is not null; parent = parent.BaseType)
        {
            if (parent.Name == name)
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex(@"(^|\.)\w+(`\d+\[.*\])?:Throw\w*$|^CORINFO_HELP_(RNGCHKFAIL|THROW\w*|OVERFLOW|FAIL_FAST|STRCNS)$")]
    private static partial Regex Throws();

    [GeneratedRegex(@"^System\.SpanHelpers:(Memmove|ClearWithoutReferences|Fill)|^CORINFO_HELP_MEM(CPY|SET|ZERO)$")]
    private static partial Regex Memory();

    [GeneratedRegex(@"^System\.Math:|^System\.MathF:|^System\.Numerics\.Tensors\.TensorPrimitives:")]
    private static partial Regex Arithmetic();

    [GeneratedRegex(@"^RowFunction:Invoke$")]
    private static partial Regex Delegates();

    [GeneratedRegex(@"^(StreamLayer`2|StreamDense`1)\[.*\]:StepTogether$|^WorkerTeam:Divides$")]
    private static partial Regex Team();

    [GeneratedRegex(@"^StreamLayer`2\[(?!GruResetBefore).*\]:StepCandidate$")]
    private static partial Regex Candidate();

    [GeneratedRegex(@"\[Lanes(\d+)[\],]")]
    private static partial Regex OfLanes();
}
