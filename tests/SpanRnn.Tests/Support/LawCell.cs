namespace SpanRnn.Tests.Support;

/// <summary>The cells that the laws are about: those of the engine, and the LSTM with a projection.</summary>
public enum LawCell
{
    Rnn,
    RnnRelu,
    Lstm,
    LstmWithProjection,
    Gru,
    GruResetBefore,
}
