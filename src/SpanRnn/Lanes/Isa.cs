using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SpanRnn.Lanes;

/// <summary>A loop written once over vectors of any width.</summary>
/// <remarks>
/// One small enough to be inlined where it is called, beside its siblings of the other widths, must forbid that: together they exceed
/// what the compiler inlines into one method, and arithmetic of single vectors would become calls.
/// </remarks>
internal interface IKernel
{
    void Run<V>() where V : struct, ILanes<V>;
}

/// <summary>
/// How many lanes this machine's vectors have: chosen once; <c>SPANRNN_LANES</c> (16, 8, 4 or 1) may only lower it. And what is known of its caches.
/// </summary>
/// <remarks>The results do not depend on it, to the bit.</remarks>
internal readonly struct Isa
{
    private Isa(int lanes, CacheLevel keepsUp) => (Lanes, KeepsUp) = (lanes, keepsUp);

    /// <summary>The widest vectors of this machine, or what the environment lowers them to.</summary>
    public static Isa Best { get; } = new(Math.Min(Widest, FromEnvironment()), KeepsUpHere());

    /// <summary>The widest vectors of this machine.</summary>
    public static int Widest =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? 16 : Vector256.IsHardwareAccelerated ? 8 : Vector128.IsHardwareAccelerated ? 4 : 1;

    public int Lanes { get; }

    /// <summary>
    /// The furthest cache that keeps up with multiply-adds where two products read their weights side by side, measured on one processor of each kind
    /// (perf/NOTES.md): the third on AMD's family 25, whose operations of 16 lanes are two halves; the second on its later ones, which do them whole; none but the
    /// first on Intel's servers.
    /// </summary>
    public CacheLevel KeepsUp { get; }

    /// <summary>
    /// Whether the third-level cache is so far that a panel which every step reads is better asked for, and what else leaves the second is better not read again: Intel's
    /// servers have one for all cores, and 29 GB/s of it were measured where the second-level cache gives 130.
    /// </summary>
    public bool HasFarThirdLevel => KeepsUp == CacheLevel.First;

    /// <summary>Vectors of exactly so many lanes, even where the machine must emulate them, and caches of which so many keep up: for tests.</summary>
    public static Isa Of(int lanes, CacheLevel keepsUp = CacheLevel.Third) => lanes switch
    {
        16 when Avx512F.IsSupported => new(16, keepsUp),
        16 or 8 => new(8, keepsUp),
        4 or 1 => new(lanes, keepsUp),
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "Vectors have 16, 8, 4 or 1 lanes."),
    };

    /// <summary>These vectors, or narrower ones where so few units would leave more than half of their lanes empty.</summary>
    public Isa AtMost(int units) => units <= 4 ? AtMostLanes(4) : units <= 8 ? AtMostLanes(8) : this;

    private Isa AtMostLanes(int lanes) => new(Math.Min(Lanes, lanes), KeepsUp);

    /// <summary>The narrower of two widths.</summary>
    public Isa AtMost(Isa other) => Lanes <= other.Lanes ? this : other;

    /// <summary>The one switch on the width: once for each kernel call.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Run<TKernel>(scoped ref TKernel kernel) where TKernel : struct, IKernel, allows ref struct
    {
        switch (Lanes)
        {
            case 16: kernel.Run<Lanes16>(); break;
            case 8: kernel.Run<Lanes8>(); break;
            case 4: kernel.Run<Lanes4>(); break;
            default: kernel.Run<Lanes1>(); break;
        }
    }

    private static CacheLevel KeepsUpHere()
    {
        if (!X86Base.IsSupported)
        {
            return CacheLevel.First;
        }

        (_, int first, int third, int second) = X86Base.CpuId(0, 0);
        if (!MemoryMarshal.AsBytes<int>([first, second, third]).SequenceEqual("AuthenticAMD"u8))
        {
            return CacheLevel.First;
        }

        // The family is a sum of two fields where the first is full, as it is on all that are meant here.
        const int lastOfHalves = 25;
        int signature = X86Base.CpuId(1, 0).Eax, family = (signature >> 8 & 15) + (signature >> 20 & 255);
        return family <= lastOfHalves ? CacheLevel.Third : CacheLevel.Second;
    }

    private static int FromEnvironment()
    {
        string? text = Environment.GetEnvironmentVariable("SPANRNN_LANES");
        return text switch
        {
            null or "" => int.MaxValue,
            "16" => 16,
            "8" => 8,
            "4" => 4,
            "1" => 1,
            _ => throw new InvalidOperationException($"SPANRNN_LANES: expected 16, 8, 4 or 1, found \"{text}\"."),
        };
    }
}
