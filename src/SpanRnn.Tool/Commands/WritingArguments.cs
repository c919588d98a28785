using System.CommandLine;
using SpanRnn.Tool.Writing;

namespace SpanRnn.Tool.Commands;

/// <summary>What a trained model shall write.</summary>
internal sealed class WritingArguments(int usualLength)
{
    public Option<string?> Prompt { get; } = new("--prompt") { Description = $"What the model reads first ({Writing.Prompt.Usual}).", HelpName = "TEXT" };

    public Option<double?> Temperature { get; } =
        Value.Number("--temperature", "0: always the likeliest character; higher: more varied (0.5).", 0, 100);

    public Option<int?> Length { get; } = Value.Whole("--length", $"Characters to write ({usualLength}).", 0, 100_000_000);

    public Option[] All => [Prompt, Temperature, Length];

    public WritingSettings Settings(ParseResult line, ulong seed) =>
        new(line.GetValue(Temperature) ?? 0.5, line.GetValue(Length) ?? usualLength, seed);
}
