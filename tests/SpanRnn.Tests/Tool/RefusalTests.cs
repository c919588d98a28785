using SpanRnn.Formats;
using SpanRnn.Layers;
using SpanRnn.Models;
using Xunit;

namespace SpanRnn.Tests.Tool;

/// <summary>What the user can put right gets exit code 2 and one message that names it; nothing is trained and nothing is lost.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Theory]
    [InlineData("--hidden -3", "--hidden: expected 1 to 65536, found -3.")]
    [InlineData("--layers 0", "--layers: expected 1 to 64, found 0.")]
    [InlineData("--batch 99999999999", "--batch: expected 1 to 65536, found 99999999999.")]
    [InlineData("--steps many", "--steps: expected a whole number, found 'many'.")]
    [InlineData("--temperature -1", "--temperature: expected 0 to 100, found -1.")]
    [InlineData("--learning-rate nan", "--learning-rate: expected a number, found 'nan'.")]
    [InlineData("--dropout 1", "--dropout: expected 0 to below 1, found 1.")]
    [InlineData("--held-out 0.95", "--held-out: expected 0 to 0.9, found 0.95.")]
    [InlineData("--cells lstm,elman", "--cells: expected cells of rnn, rnn-relu, lstm, gru, gru-before, found 'elman'.")]
    [InlineData("--cells gru,gru", "--cells: expected each cell once, found 'gru' again.")]
    [InlineData("train --cell xlstm", "--cell: expected one of rnn, rnn-relu, lstm, gru, gru-before, found 'xlstm'.")]
    [InlineData("--bogus", "'--bogus'")]
    [InlineData("generate", "'MODEL'")]
    [InlineData("--keep-lines --drop-lines", "--keep-lines, --drop-lines: expected one of the two, found both.")]
    [InlineData("--first 20000", "expected at least 20000 characters, found 101")]
    [InlineData("--first 40", "expected at least 51 characters to train on, found 36 (40 less the 4 held out).")]
    [InlineData("--text {0}/none.txt", "none.txt: there is no such file.")]
    [InlineData("generate {0}/none.safetensors", "none.safetensors: there is no such file.")]
    [InlineData("train --resume {0}/none.safetensors", "none.safetensors: there is no such file.")]
    [InlineData("--prompt 早☃龘", "--prompt: '☃' (U+2603), '龘' (U+9F98) are not among the ")]
    public void A_wrong_command_line_is_refused(string line, string message) => Refused(line, message);

    [Fact]
    public void A_text_that_cannot_be_read_is_refused()
    {
        Refused($"--text {_tool.Write("empty.txt", "")}", "empty.txt: expected at least 1 character, found 0.");
        Refused($"--text {_tool.Write("latin.txt", [0x61, 0xE9, 0x62])}", "latin.txt: is not UTF-8: byte 0xE9 at position 1");
        Refused($"--text {_tool.Write("short.txt", "ten chars.")} --steps 20", "short.txt: expected at least 21 characters to train on, found 9");
    }

    [Fact]
    public void Streams_that_are_shorter_than_a_sequence_are_refused()
    {
        string text = _tool.Write("large.txt", string.Concat(Enumerable.Repeat("0123456789", 12_000)));
        Refused($"--text {text} --batch 500 --steps 500", "expected at least 250,001 characters to train on, for sequences of 500 in 500 streams, found 98,000.");
    }

    [Fact]
    public void A_model_file_that_is_none_is_refused()
    {
        Refused($"generate {_tool.Write("foreign.bin", "this is no model, whatever its name")}", "foreign.bin: ");
        Refused($"info {_tool.Write("empty.safetensors", "")}", "empty.safetensors: is of no known format: the file is empty");
        Assert.Equal(0, _tool.Run($"train --cell rnn --text {_tool.Text} --out {{0}} --iterations 1 {ToolRun.Small}"));
        byte[] whole = File.ReadAllBytes(_tool.Path("rnn.safetensors"));
        Refused($"generate {_tool.Write("cut.safetensors", whole[..^100])}", "cut.safetensors: ");
        Refused("train --resume {0}/rnn.safetensors", "expected a checkpoint that this tool wrote (*.checkpoint.safetensors), found a model.");
        Refused("generate {0}/rnn.safetensors --prompt t#e", "--prompt: '#' (U+0023) is not among the ");
    }

    [Fact]
    public void A_model_that_cannot_write_is_refused_by_its_kind()
    {
        SequenceModelOptions language = SequenceModelOptions.Language(CellKind.Gru, 3, 2, 4);
        Refused(Saved(language with { Recurrent = language.Recurrent with { Bidirectional = true } }, "abc"), "this model cannot write: it is bidirectional");
        Refused(Saved(language with { Head = HeadInput.LastStep }, "abc"), "this model cannot write: it gives one answer for a whole text");
        Refused(Saved(language, null), "the file does not say which characters its 3 rows stand for");
        Refused(Saved(new() { Recurrent = new() { InputSize = 5, HiddenSizes = [4] }, Outputs = 2 }, null), "this model cannot write: it takes 5 numbers at each step");
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_refused_before_training()
    {
        string file = _tool.Write("file", "in the way");
        Refused($"--text {_tool.Text} --out {file} {ToolRun.Small}", "cannot be written there");
        Refused($"train --text {_tool.Text} --out {{0}} --save {{0}} {ToolRun.Small}", "cannot be written there: It is a folder, not a file.");
        Assert.Equal("in the way", File.ReadAllText(file));
    }

    [Fact]
    public void A_model_that_is_too_large_is_refused() => Refused(
        "--hidden 65536 --embedding 65536 --cells rnn --out {0}/runs", "RNN (tanh): rnn.weight_ih_l0 [65536, 65536]: the model would need");

    [Fact]
    public void A_training_that_diverges_keeps_its_best_weights()
    {
        Refused(
            $"train --cell rnn-relu --learning-rate 1000 --clip 0 --iterations 500 --text {_tool.Text} --out {{0}}/runs {ToolRun.Small}",
            "RNN (ReLU): ", "Try a lower --learning-rate than 1000, or --clip 1.");
        Assert.Equal(0, _tool.Run("info {0}/runs/rnn-relu.safetensors"));
    }

    private string Saved(SequenceModelOptions options, string? vocabulary)
    {
        using var model = new SequenceModel(options);
        model.Initialize(1);
        ModelFile.Save(_tool.Path("model.safetensors"), model, vocabulary is null ? null : Vocabulary.Of(vocabulary));
        return "generate {0}/model.safetensors";
    }

    private void Refused(string line, params string[] parts)
    {
        Assert.Equal(2, _tool.Run(line));
        foreach (string part in parts)
        {
            Assert.Contains(part, _tool.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", _tool.Error, StringComparison.Ordinal);
        Assert.EndsWith("\n", _tool.Error, StringComparison.Ordinal);
        Assert.Equal(1, _tool.Error.Count(c => c == '\n'));
    }
}
