using System.Globalization;

namespace SpanRnn.Tool.Experiments.Forecast;

/// <summary>How a series is transformed and a model of it trained.</summary>
internal sealed record ForecastSettings
{
    public required int Hidden { get; init; }

    /// <summary>Months of a sequence; 1: nothing is remembered (a look-back of 1).</summary>
    public required int Steps { get; init; }

    public required int Batch { get; init; }

    /// <summary>Passes over all sequences, of which there is one from each month on.</summary>
    public required double Epochs { get; init; }

    /// <summary>Adam's.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Whether it falls to 0 along half a cosine.</summary>
    public bool Falls { get; init; } = true;

    /// <summary>As AdamW's.</summary>
    public double WeightDecay { get; init; }

    public ForecastScale Scale { get; init; }

    public Guess Guess { get; init; }

    /// <summary>Whether the input has last period's value for the month to come.</summary>
    public bool ReadsSeason { get; init; }

    /// <summary>Whether the input has the value besides the differences.</summary>
    public bool ReadsLevel { get; init; }

    /// <summary>Whether the scale is measured on the whole series, test months included, as the published experiment does it.</summary>
    public bool ScalesByAll { get; init; }

    /// <summary>All of it in words, for people and for files.</summary>
    public override string ToString()
    {
        string scale = Scale switch { ForecastScale.Logarithm => "logarithm, ", ForecastScale.Root => "square root, ", _ => "" };
        string guess = Guess switch { Guess.None => "scaled to 0 to 1", Guess.Last => "first differences", _ => "first and seasonal differences" };
        string more = (ReadsSeason ? ", last period's besides" : "") + (ReadsLevel ? ", the value besides" : "");
        return string.Create(CultureInfo.InvariantCulture,
            $"{Hidden} units, {scale}{guess}{more}, scaled by {(ScalesByAll ? "the whole series" : "the training months")}, {Batch} sequence{(Batch == 1 ? "" : "s")} of {Steps} month{(Steps == 1 ? "" : "s")}, "
            + $"{Epochs} epochs, Adam {LearningRate}{(Falls ? " falling along a cosine" : "")}{(WeightDecay > 0 ? FormattableString.Invariant($", weight decay {WeightDecay}") : "")}");
    }
}
