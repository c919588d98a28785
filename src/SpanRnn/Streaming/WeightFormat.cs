namespace SpanRnn.Streaming;

/// <summary>How frozen weights are kept. Inputs, states and outputs stay float32, and so does every sum.</summary>
public enum WeightFormat
{
    /// <summary>As they are trained.</summary>
    Float32,

    /// <summary>The upper half of a float32: half the bytes, each weight within 2^-9 of itself.</summary>
    BFloat16,

    /// <summary>
    /// Whole numbers from -127 to 127 with a scale for each row of a matrix: a quarter of the bytes, each weight within 1/254 of its row's largest.
    /// Sums are scaled at their end, so inputs beyond about 1e36 overflow.
    /// </summary>
    Int8,
}
