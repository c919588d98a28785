using SpanRnn.Lanes;
using Xunit;

namespace SpanRnn.Tests.Support;

/// <summary>A fact about what only vectors of 16 lanes do, skipped on machines that have none.</summary>
public sealed class WideFactAttribute : FactAttribute
{
    public WideFactAttribute() => Skip = Isa.Widest < 16 ? $"This machine has vectors of {Isa.Widest} lanes, the fact is about 16." : null;
}
