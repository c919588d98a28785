using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SpanRnn.Interchange;
using SpanRnn.Tool.Bench.Reports;
using SpanRnn.Tool.Experiments;
using SpanRnn.Tool.Experiments.Flow;
using SpanRnn.Tool.Training;

namespace SpanRnn.Tool.Reports;

/// <summary>Reports and settings as JSON: names in camel case, numbers as numbers, enumerations by name.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UseStringEnumConverter = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(ComparisonReport))]
[JsonSerializable(typeof(SavedRun))]
[JsonSerializable(typeof(ModelSummary))]
[JsonSerializable(typeof(CheckReport))]
[JsonSerializable(typeof(RoundingReport))]
[JsonSerializable(typeof(ExperimentReport))]
[JsonSerializable(typeof(SavedContender))]
[JsonSerializable(typeof(GradientFlowReport))]
[JsonSerializable(typeof(BenchReport))]
internal sealed partial class JsonReport : JsonSerializerContext
{
    /// <summary>For objects on a line of their own.</summary>
    public static JsonSerializerOptions OneLine =>
        field ??= new(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = false };

    /// <summary>With characters beyond ASCII as they are.</summary>
    public static JsonReport Readable =>
        field ??= new(new JsonSerializerOptions(Default.Options!) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
