namespace TrygghetHub.Cli.Connectors;

/// <summary>One row of a source: the report that it is, or why it is none.</summary>
/// <param name="File">Name of the file without its folder, or what was fetched.</param>
/// <param name="Line">Line, or number of the element, from 1.</param>
/// <param name="Report">
/// With its <c>source_ref</c>; its revision and <c>source_version</c> are set when it is known what the hub holds.
/// Null where there is a fault.
/// </param>
/// <param name="Fault">Null where there is a report.</param>
internal sealed record SourceRow(string File, int Line, TypedReport? Report, RowFault? Fault)
{
    /// <summary>A text that was too long, and so stayed behind.</summary>
    public bool TextLeftOut { get; init; }

    /// <summary>A text of a published event that may tell of an individual, and so stayed behind.</summary>
    public bool IsTextOfIndividual { get; init; }

    /// <summary>The source's own code, where no mapping knew it; otherwise empty.</summary>
    public string UnmappedCode { get; init; } = "";

    /// <summary>The mapping says that such a row is not for the hub.</summary>
    public bool Skipped { get; init; }
}
