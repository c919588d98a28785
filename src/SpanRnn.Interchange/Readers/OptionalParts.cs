using System.Diagnostics.CodeAnalysis;

namespace SpanRnn.Interchange.Readers;

/// <summary>What a trimmed program can leave out, by a feature switch in its project file.</summary>
internal static class OptionalParts
{
    /// <summary>
    /// Whether <see cref="ImportedModel.Open"/> reads ONNX. With
    /// <c>&lt;RuntimeHostConfigurationOption Include="SpanRnn.Interchange.Onnx" Value="false" Trim="true" /&gt;</c> the trimmer cuts it away,
    /// and Google.Protobuf with it, which is larger than all else here and not free of trim warnings.
    /// </summary>
    [FeatureSwitchDefinition("SpanRnn.Interchange.Onnx")]
    public static bool Onnx => !AppContext.TryGetSwitch("SpanRnn.Interchange.Onnx", out bool isOn) || isOn;
}
