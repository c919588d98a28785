namespace SpanRnn.Interchange.Readers;

/// <summary>The reader of one format. It keeps nothing between files.</summary>
internal interface IModelReader
{
    /// <summary>The format's name, as <see cref="ModelSummary.Format"/> has it.</summary>
    string Format { get; }

    /// <summary>Whether the file is of this format, by its content. Must not throw for a file of another format.</summary>
    bool Recognises(FileProbe file);

    /// <summary>Reads the whole model.</summary>
    /// <exception cref="Formats.ModelFileException">The file is malformed, or holds what cannot be run.</exception>
    ImportedModel Read(FileProbe file, ImportOptions options);
}
