namespace SpanRnn.Parameters;

internal sealed class NormalInitializer(float deviation) : Initializer
{
    public override void Fill(TensorView tensor, RandomStream random)
    {
        for (int row = 0; row < tensor.Rows; row++)
        {
            random.FillNormal(tensor.Row(row), 0f, deviation);
        }
    }
}
