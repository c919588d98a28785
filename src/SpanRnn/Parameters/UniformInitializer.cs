namespace SpanRnn.Parameters;

internal sealed class UniformInitializer(float low, float high) : Initializer
{
    public override void Fill(TensorView tensor, RandomStream random)
    {
        for (int row = 0; row < tensor.Rows; row++)
        {
            random.FillUniform(tensor.Row(row), low, high);
        }
    }
}
