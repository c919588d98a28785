using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Streaming;
using SpanRnn.Training.Optimizers;
using Xunit;

namespace SpanRnn.Tests.Readme;

/// <summary>README's samples: what stands between the comments is compiled and run here, and stands in README word for word.</summary>
public sealed class ReadmeSamples
{
    [Fact]
    public void A_language_model_learns_to_count()
    {
        // sample: begin
        using var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Gru, vocabulary: 4, embedding: 8, hidden: 16));
        model.Initialize(seed: 1);
        using var trainer = new Trainer(model, new() { Steps = 3, Optimizer = new Adam(learningRate: 0.01) });
        for (int i = 0; i < 200; i++)
        {
            trainer.Step(tokens: [0, 1, 2], targets: [1, 2, 3]);    // what follows 0, 1, 2?
        }

        using SequenceSession session = model.CreateSession();      // the state of one stream; weights are shared
        Span<float> logits = stackalloc float[4];
        session.Step(token: 2, logits);                             // the largest is logits[3]
        // sample: end
        Assert.True(logits[3] > logits[0] && logits[3] > logits[1] && logits[3] > logits[2]);
    }

    [Fact]
    public void The_layers_alone_run_forward_backward_and_by_steps()
    {
        // sample: begin
        using var lstm = new Recurrent(new() { Cell = CellKind.Lstm, InputSize = 5, HiddenSizes = [6, 6] });   // nn.LSTM(5, 6, 2)
        lstm.Initialize(seed: 1);
        using RecurrentTape tape = lstm.Plan(maxSteps: 3, maxBatch: 1);
        float[] x = new float[3 * 1 * 5], y = new float[3 * 1 * 6], hn = new float[2 * 1 * 6], cn = new float[2 * 1 * 6];
        lstm.Forward(tape, steps: 3, batch: 1, lengths: [], x, h0: [], c0: [], y, hn, cn);

        float[] dy = [.. y.Select(_ => 1f)], dx = new float[x.Length];                                         // d sum(y) / d x
        using var gradients = lstm.CreateGradients();
        lstm.Backward(tape, dy, dhn: [], dcn: [], gradients, accumulate: false, dx, dh0: [], dc0: []);

        using RecurrentSession session = lstm.CreateSession();
        session.Step(x.AsSpan(0, 5), y.AsSpan(0, 6));                                                          // one step of one stream
        // sample: end
        Assert.Contains(dx, value => value != 0f);
        Assert.True(gradients.Layout.TryIndexOf("weight_hh_l1", out _));
    }

    [Fact]
    public void A_stream_goes_on_while_its_weights_are_exchanged()
    {
        // sample: begin
        using var model = new SequenceModel(new()
        {
            Recurrent = new() { Cell = CellKind.Lstm, InputSize = 1, HiddenSizes = [32] },
            Outputs = 1,
        });
        model.Initialize(seed: 1);

        FrozenModel weights = model.Freeze(WeightFormat.BFloat16);      // immutable; any number of sessions and threads share it
        using SequenceSession session = weights.CreateSession();
        session.Prewarm();                                              // code compiled, weights in the cache, no trace in the state
        float[] block = new float[64];
        session.Run(block, block);                                      // an audio callback: 64 steps, in place, 0 bytes, no lock

        session.Use(model.Freeze());                                    // from any thread, between steps: other weights, the same state
        byte[] snapshot = new byte[session.SnapshotSize];
        session.WriteSnapshot(snapshot);                                // ReadSnapshot goes on from here, tomorrow or elsewhere

        using SequenceSession other = session.Weights.CreateSession();
        other.ReadSnapshot(snapshot);
        using var batch = new SequenceSessionBatch(session.Weights, maxSessions: 100);
        float[] y = new float[2];
        batch.StepMany([session, other], [0.5f, 0.5f], y);              // one product for both; each has the bits of stepping alone
        // sample: end
        Assert.Equal(y[0], y[1]);
        Assert.NotEqual(0f, y[0]);
    }

    [Fact]
    public void A_classifier_of_sentences_is_trained_saved_loaded_and_asked()
    {
        // sample: begin
        (string Sentence, string Intent)[] examples =
        [
            ("what time is it?", "time"), ("tell me the time, please", "time"), ("is it noon yet?", "time"),
            ("will it rain today?", "weather"), ("how cold is it outside?", "weather"), ("do i need an umbrella?", "weather"),
            ("play some music", "music"), ("put on my favourite song", "music"), ("play the next song, please", "music"),
        ];
        string[] intents = ["time", "weather", "music"];

        // Words become numbers: 0 stands for every word that is not known.
        WordVocabulary words = WordVocabulary.Of(examples.Select(example => example.Sentence));

        // Embedding -> a GRU in both directions -> the largest over the steps -> a number for each intent.
        using var model = new SequenceModel(new()
        {
            Vocabulary = words.Count,
            Recurrent = new() { Cell = CellKind.Gru, InputSize = 16, HiddenSizes = [16], Bidirectional = true },
            Head = HeadInput.MaxSteps,
            Outputs = intents.Length,
        });
        model.Initialize(seed: 1);

        // Sentences of any length, one by one; Step also takes batches with a length for each.
        using var trainer = new Trainer(model, new() { Steps = 32, Optimizer = new Adam(learningRate: 0.01) });
        for (int epoch = 0; epoch < 30; epoch++)
        {
            foreach ((string sentence, string intent) in examples)
            {
                trainer.Step(words.Encode(sentence), targets: [Array.IndexOf(intents, intent)]);
            }
        }

        // One safetensors file holds the weights and what is needed to use them.
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.safetensors");
        ModelFile.Save(path, model, metadata: new Dictionary<string, string> { ["words"] = words.ToString(), ["intents"] = string.Join(',', intents) });

        // Elsewhere, later:
        using LoadedModel loaded = ModelFile.Load(path);
        words = WordVocabulary.Parse(loaded.Metadata["words"]);
        intents = loaded.Metadata["intents"].Split(',');
        using var predictor = new Predictor(loaded.Model, steps: 32, kind: OutputKind.Softmax);
        float[] probabilities = new float[intents.Length];
        predictor.Predict(words.Encode("tell me what time it is"), probabilities);    // the largest is that of "time"
        // sample: end
        File.Delete(path);
        Assert.Equal("time", intents[Array.IndexOf(probabilities, probabilities.Max())]);
        Assert.Equal(1, probabilities.Sum(), 1e-5);
        Assert.True(probabilities[0] > 0.5f, $"p(time) = {probabilities[0]}");
    }

    [Fact]
    public void An_encoder_decoder_learns_to_reverse_digits()
    {
        // sample: begin
        // Digits are the tokens 0 to 9; 10 starts a target and ends it.
        using var model = new EncoderDecoder(EncoderDecoderOptions.Translation(
            CellKind.Gru, sourceVocabulary: 10, targetVocabulary: 11, embedding: 16, hidden: 32, startToken: 10, endToken: 10, AttentionKind.General));
        model.Initialize(seed: 1);
        using var trainer = new EncoderDecoderTrainer(model, new() { Steps = 6, SourceSteps = 5, Optimizer = new Adam(learningRate: 0.003) });
        var random = new Random(1);
        for (int i = 0; i < 20000; i++)
        {
            int[] digits = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => random.Next(10))];
            trainer.Step(digits, targets: [.. digits.Reverse(), 10]);      // Step also takes batches of mixed lengths on both sides
        }

        using EncoderDecoderSession session = model.CreateSession(sourceSteps: 5);
        session.Read([3, 1, 4, 1, 5]);
        int[] tokens = new int[8];
        int count = session.Generate(new TokenSampler(temperature: 0), tokens);     // 5 tokens: 5, 1, 4, 1, 3
        // sample: end
        Assert.Equal([5, 1, 4, 1, 3], tokens[..count]);
    }

    [Fact]
    public void One_vector_becomes_a_sequence()
    {
        // sample: begin
        // One number in, a wave of so many turns out.
        using var model = new EncoderDecoder(EncoderDecoderOptions.Repeat(CellKind.Gru, vector: 1, hidden: 32, outputs: 1));
        model.Initialize(seed: 1);
        using var trainer = new EncoderDecoderTrainer(model, new() { Steps = 20, Optimizer = new Adam(learningRate: 0.003) });
        for (int i = 0; i < 6000; i++)
        {
            float turns = 1 + i % 3;
            trainer.Step(source: [turns], targets: Wave(turns));
        }

        using EncoderDecoderSession session = model.CreateSession(sourceSteps: 1);
        session.Read([2f]);
        float[] wave = new float[20];
        session.Generate(wave);                                     // close to Wave(2)

        static float[] Wave(float turns) => [.. Enumerable.Range(1, 20).Select(t => MathF.Sin(2 * MathF.PI * turns * t / 20))];
        // sample: end
        Assert.True(wave.Zip(Wave(2)).All(pair => MathF.Abs(pair.First - pair.Second) < 0.15f), string.Join(' ', wave));
    }

    [ReadmeFact]
    public void Samples_stand_in_the_readme_word_for_word()
    {
        string readme = File.ReadAllText(ReadmeFactAttribute.Readme!);
        string[] source = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(ReadmeFactAttribute.Readme)!, "tests", "SpanRnn.Tests", "Readme", "ReadmeSamples.cs"));
        int samples = 0;
        for (int line = 0; line < source.Length; line++)
        {
            if (source[line].Trim() != "// sample: begin")
            {
                continue;
            }

            IEnumerable<string> body = source.Skip(line + 1).TakeWhile(text => text.Trim() != "// sample: end");
            string sample = string.Join('\n', body.Select(text => text.Length >= 8 ? text[8..] : text.Trim()));
            Assert.Contains($"```csharp\n{sample}\n```", readme, StringComparison.Ordinal);
            samples++;
        }

        Assert.Equal(6, samples);
        Assert.Equal(samples, readme.Split("```csharp").Length - 1);
    }
}
