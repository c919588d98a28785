namespace SpanRnn.Interchange.Keras;

/// <summary>Keras's recurrent layers.</summary>
public enum KerasKind
{
    /// <summary><c>SimpleRNN</c>.</summary>
    SimpleRnn,

    /// <summary><c>LSTM</c>.</summary>
    Lstm,

    /// <summary><c>GRU</c>.</summary>
    Gru,
}
