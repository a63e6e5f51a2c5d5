namespace TrygghetHub.Cli.Connectors;

/// <summary>Where in a source something was found.</summary>
/// <param name="File">Name of the file, without its folder, or what was fetched.</param>
/// <param name="Line">Line, or number of the element, from 1.</param>
/// <param name="Text">What about it; never the value.</param>
internal sealed record LineNote(string File, int Line, string Text);
