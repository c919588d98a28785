using System.Globalization;
using SpanRnn.Cells;
using SpanRnn.Layers;

namespace SpanRnn.Formats;

/// <summary>Activations as a string of the metadata: "f=hard_sigmoid(0.2,0.5) h=relu"; places that are the cell's own are left out.</summary>
internal static class ActivationsText
{
    public static string Write(CellActivations activations) => string.Join(
        ' ',
        new (string Place, Activation? Activation)[] { ("f", activations.F), ("g", activations.G), ("h", activations.H) }
            .Where(at => at.Activation is not null)
            .Select(at => $"{at.Place}={Write(at.Activation.GetValueOrDefault())}"));

    /// <summary>Null where there are none.</summary>
    public static CellActivations? Read(MetadataReader metadata, string key)
    {
        if (!metadata.Has(key))
        {
            return null;
        }

        string text = metadata.Text(key);
        var activations = new CellActivations();
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Length < 2 || part[1] != '=' || !TryRead(part[2..], out Activation activation))
            {
                throw metadata.Wrong(key, text, "activations such as \"f=hard_sigmoid(0.2,0.5) h=relu\"");
            }

            activations = part[0] switch
            {
                'f' => activations with { F = activation },
                'g' => activations with { G = activation },
                'h' => activations with { H = activation },
                _ => throw metadata.Wrong(key, text, "the places f, g and h"),
            };
        }

        return activations;
    }

    private static string Write(Activation activation) => string.Create(
        CultureInfo.InvariantCulture, $"{Names.Of(Names.Activations, activation.Kind)}({activation.Alpha},{activation.Beta})");

    /// <summary>A name, and in parentheses both numbers or none.</summary>
    private static bool TryRead(string text, out Activation activation)
    {
        int open = text.IndexOf('(', StringComparison.Ordinal);
        string name = open < 0 ? text : text[..open];
        int at = Array.FindIndex(Names.Activations, known => known.Name == name);
        activation = at < 0 ? default : Activation.Default(Names.Activations[at].Value);
        if (at < 0 || open < 0)
        {
            return at >= 0;
        }

        string[] numbers = text[^1] == ')' ? text[(open + 1)..^1].Split(',') : [];
        if (numbers.Length != 2 || !TryRead(numbers[0], out float alpha) || !TryRead(numbers[1], out float beta))
        {
            return false;
        }

        activation = activation with { Alpha = alpha, Beta = beta };
        return true;
    }

    private static bool TryRead(string text, out float number) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && float.IsFinite(number);
}
