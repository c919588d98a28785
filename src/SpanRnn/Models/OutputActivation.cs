using SpanRnn.Kernels;
using SpanRnn.Lanes;
using SpanRnn.Layers;

namespace SpanRnn.Models;

/// <summary>Rows of a head's numbers become what is asked for, in place.</summary>
internal static class OutputActivation
{
    public static void Apply(Isa isa, OutputKind kind, RowView rows, int columns)
    {
        if (kind == OutputKind.Softmax)
        {
            var softmax = new Softmax { X = ref rows.Origin, Rows = rows.Count, Columns = columns, Stride = rows.Stride };
            isa.Run(ref softmax);
        }
        else if (kind == OutputKind.Sigmoid)
        {
            var sigmoid = new SigmoidPass { X = ref rows.Origin, Length = (nint)rows.Count * rows.Stride };
            isa.Run(ref sigmoid);
        }
    }
}
