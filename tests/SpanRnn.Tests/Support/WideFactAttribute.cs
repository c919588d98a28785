using SpanRnn.Lanes;
using Xunit;

namespace SpanRnn.Tests.Support;

/// <summary>A fact about what only vectors of so many lanes do, skipped on machines that have none.</summary>
public sealed class WideFactAttribute : FactAttribute
{
    public WideFactAttribute(int lanes = 16) =>
        Skip = Isa.Widest < lanes ? $"This machine has vectors of {Isa.Widest} lanes, the fact is about {lanes}." : null;
}
