namespace SpanRnn.Parameters;

internal sealed class GlorotUniformInitializer : Initializer
{
    public override void Fill(TensorView tensor, RandomStream random)
    {
        // A vector's fan in and fan out are both its length, as in Keras.
        double fans = tensor.Info.IsVector ? 2.0 * tensor.Columns : (double)tensor.Rows + tensor.Columns;
        Uniform((float)Math.Sqrt(6 / fans)).Fill(tensor, random);
    }
}
