using SpanRnn.Comparisons.Reference;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Rounds;

/// <summary>Nobody is timed before the contenders are known to compute the same.</summary>
internal sealed class Agreement
{
    private readonly Workload _workload;
    private readonly float _tolerance;
    private float[]? _reference;
    private string _referee = "";

    public Agreement(Workload workload, WorkloadData data)
    {
        _workload = workload;

        // Adam divides by the root of the gradient's square, so its first steps magnify the last bits of small gradients.
        _tolerance = workload.Mode is WorkMode.TrainCharLm or WorkMode.TrainMnist ? 2e-3f : 1e-4f;
        if (!ScalarReference.Knows(workload)) return;
        _reference = ScalarReference.Check(workload, data);
        _referee = "the scalar reference";
    }

    /// <summary>Null, or what is wrong with these outputs. Without a scalar reference the first contender is the reference.</summary>
    public string? Complaint(string contender, float[] outputs, out double error)
    {
        error = 0;
        if (outputs.Length == 0) return null;
        if (_reference == null)
        {
            (_reference, _referee) = (outputs, contender);
            return null;
        }

        if (outputs.Length != _reference.Length)
            return $"{_workload.Name}: {contender} gives {outputs.Length} numbers, {_referee} {_reference.Length}";
        float scale = _workload.Trains ? Math.Max(1e-3f, _reference.Max(MathF.Abs)) : 1;
        int worst = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            double difference = Math.Abs(outputs[i] - _reference[i]) / scale;
            if (difference <= error) continue;      // also false for NaN, which is then the error
            (error, worst) = (difference, i);
            if (double.IsNaN(difference)) break;
        }

        return error <= _tolerance ? null
            : $"{_workload.Name}: {contender} disagrees with {_referee}: {outputs[worst]} for {_reference[worst]} at {worst} of {outputs.Length}";
    }
}
