namespace TrygghetHub.Cli.Connectors.Csv;

/// <summary>One record of a file: its fields, or why they cannot be told apart.</summary>
/// <param name="Line">Where it begins, from 1; quoted line breaks make it longer than a line.</param>
/// <param name="Fields">Null where there is a fault.</param>
/// <param name="Fault">Null where there are fields.</param>
internal sealed record CsvRecord(int Line, string[]? Fields, RowFault? Fault);
