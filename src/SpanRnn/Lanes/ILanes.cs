namespace SpanRnn.Lanes;

/// <summary>A vector of floats of some width: everything above this folder is written once, over any width.</summary>
/// <remarks>
/// Every member is exact or correctly rounded (IEEE 754), so a computation gives identical bits at every width.
/// <see cref="Min"/> and <see cref="Max"/> return the second argument when either is NaN, as SSE does.
/// </remarks>
internal interface ILanes<V> where V : struct, ILanes<V>
{
    /// <summary>How many floats a vector holds.</summary>
    static abstract int Width { get; }

    /// <summary>How many such vectors the machine can hold in registers.</summary>
    static abstract int Registers { get; }

    /// <summary>Every lane holds <paramref name="value"/>.</summary>
    static abstract V Of(float value);

    /// <summary>Reads <see cref="Width"/> floats from <paramref name="source"/> on.</summary>
    static abstract V Load(ref readonly float source);

    /// <summary>Reads <see cref="Width"/> numbers of 16 bits, a float's upper half each, from <paramref name="source"/> on: exact.</summary>
    static abstract V LoadBFloat16(ref readonly ushort source);

    /// <summary>The same of two vectors whose numbers lie in turns: one read, and no number moves to another lane.</summary>
    static abstract (V Even, V Odd) LoadBFloat16Pair(ref readonly ushort source);

    /// <summary>Reads <see cref="Width"/> whole numbers of 8 bits from <paramref name="source"/> on: exact.</summary>
    static abstract V LoadInt8(ref readonly sbyte source);

    /// <summary>Writes <see cref="Width"/> floats from <paramref name="destination"/> on.</summary>
    void Store(ref float destination);

    static abstract V operator +(V a, V b);

    static abstract V operator -(V a, V b);

    static abstract V operator *(V a, V b);

    static abstract V operator /(V a, V b);

    // The same with a number: as a vector of its own each would cost the compiler several variables, of which it tracks only so many.
    static abstract V operator +(V a, float b);

    static abstract V operator -(V a, float b);

    static abstract V operator *(V a, float b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract V Fma(V a, V b, V c);

    /// <summary>sum += a * b, rounded once.</summary>
    /// <remarks>
    /// For loops, whose sums stay in their registers: of sum = Fma(a, b, sum) the compiler makes a vector apart, in the register of a or b if that is no longer
    /// needed, and then copies it to the sum's.
    /// </remarks>
    static abstract void AddProduct(ref V sum, V a, V b);

    /// <summary>sum += a * b, rounded once, where b is read from memory by the instruction itself.</summary>
    static abstract void AddProduct(ref V sum, V a, ref readonly float b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract V Fma(V a, float b, V c);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract V Fma(V a, V b, float c);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract V Fma(V a, float b, float c);

    /// <summary>c - a * b, rounded once.</summary>
    static abstract V FmaNegated(V a, V b, V c);

    /// <summary>c - a * b, rounded once.</summary>
    static abstract V FmaNegated(V a, float b, V c);

    /// <summary>-(a * b) - c, rounded once.</summary>
    static abstract V FmaBothNegated(V a, float b, V c);

    /// <summary>a &lt; b ? a : b.</summary>
    static abstract V Min(V a, V b);

    /// <summary>a &gt; b ? a : b.</summary>
    static abstract V Max(V a, V b);

    /// <summary>a, but at least <paramref name="low"/> and at most <paramref name="high"/>; NaN stays NaN.</summary>
    static abstract V Clamp(V a, float low, float high);

    static abstract V Abs(V a);

    /// <summary>The magnitude of <paramref name="magnitude"/> with the sign of <paramref name="sign"/>.</summary>
    static abstract V CopySign(V magnitude, V sign);

    static abstract V Sqrt(V a);

    /// <summary>To the nearest integer, halves to even.</summary>
    static abstract V Round(V a);

    /// <summary>a * 2^n for an integer n in [-125, 128].</summary>
    static abstract V Ldexp(V a, V n);

    /// <summary>2^n of n + <see cref="LaneMath.Shifter"/>, for an integer n in [-126, 127]; infinity for 128, and of NaN any number.</summary>
    static abstract V PowerOfTwo(V shifted);

    /// <summary>0 where |a| &lt; <paramref name="bound"/>, a positive number, else a; NaN stays NaN. Sooner done than a comparison and a choice.</summary>
    static abstract V ZeroBelow(V a, float bound);

    /// <summary>a &lt; b ? yes : no, lane by lane; NaN chooses <paramref name="no"/>.</summary>
    static abstract V IfLess(V a, V b, V yes, V no);

    /// <summary>The sum of all lanes, always by halves: (lower half + upper half), and so on.</summary>
    static abstract float Sum(V a);

    /// <summary>The largest lane.</summary>
    static abstract float Largest(V a);
}
