namespace SpanRnn.Tests.Support;

/// <summary>
/// The cells that the laws are about: those of the engine, the LSTM with a projection, and the general ones with drawn activations,
/// limits, peepholes and coupled gates.
/// </summary>
public enum LawCell
{
    Rnn,
    RnnRelu,
    Lstm,
    LstmWithProjection,
    Gru,
    GruResetBefore,
    GeneralRnn,
    GeneralLstm,
    GeneralGru,
    GeneralGruResetBefore,
}
