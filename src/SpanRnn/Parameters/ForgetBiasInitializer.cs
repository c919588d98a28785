namespace SpanRnn.Parameters;

internal sealed class ForgetBiasInitializer(float value, Initializer others) : Initializer
{
    public override void Fill(TensorView tensor, RandomStream random)
    {
        if (!tensor.Info.IsVector || tensor.Columns % 4 != 0)
        {
            throw new ArgumentException($"{tensor.Info.Name} {tensor.Info.ShapeText}: a forget bias needs a vector of 4 H numbers, an LSTM's.");
        }

        int hidden = tensor.Columns / 4;
        others.Fill(tensor, random);
        tensor.Row(0).Slice(hidden, hidden).Fill(value);
    }
}
