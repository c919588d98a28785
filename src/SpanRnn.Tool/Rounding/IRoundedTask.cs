using SpanRnn.Models;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Rounding;

/// <summary>What a model was not trained on, and how well it does there.</summary>
internal interface IRoundedTask
{
    /// <summary>What was read, for people.</summary>
    string Data { get; }

    /// <summary>What answers are counted in: characters, images.</summary>
    string Unit { get; }

    /// <summary>Answers there are.</summary>
    int Count { get; }

    /// <summary>The mean of <see cref="Judge"/>.</summary>
    Measure Measure { get; }

    /// <summary>A reader of its own with a format's weights.</summary>
    IRoundedReader Open(FrozenModel weights);

    /// <summary>What one answer adds to the measure.</summary>
    double Judge(int index, ReadOnlySpan<float> outputs);
}
