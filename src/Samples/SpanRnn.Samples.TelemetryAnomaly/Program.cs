// A telemetry anomaly detector at 125 Hz: a small GRU foresees the next reading of four coupled sensors of a rotating machine, and what it
// cannot foresee is an anomaly.
//
//   dotnet run -c Release --project src/Samples/SpanRnn.Samples.TelemetryAnomaly             two minutes at 125 Hz, live
//   dotnet run -c Release --project src/Samples/SpanRnn.Samples.TelemetryAnomaly -- --fast   an hour of telemetry, as fast as it goes
//
// What it shows:
//   Trainer.Step on healthy telemetry, a few seconds; the loss is the mean squared error of the next change.
//   A threshold from hours of further healthy telemetry, for a false alarm rate that you state.
//   model.CreateSession() and session.Step(input, output) in a loop with a deadline of 8 ms: no allocation, microseconds.
// Faults are injected with labels, so it can tell what it found, how soon, and what it cried wolf over. The machine is simulated (Machine.cs),
// and its faults with it: a real one will be harder.
//
// Where to look: Forecaster.cs is the network, Detector.cs the score, Serving.cs the loop; the rest is simulating, counting and drawing.

using SpanRnn.Samples;
using SpanRnn.Samples.TelemetryAnomaly;

return SampleProgram.Run(args, TelemetryApp.Help, TelemetryApp.Run);
