using SpanRnn.Tool.Training;
using SpanRnn.Workers;

namespace SpanRnn.Tool.Experiments;

/// <summary>An experiment with its data read: makes models for contenders, and judges them when they are trained.</summary>
internal interface IExperiment
{
    /// <summary>The subcommand, and the folder of its files below --out: "mnist".</summary>
    string Id { get; }

    /// <summary>What is told before training begins, a line each: the data and its parts, the models, the settings.</summary>
    IReadOnlyList<string> Announcement { get; }

    /// <summary>Tells one set of data, and one way of cutting it, from another: see <see cref="DataDigest"/>. A training is resumed on the same.</summary>
    string Digest { get; }

    /// <summary>The columns of the table, the main one first.</summary>
    IReadOnlyList<Measure> Measures { get; }

    /// <summary>What the models are held against: computed in this run, or published.</summary>
    IReadOnlyList<BaselineReport> Baselines { get; }

    /// <summary>A new model with what it is trained on.</summary>
    /// <param name="contender">All that decides what it becomes.</param>
    /// <param name="team">Threads that share the training, with the same bits; null for one. It is not disposed.</param>
    /// <exception cref="ArgumentException">The contender's sizes contradict themselves.</exception>
    Fit Open(Contender contender, WorkerTeam? team = null);

    /// <summary>Measures a model, which has its best weights, on what it has never seen.</summary>
    Judgement Judge(Contender contender, ITraining training);
}
