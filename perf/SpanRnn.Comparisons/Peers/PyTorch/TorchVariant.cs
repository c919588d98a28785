using System.Runtime.Intrinsics.X86;

namespace SpanRnn.Comparisons.Peers.PyTorch;

/// <summary>
/// PyTorch with one BLAS and the settings that suit it. Which BLAS is faster depends on the shape, so several variants run and the
/// fastest counts as PyTorch's best.
/// </summary>
/// <param name="Name">Column heading.</param>
/// <param name="Folder">Folder of the BLAS below the distribution's library folder; empty: the system's choice.</param>
/// <param name="Environment">Variables of the child process.</param>
internal sealed record TorchVariant(string Name, string Folder, (string Name, string Value)[] Environment)
{
    // A tensor of some hundred KiB would otherwise be mapped and unmapped by malloc at every step.
    private static readonly (string, string)[] s_neverTrim =
        [("MALLOC_TRIM_THRESHOLD_", "4294967296"), ("MALLOC_MMAP_THRESHOLD_", "4294967296"), ("MALLOC_TOP_PAD_", "67108864")];

    /// <summary>Variants by the name the command line knows them by.</summary>
    public static TorchVariant Of(string key, int threads) => key switch
    {
        "plain" => new("PyTorch plain", "", []),

        // On two threads OpenBLAS's own pool would fight PyTorch's: the OpenMP build shares one.
        "openblas" => new("PyTorch OpenBLAS", threads == 1 ? "openblas-pthread" : "openblas-openmp", [.. s_neverTrim, .. OpenBlasKernels()]),
        "blis" => new("PyTorch BLIS", "blis-openmp", [.. s_neverTrim, .. BlisKernels()]),
        _ => throw new ArgumentException($"Unknown PyTorch variant '{key}': plain, openblas or blis.", nameof(key)),
    };

    /// <summary>
    /// The distribution's BLAS libraries are older than this processor may be; one they do not know gets kernels of half the speed
    /// (OpenBLAS) or a sixth (BLIS). So the kernels are named by instruction set, unless the user named some.
    /// </summary>
    private static (string, string)[] OpenBlasKernels() =>
        Avx512F.IsSupported ? [("OPENBLAS_CORETYPE", "SkylakeX")] : [];

    private static (string, string)[] BlisKernels() =>
        Avx512F.IsSupported ? [("BLIS_ARCH_TYPE", "skx")] : Avx2.IsSupported ? [("BLIS_ARCH_TYPE", "haswell")] : [];
}
