namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>A primitive's arguments, in the numbers of oneDNN's C API. States are those of all layers and directions.</summary>
internal enum DnnSlot
{
    X = 1,
    H = 2,
    C = 3,
    Y = 17,
    LastH = 18,
    LastC = 19,
    W = 33,
    R = 34,
    B = 41,
    Workspace = 64,
    DX = 129,
    DH = 130,
    DC = 131,
    DY = 145,
    DW = 161,
    DR = 162,
    DB = 169,

    /// <summary>A reorder's.</summary>
    From = X,

    /// <summary>A reorder's.</summary>
    To = Y,
}
