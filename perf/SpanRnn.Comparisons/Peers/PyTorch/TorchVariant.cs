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

    /// <summary>Variants by the name the command line knows them by; "openblas:Haswell" or "blis:3" name the BLAS's kernels too.</summary>
    public static TorchVariant Of(string key, int threads)
    {
        string[] parts = key.Split(':', 2);
        string kernels = parts.Length > 1 ? parts[1] : "";
        string suffix = kernels.Length > 0 ? " " + kernels : "";
        return parts[0] switch
        {
            "plain" => new("PyTorch plain", "", []),

            // On two threads OpenBLAS's own pool would fight PyTorch's: the OpenMP build shares one.
            "openblas" => new(
                "PyTorch OpenBLAS" + suffix, threads == 1 ? "openblas-pthread" : "openblas-openmp", Settings("OPENBLAS_CORETYPE", kernels, OpenBlasKernels)),
            "blis" => new("PyTorch BLIS" + suffix, "blis-openmp", Settings("BLIS_ARCH_TYPE", kernels, BlisKernels)),
            _ => throw new ArgumentException($"Unknown PyTorch variant '{key}': plain, openblas or blis.", nameof(key)),
        };
    }

    // The distribution's BLAS libraries are older than this processor may be, and one they do not know gets kernels of half the speed
    // (OpenBLAS) or a sixth (BLIS). So with AVX-512 the kernels are named; a variable the user has set already wins. Older processors
    // they know themselves. BLIS 0.9 takes a number and reads any word as 0, which is skx: "zen3" ended the process on a Zen 3.
    private static string OpenBlasKernels => Avx512F.IsSupported ? "SkylakeX" : "";

    private static string BlisKernels => Avx512F.IsSupported ? "skx" : "";

    private static (string, string)[] Settings(string variable, string given, string suited)
    {
        string kernels = given.Length > 0 ? given : suited;
        return kernels.Length == 0 ? s_neverTrim : [.. s_neverTrim, (variable, kernels)];
    }
}
