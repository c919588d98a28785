// An audio effect: a recurrent model runs over a WAV file, block by block, as it would inside a plug-in's audio callback.
//
//   dotnet run -c Release --project src/Samples/SpanRnn.Samples.AudioEffect
//       synthesises a plucked string and draws a small model by a seed, so that there is something to run
//   dotnet run -c Release --project src/Samples/SpanRnn.Samples.AudioEffect -- --model amp.json --input guitar.wav --output out.wav
//       runs a model of RTNeural (.json), GuitarML (.json) or Neural Amp Modeler (.nam, LSTM) over your recording
//
// What it shows:
//   ImportedModel.Open reads the file, whatever its format, without running code of it; its weights are shared.
//   model.CreateSession() gives each channel a state of its own.
//   session.Step(input, output) is all that happens in the callback: no allocation, no lock, no thread.
// It prints how long a block took (the median, the 99th and 99.9th of a hundred and of a thousand, the worst) beside the time there is until
// the next block, and how many bytes were allocated meanwhile.
//
// Where to look: EffectChannel.cs is the effect, EffectRun.cs the callback's stand-in; the rest is reading, writing and drawing.

using SpanRnn.Samples;
using SpanRnn.Samples.AudioEffect;

return SampleProgram.Run(args, AudioEffectApp.Help, AudioEffectApp.Run);
