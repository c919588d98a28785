// A keyboard that learns on the device: a small GRU suggests the next character and the rest of the word, and a thread beside it learns from
// what was typed while the suggestions go on.
//
//   dotnet run -c Release --project src/Samples/SpanRnn.Samples.Keyboard             type, Tab takes the rest of the word, Esc ends
//   dotnet run -c Release --project src/Samples/SpanRnn.Samples.Keyboard -- --built-in         a recorded user types, for 20 seconds
//   dotnet run -c Release --project src/Samples/SpanRnn.Samples.Keyboard -- --built-in --fast  the same without threads, the same figures each time
//
// What it shows:
//   Trainer.Step on a few windows at a time, half of them the user's, half of the first text, so that it does not forget what it knew.
//   session.Use(model.Freeze()) from the learner's thread, between two keystrokes of the other: no lock, no pause, the state goes on.
//   What a keystroke takes meanwhile, what it allocates (nothing), and how much better it suggests than the same network that did not learn.
// The shipped texts are small and were written for this sample (Texts/): the figures say that learning works, not how well it would for you.
//
// Where to look: Suggester.cs serves, Learner.cs learns, LearningThread.cs does it in the background; the rest is typing and counting.

using SpanRnn.Samples;
using SpanRnn.Samples.Keyboard;

return SampleProgram.Run(args, KeyboardApp.Help, KeyboardApp.Run);
