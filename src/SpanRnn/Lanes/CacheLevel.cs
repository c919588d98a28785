namespace SpanRnn.Lanes;

/// <summary>The levels of a processor's caches, the nearest first.</summary>
internal enum CacheLevel
{
    First,
    Second,
    Third,
}
