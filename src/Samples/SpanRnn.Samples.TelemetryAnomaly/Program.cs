using SpanRnn.Samples;
return SampleProgram.Run(args, "", _ => { });
