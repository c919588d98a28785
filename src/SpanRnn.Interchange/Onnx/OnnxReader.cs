using SpanRnn.Interchange.Readers;

namespace SpanRnn.Interchange.Onnx;

/// <summary>ONNX files for <see cref="ImportedModel.Open"/>.</summary>
internal sealed class OnnxReader : IModelReader
{
    public string Format => "ONNX";

    /// <summary>Whether the first bytes are fields of a model, of the right types: the format has no mark.</summary>
    public bool Recognises(FileProbe file)
    {
        if (file.Kind != FileKind.Other || file.Length == 0)
        {
            return false;
        }

        ReadOnlySpan<byte> bytes = file.Start.Span;
        long left = file.Length;
        bool hasModelField = false;
        while (bytes.Length > 0)
        {
            byte tag = bytes[0];
            int field = tag >> 3;

            // ir_version and model_version are numbers; producer, domain, doc, graph, opset, metadata and functions have a length.
            if (field is 1 or 5 ? (tag & 7) != 0 : field is not (2 or 3 or 4 or 6 or 7 or 8 or 14) || (tag & 7) != 2)
            {
                return hasModelField && field > 14;
            }

            ulong value = 0;
            int at = 1;
            for (int shift = 0; at < bytes.Length && shift < 63; shift += 7)
            {
                value |= (ulong)(bytes[at] & 0x7F) << shift;
                if (bytes[at++] < 0x80)
                {
                    break;
                }
            }

            hasModelField |= field is 1 or 7 or 8;
            long step = at + (field is 1 or 5 ? 0 : (long)Math.Min(value, long.MaxValue / 2));
            left -= step;
            if (left < 0)
            {
                return false;
            }

            bytes = step < bytes.Length ? bytes[(int)step..] : [];
        }

        return hasModelField;
    }

    public ImportedModel Read(FileProbe file, ImportOptions options) =>
        OnnxFile.Read(file.Path, file.ReadAll(), Path.GetDirectoryName(Path.GetFullPath(file.Path)), options).Import();
}
