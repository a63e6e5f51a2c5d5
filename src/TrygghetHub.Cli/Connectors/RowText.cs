using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors;

/// <summary>A row's free text as the hub takes it. Pure.</summary>
internal static class RowText
{
    private const int LongestText = 500;

    /// <summary>The text as a reader sees it, trimmed; empty where it is too long, since half a text can mislead.</summary>
    /// <param name="text">As the source has it; what it has encoded for browsers is decoded.</param>
    /// <param name="leftOut">True where it was too long.</param>
    public static string Of(string text, out bool leftOut)
    {
        text = PlainText.Of(text).Trim();
        // As the hub counts: Unicode code points.
        leftOut = text.Length > LongestText && text.EnumerateRunes().Count() > LongestText;
        return leftOut ? "" : text;
    }
}
