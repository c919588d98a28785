namespace SpanRnn.Layers;

/// <summary>Whether the panels of one way are those of the weights, and whether the next update must bring them up.</summary>
internal sealed class PanelUpkeep
{
    private volatile bool _areBehind, _wereUsed, _isWanted, _wentWithout;

    /// <summary>Whether weights have changed that were not taken over.</summary>
    public bool AreBehind
    {
        get => _areBehind;
        set => _areBehind = value;
    }

    /// <summary>A training pass could not do without them, or could.</summary>
    public void Want(bool isWanted)
    {
        if (_isWanted != isWanted)
        {
            _isWanted = isWanted;
        }
    }

    /// <summary>Somebody uses them.</summary>
    public void Use()
    {
        if (!_wereUsed)
        {
            _wereUsed = true; // written once, not by every pass: passes of other threads read it
        }
    }

    /// <summary>A pass can do without panels: whether it is the first one since the weights changed.</summary>
    public bool IsFirstWithout()
    {
        bool isFirst = !_wentWithout;
        _wentWithout = true;
        return isFirst;
    }

    /// <summary>Weights change: until the end of it nobody may use the panels.</summary>
    /// <param name="mayLeave">Whether they may stay behind, if nobody wants them or has used them since the last time.</param>
    /// <returns>Whether they come along.</returns>
    public bool BeginPacking(bool mayLeave)
    {
        _areBehind = true;
        return !mayLeave || _isWanted || _wereUsed;
    }

    public void EndPacking(bool arePacked)
    {
        _areBehind = !arePacked;
        _wereUsed = _wentWithout = false;
    }
}
