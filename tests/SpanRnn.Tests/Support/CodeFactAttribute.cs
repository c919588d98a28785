using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using SpanRnn.Lanes;
using Xunit;

namespace SpanRnn.Tests.Support;

/// <summary>
/// A fact about compiled code, skipped where it cannot be known: narrower vectors, another processor, an unoptimised build. Other runtimes
/// may compile otherwise, so there a fact that does not hold is skipped too, and says what changed.
/// </summary>
public sealed class CodeFactAttribute : FactAttribute
{
    /// <summary>The runtime that the facts were pinned on.</summary>
    private static readonly Version Pinned = new(10, 0, 12);

    /// <param name="lanes">16 or 8.</param>
    /// <param name="fact">An <see cref="ICodeFact"/>.</param>
    public CodeFactAttribute(int lanes, Type fact) => Skip = WhyUnknown(lanes) ?? WhatChanged(lanes, fact);

    private static string? WhyUnknown(int lanes) =>
        RuntimeInformation.ProcessArchitecture != Architecture.X64 ? "The facts are about x64."
        : Isa.Widest < lanes ? $"This machine has vectors of {Isa.Widest} lanes, the facts are about {lanes}."
        : IsUnoptimised ? "The library was built without optimisation: use -c Release."
        : null;

    private static bool IsUnoptimised => typeof(Isa).Assembly.GetCustomAttribute<DebuggableAttribute>()?.IsJITOptimizerDisabled ?? false;

    private static string? WhatChanged(int lanes, Type fact)
    {
        if (Environment.Version == Pinned)
        {
            return null;
        }

        string[] differences = [.. ((ICodeFact)Activator.CreateInstance(fact)!).Differences(JitListing.At(lanes))];
        return differences.Length == 0 ? null
            : $"Pinned on .NET {Pinned}, this is {Environment.Version}, which compiles otherwise: {string.Join("; ", differences)}";
    }
}
