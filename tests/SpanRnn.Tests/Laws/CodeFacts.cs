using SpanRnn.Tests.Support;
using Xunit;

namespace SpanRnn.Tests.Laws;

/// <summary>What the hot loops are compiled to: no call, nothing put aside on the stack, no instruction too many.</summary>
public sealed class CodeFacts
{
    [CodeFact(16, typeof(CodeFactsOfAllLoops))]
    public void No_loop_calls_or_spills_on_16_lanes() => Hold<CodeFactsOfAllLoops>(16);

    [CodeFact(8, typeof(CodeFactsOfAllLoops))]
    public void No_loop_calls_or_spills_on_8_lanes() => Hold<CodeFactsOfAllLoops>(8);

    [CodeFact(16, typeof(CodeFactsOfTiles))]
    public void A_tile_is_loads_broadcasts_and_multiply_adds_on_16_lanes() => Hold<CodeFactsOfTiles>(16);

    [CodeFact(8, typeof(CodeFactsOfTiles))]
    public void A_tile_is_loads_broadcasts_and_multiply_adds_on_8_lanes() => Hold<CodeFactsOfTiles>(8);

    [CodeFact(16, typeof(CodeFactsOfSteps))]
    public void A_step_reads_each_weight_by_its_multiply_add_on_16_lanes() => Hold<CodeFactsOfSteps>(16);

    [CodeFact(8, typeof(CodeFactsOfSteps))]
    public void A_step_reads_each_weight_by_its_multiply_add_on_8_lanes() => Hold<CodeFactsOfSteps>(8);

    [CodeFact(16, typeof(CodeFactsOfCalls))]
    public void A_step_takes_no_lock_starts_no_thread_allocates_nothing_and_calls_no_system_on_16_lanes() => Hold<CodeFactsOfCalls>(16);

    [CodeFact(8, typeof(CodeFactsOfCalls))]
    public void A_step_takes_no_lock_starts_no_thread_allocates_nothing_and_calls_no_system_on_8_lanes() => Hold<CodeFactsOfCalls>(8);

    [Fact]
    public void The_instrument_follows_calls_and_notices_what_a_step_must_not_do()
    {
        var listing = new JitListing(16, """
            ; Assembly listing for method SpanRnn.Layers.RecurrentSession:Step(System.ReadOnlySpan`1[float],System.Span`1[float]):this (FullOpts)
                   call     [rax+0x10]SpanRnn.Streaming.StreamLayer:Step(SpanRnn.Streaming.StreamRow,bool,SpanRnn.Workers.WorkerTeam):this
                   call     [SpanRnn.Kernels.StreamProduct`1[SpanRnn.Kernels.Weights.Int8]:Run[SpanRnn.Lanes.Lanes4]():this]
                   call     [SpanRnn.Memory.Slab:Throw():float[]]
            ; Assembly listing for method SpanRnn.Streaming.StreamLayer`2[SpanRnn.Cells.Lstm,SpanRnn.Kernels.Weights.Int8]:Step(SpanRnn.Streaming.StreamRow) (FullOpts)
                   call     CORINFO_HELP_NEWSFAST
                   tail.jmp [System.Threading.Monitor:Enter(System.Object)]
                   call     rax
                   call     [SpanRnn.Kernels.Zeros:Grow(int)]
            """.Split('\n'));
        string[] differences = [.. new CodeFactsOfCalls().Differences(listing).Where(line => line.Contains(" calls ", StringComparison.Ordinal))];
        Assert.Collection(
            differences,
            line => Assert.Equal("StreamLayer`2[Lstm,Int8]:Step calls CORINFO_HELP_NEWSFAST", line),
            line => Assert.Equal("StreamLayer`2[Lstm,Int8]:Step calls System.Threading.Monitor:Enter", line),
            line => Assert.Equal("StreamLayer`2[Lstm,Int8]:Step calls rax", line),
            line => Assert.Equal("StreamLayer`2[Lstm,Int8]:Step calls Zeros:Grow", line));
    }

    [Fact]
    public void The_instrument_notices_a_call_and_a_spill_in_a_loop()
    {
        var listing = new JitListing(16, """
            ; Assembly listing for method SpanRnn.Training.Optimizers.AdamPass:Run[SpanRnn.Lanes.Lanes16]():this (FullOpts)
            G_M000_IG02:                ;; offset=0x0000
                   call     [SpanRnn.Kernels.Zeros:Row(int):byref]
            G_M000_IG03:                ;; offset=0x0006
                   vfmadd231ps zmm0, zmm24, zmm27
                   vmovups  zmmword ptr [rbp-0x80], zmm0
                   call     [SpanRnn.Lanes.LaneMath:Flush[SpanRnn.Lanes.Lanes16](SpanRnn.Lanes.Lanes16):SpanRnn.Lanes.Lanes16]
                   jne      SHORT G_M000_IG03
            """.Split('\n'));
        string[] differences = [.. new CodeFactsOfAllLoops().Differences(listing).Where(line => line.StartsWith("AdamPass:Run[Lanes16]", StringComparison.Ordinal))];
        Assert.Collection(
            differences,
            line => Assert.Contains("arithmetic on one vector is a call", line, StringComparison.Ordinal),
            line => Assert.Contains("a spill: call     [SpanRnn.Lanes.LaneMath:Flush", line, StringComparison.Ordinal),
            line => Assert.Contains("a spill: vmovups  zmmword ptr [rbp-0x80], zmm0", line, StringComparison.Ordinal));
    }

    private static void Hold<TFact>(int lanes) where TFact : ICodeFact, new()
    {
        string[] differences = [.. new TFact().Differences(JitListing.At(lanes))];
        Assert.True(differences.Length == 0, string.Join(Environment.NewLine + Environment.NewLine, differences));
    }
}
