namespace SpanRnn.Samples;

/// <summary>What a sample may talk to.</summary>
/// <param name="Arguments">As Main gets them.</param>
/// <param name="Output">stdout.</param>
/// <param name="Stop">Ctrl+C.</param>
internal sealed record SampleContext(CommandLine Arguments, TextWriter Output, CancellationToken Stop);
