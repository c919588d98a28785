using System.Runtime.InteropServices;
using SpanRnn.Comparisons.Workloads;

namespace SpanRnn.Comparisons.Peers.OneDnn;

/// <summary>The three cells' operations, forward and backward. Backward, each tensor's gradient is described as the tensor itself is.</summary>
internal static unsafe partial class DnnCells
{
    private const int Tanh = 0x2F;
    private const int Forwards = 0, BothConcatenated = 2;

    /// <summary>An operation whose pre-activations are PyTorch's: the GRU's reset gate comes after the product, which oneDNN calls LBR.</summary>
    public static void Describe(DnnOperation* operation, CellKind kind, DnnPass pass, int directions, DnnTensors t)
    {
        int way = directions == 2 ? BothConcatenated : Forwards;
        (int status, string call) = (kind, pass == DnnPass.Backward) switch
        {
            (CellKind.Lstm, false) => (LstmForward(
                operation, pass, way, t.X, t.State, t.State, t.W, t.R, t.B, t.Y, t.Final, t.Final, 0), "dnnl_lstm_forward_desc_init"),
            (CellKind.Lstm, true) => (LstmBackward(
                operation, pass, way, t.X, t.State, t.State, t.W, t.R, t.B, t.Y, t.Final, t.Final,
                t.X, t.State, t.State, t.W, t.R, t.B, t.Y, t.Final, t.Final, 0), "dnnl_lstm_backward_desc_init"),
            (CellKind.Gru, false) => (GruForward(
                operation, pass, way, t.X, t.State, t.W, t.R, t.B, t.Y, t.Final, 0), "dnnl_lbr_gru_forward_desc_init"),
            (CellKind.Gru, true) => (GruBackward(
                operation, pass, way, t.X, t.State, t.W, t.R, t.B, t.Y, t.Final,
                t.X, t.State, t.W, t.R, t.B, t.Y, t.Final, 0), "dnnl_lbr_gru_backward_desc_init"),
            (_, false) => (RnnForward(
                operation, pass, Tanh, way, t.X, t.State, t.W, t.R, t.B, t.Y, t.Final, 0, 0, 0), "dnnl_vanilla_rnn_forward_desc_init"),
            (_, true) => (RnnBackward(
                operation, pass, Tanh, way, t.X, t.State, t.W, t.R, t.B, t.Y, t.Final,
                t.X, t.State, t.W, t.R, t.B, t.Y, t.Final, 0, 0, 0), "dnnl_vanilla_rnn_backward_desc_init"),
        };
        DnnApi.Check(status, call);
    }

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_lstm_forward_desc_init")]
    private static partial int LstmForward(
        DnnOperation* operation, DnnPass pass, int way, DnnDescriptor* x, DnnDescriptor* h, DnnDescriptor* c, DnnDescriptor* w, DnnDescriptor* r,
        DnnDescriptor* b, DnnDescriptor* y, DnnDescriptor* lastH, DnnDescriptor* lastC, uint flags);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_lstm_backward_desc_init")]
    private static partial int LstmBackward(
        DnnOperation* operation, DnnPass pass, int way, DnnDescriptor* x, DnnDescriptor* h, DnnDescriptor* c, DnnDescriptor* w, DnnDescriptor* r,
        DnnDescriptor* b, DnnDescriptor* y, DnnDescriptor* lastH, DnnDescriptor* lastC, DnnDescriptor* dx, DnnDescriptor* dh, DnnDescriptor* dc,
        DnnDescriptor* dw, DnnDescriptor* dr, DnnDescriptor* db, DnnDescriptor* dy, DnnDescriptor* dLastH, DnnDescriptor* dLastC, uint flags);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_lbr_gru_forward_desc_init")]
    private static partial int GruForward(
        DnnOperation* operation, DnnPass pass, int way, DnnDescriptor* x, DnnDescriptor* h, DnnDescriptor* w, DnnDescriptor* r,
        DnnDescriptor* b, DnnDescriptor* y, DnnDescriptor* lastH, uint flags);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_lbr_gru_backward_desc_init")]
    private static partial int GruBackward(
        DnnOperation* operation, DnnPass pass, int way, DnnDescriptor* x, DnnDescriptor* h, DnnDescriptor* w, DnnDescriptor* r,
        DnnDescriptor* b, DnnDescriptor* y, DnnDescriptor* lastH, DnnDescriptor* dx, DnnDescriptor* dh,
        DnnDescriptor* dw, DnnDescriptor* dr, DnnDescriptor* db, DnnDescriptor* dy, DnnDescriptor* dLastH, uint flags);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_vanilla_rnn_forward_desc_init")]
    private static partial int RnnForward(
        DnnOperation* operation, DnnPass pass, int activation, int way, DnnDescriptor* x, DnnDescriptor* h, DnnDescriptor* w, DnnDescriptor* r,
        DnnDescriptor* b, DnnDescriptor* y, DnnDescriptor* lastH, uint flags, float alpha, float beta);

    [LibraryImport(DnnLibrary.Name, EntryPoint = "dnnl_vanilla_rnn_backward_desc_init")]
    private static partial int RnnBackward(
        DnnOperation* operation, DnnPass pass, int activation, int way, DnnDescriptor* x, DnnDescriptor* h, DnnDescriptor* w, DnnDescriptor* r,
        DnnDescriptor* b, DnnDescriptor* y, DnnDescriptor* lastH, DnnDescriptor* dx, DnnDescriptor* dh,
        DnnDescriptor* dw, DnnDescriptor* dr, DnnDescriptor* db, DnnDescriptor* dy, DnnDescriptor* dLastH, uint flags, float alpha, float beta);
}
