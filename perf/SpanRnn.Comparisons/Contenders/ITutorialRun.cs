namespace SpanRnn.Comparisons.Contenders;

/// <summary>A model in training on the tutorial's task; trained in slices so that contenders can take turns.</summary>
public interface ITutorialRun : IDisposable
{
    /// <summary>Goes on for this many iterations; seconds, and the last iteration's loss.</summary>
    (double Seconds, double Loss) Train(int iterations);

    /// <summary>Generates characters after the prompt, one step at a time; seconds.</summary>
    double Generate(int characters);
}
