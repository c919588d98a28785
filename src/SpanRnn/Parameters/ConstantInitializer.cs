namespace SpanRnn.Parameters;

internal sealed class ConstantInitializer(float value) : Initializer
{
    public override void Fill(TensorView tensor, RandomStream random)
    {
        for (int row = 0; row < tensor.Rows; row++)
        {
            tensor.Row(row).Fill(value);
        }
    }
}
