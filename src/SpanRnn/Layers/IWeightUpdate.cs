namespace SpanRnn.Layers;

/// <summary>What changes weights, a range of the arena at a time: so that a layer can take over what was changed while it is in a near cache.</summary>
internal interface IWeightUpdate
{
    /// <summary>Changes some floats of the arena; both numbers are multiples of 16. Ranges that do not meet may be changed at once by several threads.</summary>
    void Run(int start, int length);
}
