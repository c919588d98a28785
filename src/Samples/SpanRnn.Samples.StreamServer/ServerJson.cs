using System.Text.Json.Serialization;

namespace SpanRnn.Samples.StreamServer;

/// <summary>How messages are written and read: code that the compiler generated, no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Messages.Opened))]
[JsonSerializable(typeof(Messages.StepsAsked))]
[JsonSerializable(typeof(Messages.StepsDone))]
[JsonSerializable(typeof(Messages.WeightsAsked))]
[JsonSerializable(typeof(Messages.WeightsUsed))]
[JsonSerializable(typeof(Messages.Figures))]
[JsonSerializable(typeof(Messages.Refusal))]
internal sealed partial class ServerJson : JsonSerializerContext;
