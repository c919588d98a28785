namespace SpanRnn.Workers;

/// <summary>Work that can be done in parts at the same time, because no part writes what another reads or writes.</summary>
internal interface IPartedWork
{
    /// <summary>Does part <paramref name="part"/> of <paramref name="parts"/>.</summary>
    void Run(int part, int parts);
}
