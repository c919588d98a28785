return SpanRnn.Comparisons.CommandLine.Invoke(args);
