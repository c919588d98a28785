namespace SpanRnn.Interchange.Stages;

/// <summary>Which row of a sequence goes on.</summary>
public enum SelectedStep
{
    /// <summary>The row of the last valid step; zeros for a sequence without steps.</summary>
    LastStep,

    /// <summary>
    /// The last layer's final hidden state, of both directions, side by side or merged as the layers say (forward's last step, reverse's at the first step): PyTorch's
    /// <c>h_n</c>, Keras's output of a Bidirectional without <c>return_sequences</c>. Must follow recurrent layers.
    /// </summary>
    FinalState,
}
