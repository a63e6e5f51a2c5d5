using Spectre.Console;

namespace TrygghetHub.Cli;

/// <summary>Cells of a table: text as it is, since data must never be read as markup.</summary>
internal static class TextCell
{
    public static Text Of(string text) => new(text);

    public static Text Bold(string text) => new(text, new Style(decoration: Decoration.Bold));
}
