using System.Text.Json;
using SpanRnn.Formats;
using SpanRnn.Interchange.Onnx;
using SpanRnn.Layers;
using SpanRnn.Models;
using SpanRnn.Tool.Bench;
using SpanRnn.Tool.Bench.Reports;
using SpanRnn.Tool.Display;
using SpanRnn.Tool.Training;
using Xunit;

namespace SpanRnn.Tests.Tool;

/// <summary>bench with a budget of a moment: what it says, in text, JSON and Markdown, not how fast anything is.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly ToolRun _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Latency_has_ordered_percentiles_blocks_and_garbage_and_allocates_nothing()
    {
        JsonElement report = _tool.Json("bench --seconds 0.2 --sections latency --cells lstm,gru --hidden 4,16 --json");
        Assert.True(report.GetProperty("isComplete").GetBoolean());
        JsonElement latency = report.GetProperty("latency");
        Assert.Equal(64 / 48_000.0 * 1e9, latency.GetProperty("budgetNanoseconds").GetDouble(), 3);
        Assert.True(latency.GetProperty("garbage").GetProperty("megabytesPerSecond").GetDouble() > 0);
        JsonElement[] rows = [.. latency.GetProperty("rows").EnumerateArray()];
        Assert.Equal(["LSTM 1 x 4", "LSTM 1 x 16", "GRU 1 x 4", "GRU 1 x 16"], rows.Select(row => row.GetProperty("name").GetString()));
        foreach (JsonElement figures in rows.SelectMany(row => new[] { row.GetProperty("alone"), row.GetProperty("besideGarbage") }))
        {
            Assert.Equal(0, figures.GetProperty("allocatedBytes").GetInt64());
            foreach (JsonElement durations in new[] { figures.GetProperty("step"), figures.GetProperty("block") })
            {
                double[] values = [.. new[] { "p50", "p99", "p999", "worst" }.Select(name => durations.GetProperty(name).GetDouble())];
                Assert.Equal(values.Order(), values);
                Assert.True(durations.GetProperty("count").GetInt64() > 0);
            }

            Assert.True(figures.GetProperty("block").GetProperty("p50").GetDouble() > 0);
        }

        Assert.Contains("latency of a step", _tool.Error, StringComparison.Ordinal);
        Assert.Contains("steps/s  done", _tool.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Formats_and_streams_have_a_row_for_each_with_what_they_are_held_against()
    {
        JsonElement report = _tool.Json("bench --seconds 0.1 --sections streams,formats --hidden 16 --json");
        JsonElement[] formats = [.. report.GetProperty("formats").EnumerateArray()], streams = [.. report.GetProperty("streams").EnumerateArray()];
        Assert.Equal(["Float32", "BFloat16", "Int8"], formats.Select(row => row.GetProperty("format").GetString()));
        Assert.Equal(1, formats[0].GetProperty("timesFloat32").GetDouble());
        Assert.All(formats, row => Assert.Equal(
            row.GetProperty("weightBytes").GetInt64() / row.GetProperty("nanoseconds").GetDouble(), row.GetProperty("gigabytesPerSecond").GetDouble(), 6));
        Assert.True(formats[0].GetProperty("weightBytes").GetInt64() > formats[1].GetProperty("weightBytes").GetInt64());
        Assert.True(formats[1].GetProperty("weightBytes").GetInt64() > formats[2].GetProperty("weightBytes").GetInt64());
        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128], streams.Select(row => row.GetProperty("streams").GetInt32()));
        Assert.All(streams, row => Assert.True(row.GetProperty("timesAlone").GetDouble() > 0));
        Assert.Equal(JsonValueKind.Null, report.GetProperty("latency").ValueKind);
    }

    [Fact]
    public void Every_section_has_its_table_and_its_steps()
    {
        BenchReport report = Tiny(CancellationToken.None);
        Assert.True(report.IsComplete);
        Assert.Equal(["latency", "audio", "formats", "streams", "flatness", "cores"], BenchTables.Of(report).Select(table => table.Id));
        Assert.All(BenchTables.Of(report), table => Assert.All(table.Rows, row => Assert.Equal(table.Headings.Count, row.Count)));
        FlatnessRow flat = Assert.Single(report.Flatness);
        Assert.Equal(50, flat.SilentSteps);
        Assert.True(flat.Silent > 0 && flat.Extreme > 0 && flat.AfterExtreme > 0);
        Assert.Equal(3, report.Cores.Count);
        Assert.All(report.Cores, row => Assert.True(row.OneNanoseconds > 0 && row.TeamNanoseconds > 0 && row.Times > 0));
        Assert.Equal("RNN (tanh) 1 x 8", Assert.Single(report.Latency!.Rows).Name);
    }

    [Fact]
    public void On_one_thread_there_are_no_cores_and_nothing_that_is_asked_for_in_vain()
    {
        Assert.DoesNotContain(BenchSection.Cores, new BenchRun(Small with { Threads = 1 }, null, CancellationToken.None).Sections);
        _tool.Refused("bench --sections cores --threads 1", "--sections", "on one thread");
    }

    [Fact]
    public void A_stopped_run_says_so_and_reports_what_it_knows()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        BenchReport report = Tiny(stop.Token);
        Assert.False(report.IsComplete);
        Assert.Empty(BenchTables.Of(report));

        Assert.Equal(130, _tool.Run("bench --seconds 0.1 --json --markdown {0}/stopped.md", stop.Token));
        Assert.Contains("Stopped", _tool.Error, StringComparison.Ordinal);
        Assert.Contains("Stopped before its end.", File.ReadAllText(_tool.Path("stopped.md")), StringComparison.Ordinal);
        Assert.Contains("\"isComplete\": false", _tool.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Sections_that_were_done_before_the_stop_are_kept()
    {
        using var stop = new CancellationTokenSource();
        var view = new StopAt("many streams", stop);
        BenchReport report = new BenchRun(Small, null, stop.Token).Run(view);
        Assert.False(report.IsComplete);
        Assert.Equal(["latency", "audio", "formats"], BenchTables.Of(report).Select(table => table.Id));
    }

    [Fact]
    public void A_model_of_ours_is_measured_in_three_formats_and_in_groups()
    {
        using (var model = new SequenceModel(SequenceModelOptions.Language(CellKind.Gru, vocabulary: 9, embedding: 4, hidden: 8)))
        {
            model.Initialize(1);
            ModelFile.Save(_tool.Path("tokens.safetensors"), model);
        }

        JsonElement report = _tool.Json("bench {0}/tokens.safetensors --seconds 0.3 --json --markdown {0}/new/tables.md");
        Assert.Equal("tokens.safetensors", report.GetProperty("model").GetString());
        foreach (string section in new[] { "formats", "flatness" })
        {
            Assert.Equal(["Float32", "BFloat16", "Int8"], report.GetProperty(section).EnumerateArray().Select(row => row.GetProperty("format").GetString()));
        }

        Assert.Equal(3, report.GetProperty("latency").GetProperty("rows").GetArrayLength());
        Assert.Equal(8, report.GetProperty("streams").GetArrayLength());
        Assert.Equal(0, report.GetProperty("cores").GetArrayLength());
        Assert.All(report.GetProperty("flatness").EnumerateArray(), row => Assert.Equal(JsonValueKind.Null, row.GetProperty("extreme").ValueKind)); // tokens
        string[] markdown = File.ReadAllLines(_tool.Path("new/tables.md"));
        Assert.Equal("# Latency of tokens.safetensors", markdown[0]);
        Assert.Contains(markdown, line => line.StartsWith("- `spanrnn bench ", StringComparison.Ordinal));
        Assert.Equal(
            ["## Latency of one step", "## 64 steps against an audio block", "## Weight formats", "## Many streams", "## Flatness"],
            markdown.Where(line => line.StartsWith("## ", StringComparison.Ordinal)));
        Assert.Contains(markdown, line => line.StartsWith("| tokens.safetensors, int8 | ", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_programs_model_is_measured_as_it_is()
    {
        using (var layers = new Recurrent(new RecurrentOptions { Cell = CellKind.Lstm, InputSize = 3, HiddenSizes = [8] }))
        {
            layers.Initialize(1);
            OnnxWriter.Save(_tool.Path("lstm.onnx"), layers);
        }

        Assert.Equal(0, _tool.Run("bench {0}/lstm.onnx --seconds 0.2"));
        Assert.Contains("Measures lstm.onnx: latency of a step, flatness; about 0.2 s", _tool.Output, StringComparison.Ordinal);
        foreach (string part in new[] { "Latency of one step.", "64 steps against an audio block.", "Flatness.", "p99.9", "an empty step", "0 B" })
        {
            Assert.Contains(part, _tool.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_measured_is_refused_by_name()
    {
        using (var layers = new Recurrent(new RecurrentOptions { InputSize = 3, HiddenSizes = [8], Bidirectional = true }))
        {
            layers.Initialize(1);
            OnnxWriter.Save(_tool.Path("both.onnx"), layers);
        }

        _tool.Refused("bench {0}/both.onnx", "both.onnx: cannot be stepped", "bidirectional");
        _tool.Refused("bench {0}/missing.onnx", "missing.onnx", "no such file");
        _tool.Refused($"bench {_tool.Write("text.bin", "no model")}", "text.bin");
        _tool.Refused("bench --seconds 0", "--seconds", "0.01");
        _tool.Refused("bench --threads 0", "--threads", "1 to 1024");
        _tool.Refused("bench --threads 1024", "--threads", "for each of this machine's");
        _tool.Refused("bench --cells lstm,blstm", "--cells", "'blstm'");
        _tool.Refused("bench --hidden 16,0", "--hidden", "1 to 8192", "'0'");
        _tool.Refused("bench --sections latency,speed", "--sections", "latency, formats, streams, flatness, cores", "'speed'");
        _tool.Refused("bench {0}/both.onnx --cells gru", "--cells", "a model is measured as it is");
        _tool.Refused($"bench --seconds 0.1 --markdown {_tool.Write("file", "")}/below.md", "below.md: cannot be written there");
    }

    private static BenchSettings Small => new()
    {
        Seconds = 0.1,
        Threads = 2,
        Cells = [CellKind.Rnn],
        LatencyUnits = [8],
        FormatUnits = [8],
        StreamUnits = [8],
        StreamCounts = [1, 3],
        FlatnessUnits = 8,
        SilentSteps = 50,
        CoreStepUnits = 8,
        CoreTextUnits = 8,
        CoreRowUnits = 8,
    };

    private static BenchReport Tiny(CancellationToken stop) => new BenchRun(Small, null, stop).Run(new PlainProgress(TextWriter.Null));

    /// <summary>Presses Ctrl+C when a section begins to tell of itself.</summary>
    private sealed class StopAt(string section, CancellationTokenSource stop) : IProgressView
    {
        public void Show(IReadOnlyList<string> names, Action<Action<int, TrainingProgress>> work) => work((place, progress) =>
        {
            if (names[place] == section)
            {
                stop.Cancel();
            }
        });
    }
}
