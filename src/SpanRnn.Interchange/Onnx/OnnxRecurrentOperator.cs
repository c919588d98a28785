namespace SpanRnn.Interchange.Onnx;

/// <summary>ONNX's recurrent operators.</summary>
public enum OnnxRecurrentOperator
{
    /// <summary>H = f(X W' + H' R' + Wb + Rb).</summary>
    Rnn,

    /// <summary>Gates i, o, f, c; with peepholes, clipping and coupled gates as settings.</summary>
    Lstm,

    /// <summary>Gates z, r, h; the reset before or after the product.</summary>
    Gru,
}
