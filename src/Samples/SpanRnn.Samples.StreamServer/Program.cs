// A server of many streams: every client has its own state on the server, all share one set of weights, and the steps of all who wait are
// multiplied together.
//
//   dotnet run -c Release --project src/Samples/SpanRnn.Samples.StreamServer -- --model FILE         serve on http://127.0.0.1:5080
//   dotnet run -c Release --project src/Samples/SpanRnn.Samples.StreamServer -- --load               serve, drive it, print the figures
//   dotnet run -c Release --project src/Samples/SpanRnn.Samples.StreamServer -- --load --queue 32    the same with too short a queue
//
//   curl -X POST localhost:5080/streams                                          -> {"id":"s1-...","inputSize":8,"outputSize":4,...}
//   curl -X POST localhost:5080/streams/ID/steps -H 'content-type: application/json' -d '{"inputs":[1,2,3,4,5,6,7,8]}'
//   curl localhost:5080/streams/ID/snapshot -o state.bin                         and  curl -T state.bin localhost:5080/streams/ID/snapshot
//   curl -X POST localhost:5080/weights -H 'content-type: application/json' -d '{"file":"newer.safetensors"}'
//   curl -X DELETE localhost:5080/streams/ID                                     and  curl localhost:5080/metrics
//
// What it shows:
//   SequenceSessionBatch.StepMany: one matrix product for all who wait; each stream gets the bits of stepping alone. --load checks that.
//   Backpressure: a bounded queue in front of one batching loop; when it is full the answer is 429 with Retry-After, at once.
//   session.Use(weights): new weights for all streams between two steps, their states go on. Snapshots move a stream to another server.
// It has no accounts and no encryption: put it behind something that has.
//
// Where to look: BatchingLoop.cs is the heart, StreamTable.cs the streams, Endpoints.cs HTTP; LoadRun.cs drives and checks.

using SpanRnn.Samples;
using SpanRnn.Samples.StreamServer;

return SampleProgram.Run(args, StreamServerApp.Help, StreamServerApp.Run);
