using System.CommandLine;
using System.CommandLine.Parsing;
using SpanRnn.Layers;
using SpanRnn.Tool.Commands;

namespace SpanRnn.Tool.Experiments.Forecast;

/// <summary>Trains models that forecast monthly series.</summary>
internal sealed class ForecastCommand : ExperimentCommand
{
    private const string Airline = "airline", Sunspots = "sunspots", Published = "published";

    private readonly Option<string[]?> _series = new("--series")
    {
        Description = $"Which of {Airline} and {Sunspots} (both).",
        HelpName = "A,B",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = ParseSeries,
    };

    private readonly Option<int?> _first = Value.Whole("--first", "Take only the first N months.", 1, int.MaxValue);
    private readonly Option<bool> _heldOut = new("--hold-out")
    {
        Description = "The last quarter of the training months stands in for the test months: for choosing settings.",
    };

    private readonly Option<int?> _hidden = Value.Whole("--hidden", "Units.", 1, 65_536);
    private readonly Option<int?> _steps = Value.Whole("--steps", "Months of a sequence.", 1, 65_536);
    private readonly Option<double?> _rate = Value.Number("--learning-rate", "Adam's.", 0, 1000);
    private readonly Option<double?> _decay = Value.Number("--weight-decay", "As AdamW's.", 0, 1000);

    public ForecastCommand(ToolContext context) : base("forecast", "Forecast monthly series, one month ahead.", context)
    {
        foreach (Option option in (Option[])[Shared.Data, Shared.Epochs, _series, _first, _heldOut, _hidden, _steps, _rate, _decay])
        {
            Options.Add(option);
        }
    }

    protected override IExperiment Prepare(ParseResult line)
    {
        var series = new List<TimeSeries>();
        foreach (string name in SeriesOf(line))
        {
            (DataSet files, int period) = FilesOf(name);
            TimeSeries whole = TimeSeries.Read(name, files.Find(line.GetValue(Shared.Data))[0], period, line.GetValue(_first));
            series.Add(line.GetValue(_heldOut) ? whole.HoldOut(whole.TrainingCount / 4) : whole);
        }

        return new ForecastExperiment(series, line.GetValue(_heldOut), contender => SettingsOf(line, contender));
    }

    protected override IReadOnlyList<Contender> Contenders(ParseResult line)
    {
        var contenders = new List<Contender>();
        foreach (string series in SeriesOf(line))
        {
            foreach (Contender contender in Shared.Contenders(line, CellsOf(line)))
            {
                Contender named = contender with { Id = $"{series}-{contender.Id}", Name = $"{series}: {contender.Name}" };
                if (series == Airline && contender.Cell == CellKind.Lstm)
                {
                    contenders.Add(WithOptions(named with { Id = $"{series}-{Published}-{contender.Seed}", Name = $"{series}: LSTM as published" }));
                }

                contenders.Add(WithOptions(named));
            }
        }

        return contenders;

        Contender WithOptions(Contender contender)
        {
            ForecastSettings settings = SettingsOf(line, contender);
            return contender with { Epochs = settings.Epochs, Options = settings.ToString() };
        }
    }

    private static (DataSet Files, int Period) FilesOf(string series) => series == Airline
        ? (new DataSet("Airline passengers", "timeseries", ["airline-passengers.csv"],
            "144 monthly totals of Box and Jenkins (1976), public as airline-passengers.csv at https://github.com/jbrownlee/Datasets", "public"), 12)
        : (new DataSet("Sunspots", "timeseries", ["monthly-sunspots.csv"],
            "2,820 monthly means from 1749 to 1983, public as monthly-sunspots.csv at https://github.com/jbrownlee/Datasets", "public"), 132);

    private static string[]? ParseSeries(ArgumentResult result)
    {
        string[] found = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries);
        if (Array.Find(found, name => name is not (Airline or Sunspots)) is null && found.Distinct().Count() == found.Length)
        {
            return found;
        }

        result.AddError($"--series: expected {Airline}, {Sunspots} or both, found '{result.Tokens[0].Value}'.");
        return null;
    }

    private string[] SeriesOf(ParseResult line) => line.GetValue(_series) is { Length: > 0 } given ? given : [Airline, Sunspots];

    private ForecastSettings SettingsOf(ParseResult line, Contender contender)
    {
        if (contender.Id.StartsWith($"{Airline}-{Published}", StringComparison.Ordinal))
        {
            return new()
            {
                Hidden = 4,
                Steps = 1,
                Batch = 1,
                Epochs = 100,
                LearningRate = 0.001,
                Falls = false,
                ScalesByAll = true,
            };
        }

        ForecastSettings usual = contender.Id.StartsWith(Airline, StringComparison.Ordinal)
            ? new()
            {
                Hidden = 8,
                Steps = 1000,
                Batch = 1,
                Epochs = 50,
                LearningRate = 0.01,
                WeightDecay = 2,
                Scale = ForecastScale.Logarithm,
                Guess = Guess.LastAndSeason,
                ReadsSeason = true,
            }
            : new()
            {
                Hidden = 16,
                Steps = 132,
                Batch = 32,
                Epochs = 5,
                LearningRate = 0.005,
                WeightDecay = 1,
                Scale = ForecastScale.Root,
                Guess = Guess.Last,
                ReadsLevel = true,
            };
        return usual with
        {
            Hidden = line.GetValue(_hidden) ?? usual.Hidden,
            Steps = line.GetValue(_steps) ?? usual.Steps,
            Epochs = line.GetValue(Shared.Epochs) ?? usual.Epochs,
            LearningRate = line.GetValue(_rate) ?? usual.LearningRate,
            WeightDecay = line.GetValue(_decay) ?? usual.WeightDecay,
        };
    }
}
