namespace SpanRnn.Samples.AudioEffect;

/// <summary>How a sample x is written; whole numbers of b bits hold round(2^(b-1) x), little-endian.</summary>
internal enum WavEncoding
{
    /// <summary>Whole numbers of 16 bits.</summary>
    Pcm16,

    /// <summary>Whole numbers of 24 bits.</summary>
    Pcm24,

    /// <summary>Whole numbers of 32 bits.</summary>
    Pcm32,

    /// <summary>IEEE floats of 32 bits.</summary>
    Float32,
}
