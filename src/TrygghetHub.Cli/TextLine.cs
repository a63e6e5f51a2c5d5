namespace TrygghetHub.Cli;

/// <summary>One line of a text file.</summary>
/// <param name="Number">From 1; empty lines count.</param>
/// <param name="Utf8">The line without its end; valid until the next line is read. Empty where there is a fault.</param>
/// <param name="Fault">Why the line cannot be read; null where it can.</param>
internal readonly record struct TextLine(int Number, ReadOnlyMemory<byte> Utf8, TextFault? Fault);
