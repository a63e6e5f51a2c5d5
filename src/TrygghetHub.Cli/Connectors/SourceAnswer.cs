namespace TrygghetHub.Cli.Connectors;

/// <summary>What a source answered.</summary>
/// <param name="Content">The body; null where nothing has changed since the validators that were sent (304).</param>
/// <param name="ETag">As the source wrote it, to be sent back; empty where it gave none.</param>
/// <param name="LastModified">Likewise.</param>
internal sealed record SourceAnswer(byte[]? Content, string ETag, string LastModified);
