using SpanRnn.Interchange.Stages;
using SpanRnn.Layers;

namespace SpanRnn.Interchange.Onnx.Graph;

/// <summary>From a chain of layers to a model's stages; recurrent layers that follow each other and are alike become one stack.</summary>
internal sealed class StageBuilder(GraphContext file)
{
    private readonly List<ModelStage> _stages = [];
    private readonly List<RecurrentParts> _pending = [];

    /// <summary>The stages from the input to <paramref name="last"/>.</summary>
    public List<ModelStage> Build(Source last)
    {
        var chain = new Stack<Source>();
        for (Source? source = last; source is not null; source = source.Parent)
        {
            chain.Push(source);
        }

        try
        {
            foreach (Source source in chain)
            {
                if (source is RecurrentSource recurrent)
                {
                    Add(recurrent);
                }
                else if (source.Build() is { } stage)
                {
                    Flush();
                    _stages.Add(stage);
                }
            }

            Flush();
            return _stages;
        }
        catch
        {
            _stages.ForEach(stage => stage.Dispose());
            throw;
        }
    }

    /// <summary>A stack of one or more layers, packed.</summary>
    public static Recurrent Stack(IReadOnlyList<RecurrentParts> layers)
    {
        var recurrent = new Recurrent(Options(layers[0]) with { HiddenSizes = [.. layers.Select(layer => layer.Settings.HiddenSize)] });
        for (int i = 0; i < layers.Count; i++)
        {
            OnnxWeights.Fill(recurrent, i, layers[i].Settings, layers[i].W, layers[i].R, layers[i].B, layers[i].P);
        }

        recurrent.Pack();
        return recurrent;
    }

    private void Add(RecurrentSource source)
    {
        file.CheckCell(source.Node!, Options(source.Parts));
        if (_pending.Count > 0 && !IsAlike(_pending[^1], source.Parts))
        {
            Flush();
        }

        _pending.Add(source.Parts);
    }

    private void Flush()
    {
        if (_pending.Count == 0)
        {
            return;
        }

        OnnxRecurrentSettings settings = _pending[0].Settings;
        _stages.Add(new RecurrentStage(Stack(_pending), States(parts => parts.InitialHidden), States(parts => parts.InitialCell))
        {
            Conventions = Conventions(settings, _pending[0].B.Length > 0),
        });
        _pending.Clear();
    }

    private float[] States(Func<RecurrentParts, float[]> part) => _pending.TrueForAll(parts => part(parts).Length == 0)
        ? []
        : [.. _pending.SelectMany(parts => part(parts) is { Length: > 0 } given ? given : new float[parts.Settings.Directions * parts.Settings.HiddenSize])];

    private static RecurrentOptions Options(RecurrentParts parts) =>
        parts.Settings.ToOptions(parts.InputSize, parts.B.Length > 0, parts.P.Length > 0) with { Merge = parts.Merge };

    private static bool IsAlike(RecurrentParts a, RecurrentParts b)
    {
        RecurrentOptions options = Options(a);
        return options == Options(b) with { InputSize = options.InputSize, HiddenSizes = options.HiddenSizes };
    }

    private static Convention[] Conventions(OnnxRecurrentSettings settings, bool hasBias) =>
    [
        .. settings.Operator switch
        {
            OnnxRecurrentOperator.Lstm => [new Convention("gate order in the file", "i o f c")],
            OnnxRecurrentOperator.Gru => [new("gate order in the file", "z r h"), new("reset", settings.LinearBeforeReset ? "after the product" : "before the product")],
            _ => (Convention[])[],
        },
        new("bias", hasBias ? "two, input's and recurrent" : "none"),
    ];
}
