using Spectre.Console;
using TrygghetHub.Server.Platform.Telemetry;

namespace TrygghetHub.Cli;

/// <summary>Cells of a table: text as it is, since data must never be read as markup.</summary>
internal static class TextCell
{
    public static Text Of(string text) => new(Printable(text));

    public static Text Bold(string text) => new(Printable(text), new Style(decoration: Decoration.Bold));

    /// <summary>The same text without what a terminal would take for a command: it may come from anybody.</summary>
    public static string Printable(string text) =>
        VisibleText.Of(text, keepLines: true);
}
