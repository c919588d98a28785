namespace SpanRnn.Formats;

/// <summary>The numbers of one row of a matrix that is written.</summary>
internal delegate ReadOnlySpan<float> MatrixRow(int row);
