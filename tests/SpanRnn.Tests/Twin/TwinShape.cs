namespace SpanRnn.Tests.Twin;

/// <summary>The name and shape of one tensor; a vector has <paramref name="Columns"/> = 0.</summary>
public sealed record TwinShape(string Name, int Rows, int Columns = 0)
{
    public int Count => Columns == 0 ? Rows : Rows * Columns;
}
