using System.CommandLine;
using System.Numerics.Tensors;
using SpanRnn.Formats;
using SpanRnn.Models;
using SpanRnn.Tool.Commands;
using SpanRnn.Tool.Display;

namespace SpanRnn.Tool.Experiments.Mnist;

/// <summary>Draws a test image in the terminal, and what a trained model takes it for.</summary>
internal sealed class MnistPredictCommand : Command
{
    private const string Shades = " ░▒▓█";

    private readonly ExperimentArguments _shared = new();
    private readonly Option<int?> _image = Value.Whole("--image", "Which of the test images, from 0 on (0).", 0, int.MaxValue);
    private readonly Option<string?> _model = new("--model")
    {
        Description = $"A model that mnist trained ({OutputArguments.UsualFolder}/mnist/lstm-1.safetensors).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _weights = WeightsArgument.Create("Reads the image row by row with matrices rounded to this format (float32, the rows at once).");

    public MnistPredictCommand(ToolContext context) : base("predict", "Draw a test image and tell what a trained model takes it for.")
    {
        foreach (Option option in (Option[])[_image, _model, _weights, _shared.Data])
        {
            Options.Add(option);
        }

        SetAction(line => Run(line, context.Output));
    }

    private int Run(ParseResult line, TextWriter output)
    {
        string path = line.GetValue(_model) ?? Path.Combine(OutputArguments.UsualFolder, "mnist", "lstm-1.safetensors");
        using LoadedModel loaded = ModelFile.Load(path);
        SequenceModelOptions options = loaded.Model.Options;
        MnistClassifier.Check(path, options);
        IReadOnlyList<string> files = MnistData.Files.Find(line.GetValue(_shared.Data));
        MnistImages images = MnistImages.Read(files[2], files[3]);
        int image = line.GetValue(_image) ?? 0;
        if (image >= images.Count)
        {
            throw new ToolException($"--image: expected 0 to {images.Count - 1}, found {image}.");
        }

        Draw(images.Pixels(image), output);
        ReadOnlySpan<float> probabilities = Probabilities(path, loaded.Model, images, image, line.GetValue(_weights));
        int answer = TensorPrimitives.IndexOfMax(probabilities);
        for (int digit = 0; digit < probabilities.Length; digit++)
        {
            string bar = new('█', (int)MathF.Round(40 * probabilities[digit]));
            output.WriteLine($"{digit}  {Figures.Two(100 * probabilities[digit]),6} %  {bar}".TrimEnd());
        }

        int label = images.Label(image);
        output.WriteLine($"Test image {image} is a {label}; the model takes it for a {answer}{(answer == label ? "" : ", which is wrong")}.");
        return 0;
    }

    private static float[] Probabilities(string path, SequenceModel model, MnistImages images, int image, string? weights)
    {
        if (weights is null)
        {
            using var classifier = new MnistClassifier(model);
            return classifier.Probabilities(images, image, 1).ToArray();
        }

        using var reader = MnistReader.Of(path, model, WeightsArgument.Of(weights));
        ReadOnlySpan<float> logits = reader.Read(images, image);
        float largest = logits[TensorPrimitives.IndexOfMax(logits)];
        double[] powers = [.. logits.ToArray().Select(logit => Math.Exp(logit - largest))];
        return [.. powers.Select(power => (float)(power / powers.Sum()))];
    }

    /// <summary>Two characters for a pixel, since characters are about twice as high as wide.</summary>
    private static void Draw(ReadOnlySpan<byte> pixels, TextWriter output)
    {
        for (int row = 0; row < MnistImages.Side; row++)
        {
            string text = "";
            for (int column = 0; column < MnistImages.Side; column++)
            {
                text += new string(Shades[pixels[row * MnistImages.Side + column] * (Shades.Length - 1) / 255], 2);
            }

            output.WriteLine(text.TrimEnd());
        }
    }
}
