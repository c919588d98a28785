using System.Globalization;

namespace SpanRnn.Samples.TelemetryAnomaly;

/// <summary>Alarms held against the labels.</summary>
/// <remarks>
/// A fault is found if an alarm is raised while it acts. An alarm while no fault acts is false, unless it comes in the
/// <see cref="FaultPlan.SettleSeconds"/> after one. A fault that was cut off by the end counts as far as it went.
/// </remarks>
internal sealed class Evaluation
{
    private readonly List<(Fault Fault, double? Seconds)> _faults = [];

    /// <param name="faults">What was injected.</param>
    /// <param name="alarms">What was raised.</param>
    /// <param name="steps">How many were served.</param>
    public Evaluation(IReadOnlyList<Fault> faults, IReadOnlyList<Alarm> alarms, int steps)
    {
        const int settle = FaultPlan.SettleSeconds * Sensors.Rate;
        long ill = 0;
        foreach (Fault fault in faults.Where(fault => fault.Start < steps))
        {
            Alarm[] within = [.. alarms.Where(alarm => alarm.Step >= fault.Start && alarm.Step < fault.End)];
            _faults.Add((fault, within.Length == 0 ? null : (within[0].Step - fault.Start) / (double)Sensors.Rate));
            TrueAlarms += within.Length;
            FalseAlarms -= alarms.Count(alarm => alarm.Step >= fault.Start && alarm.Step < fault.End + settle);
            ill += Math.Min(fault.End + settle, steps) - fault.Start;
        }

        FalseAlarms += alarms.Count;
        HealthyHours = (steps - ill) / (3600.0 * Sensors.Rate);
    }

    /// <summary>Faults, each with the seconds to its first alarm; null where there was none.</summary>
    public IReadOnlyList<(Fault Fault, double? Seconds)> Faults => _faults;

    /// <summary>Alarms while a fault acted.</summary>
    public int TrueAlarms { get; }

    /// <summary>Alarms while nothing was wrong.</summary>
    public int FalseAlarms { get; }

    /// <summary>Hours in which an alarm would have been false.</summary>
    public double HealthyHours { get; }

    /// <summary>All of it in a line.</summary>
    public string Summary
    {
        get
        {
            double[] times = [.. _faults.Where(fault => fault.Seconds is not null).Select(fault => fault.Seconds!.Value).Order()];
            int alarms = TrueAlarms + FalseAlarms;
            string found = _faults.Count == 0 ? "" : Text($"{Found} of {_faults.Count} found, recall {100 * Recall:F1} %");
            string soon = times.Length == 0 ? "" : Text($", after {times[times.Length / 2]:F2} s (median)");
            string right = _faults.Count == 0 || alarms == 0 ? "" : Text($"; {TrueAlarms} of {alarms} alarms right, precision {100 * Precision:F1} %");
            string wrong = Text($"false alarms: {FalseAlarms} in {HealthyHours:G3} healthy hours");
            return _faults.Count == 0 ? wrong : $"{found}{soon}{right}; {wrong}";

            static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Faults that were found.</summary>
    public int Found => _faults.Count(fault => fault.Seconds is not null);

    /// <summary>The share of faults that were found.</summary>
    public double Recall => (double)Found / _faults.Count;

    /// <summary>The share of alarms that were right.</summary>
    public double Precision => (double)TrueAlarms / (TrueAlarms + FalseAlarms);
}
