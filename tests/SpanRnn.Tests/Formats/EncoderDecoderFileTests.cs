using SpanRnn.Formats;
using SpanRnn.Models;
using SpanRnn.Tests.Support;
using SpanRnn.Training.Optimizers;
using SpanRnn.Training.Schedules;
using Xunit;

namespace SpanRnn.Tests.Formats;

/// <summary>Encoder-decoders in files: what is saved comes back to the bit, trainings go on as if they had not stopped.</summary>
public sealed class EncoderDecoderFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Cases => WritingCases.All;

    private string File => _folder.Path("m");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_saved_comes_back(string name)
    {
        using var model = new EncoderDecoder(WritingCases.Of(name).Options with { EndToken = 0 });
        DrawnModels.Fill(model.Weights);
        EncoderDecoderFile.Save(File, model, new Dictionary<string, string> { ["words"] = "a b" });
        using LoadedEncoderDecoder loaded = EncoderDecoderFile.Load(File);
        DrawnModels.AssertSame(model.Weights, loaded.Model.Weights);
        AssertSame(model.Options, loaded.Model.Options);
        Assert.Equal("a b", loaded.Metadata["words"]);
        Assert.Null(loaded.StepCount);
    }

    [Theory]
    [InlineData("general")]
    [InlineData("additive from both directions")]
    [InlineData("vector first, numbers fed back")]
    public void A_training_that_goes_on_has_the_bits_of_one_that_did_not_stop(string name)
    {
        WritingCase c = WritingCases.Of(name);
        EncoderDecoderOptions options = c.Options;
        options = options with { Decoder = options.Decoder with { HiddenSizes = [5, 4], Dropout = 0.3f }, Bridge = BridgeKind.Learned };
        using EncoderDecoder whole = new(options), stopped = new(options), resumed = new(options);
        whole.Initialize(4);
        stopped.Initialize(4);
        using (EncoderDecoderTrainer trainer = TrainerOf(c, stopped, seed: 6))
        {
            Train(trainer, c, 3);
            Checkpoint.Save(File, trainer, new Dictionary<string, string> { ["position"] = "3" });
        }

        using EncoderDecoderTrainer uninterrupted = TrainerOf(c, whole, seed: 6), goesOn = TrainerOf(c, resumed, seed: 77);
        Train(uninterrupted, c, 7);
        Assert.Equal("3", Checkpoint.Restore(File, goesOn)["position"]);
        Assert.Equal(3, goesOn.StepCount);
        Train(goesOn, c, 4);
        DrawnModels.AssertSame(whole.Weights, resumed.Weights);
        using LoadedEncoderDecoder loaded = EncoderDecoderFile.Load(File);
        Assert.Equal(3, loaded.StepCount);
        DrawnModels.AssertSame(stopped.Weights, loaded.Model.Weights);
    }

    [Fact]
    public void Files_of_other_kinds_and_damaged_options_are_refused_by_name()
    {
        WritingCase c = WritingCases.Of("general");
        using EncoderDecoder model = c.Load();
        using SequenceModel other = DrawnModels.Small();
        ModelFile.Save(File, other);
        Assert.Equal("expected an encoder-decoder, found a sequence model, use ModelFile.Load.", Refused());
        EncoderDecoderFile.Save(File, model);
        Assert.Contains("'encoder_decoder'", Assert.Throws<ModelFileException>(() => ModelFile.Load(File)).Reason, StringComparison.Ordinal);
        using EncoderDecoderTrainer trainer = c.Trainer(model);
        Assert.Contains("expected an encoder-decoder's checkpoint", Assert.Throws<ModelFileException>(() => Checkpoint.Restore(File, trainer)).Reason, StringComparison.Ordinal);
        Assert.Contains("'spanrnn.attention': expected one of none, dot, general, additive, found 'cosine'", Refused(("spanrnn.attention", "cosine")), StringComparison.Ordinal);
        Assert.Contains("'spanrnn.context': expected none, or some of", Refused(("spanrnn.context", "initial_state,sometimes")), StringComparison.Ordinal);
        Assert.Contains("attention.key.weight", Refused(("spanrnn.attention", "none")), StringComparison.Ordinal);
        Assert.Contains("Attention: a dot product needs outputs of one size", Refused(("spanrnn.attention", "dot")), StringComparison.Ordinal);
        Assert.Contains("bridge.weight: expected", Refused(("spanrnn.decoder.hidden_sizes", "9")), StringComparison.Ordinal);

        string Refused(params (string Key, string Value)[] changes)
        {
            if (changes.Length > 0)
            {
                SafetensorsWriter writer = EncoderDecoderFile.Writer("encoder_decoder", model, null, changes);
                writer.Save(File);
            }

            return Assert.Throws<ModelFileException>(() => EncoderDecoderFile.Load(File)).Reason;
        }
    }

    private static EncoderDecoderTrainer TrainerOf(WritingCase c, EncoderDecoder model, ulong seed) => c.Trainer(model, new()
    {
        Steps = 1,
        Optimizer = new Adam(),
        Schedule = Schedule.Cosine(0.05, 20),
        MaxGradientNorm = 1,
        TeacherForcing = Schedule.Linear(0.9, 10, 0.3),
        Seed = seed,
    });

    private static void Train(EncoderDecoderTrainer trainer, WritingCase c, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            c.Step(trainer);
        }
    }

    private static void AssertSame(EncoderDecoderOptions expected, EncoderDecoderOptions found)
    {
        Assert.Equal(expected with { Encoder = null, Decoder = found.Decoder }, found with { Encoder = null });
        DrawnModels.AssertSame(expected.Decoder, found.Decoder);
        Assert.Equal(expected.Encoder is null, found.Encoder is null);
        if (expected.Encoder is not null)
        {
            DrawnModels.AssertSame(expected.Encoder, found.Encoder!);
        }
    }
}
