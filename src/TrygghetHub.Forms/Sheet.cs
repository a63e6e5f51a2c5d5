using System.Globalization;
using System.Text;

namespace TrygghetHub.Forms;

/// <summary>The document that every form of HTML is: its head, its style and the link past the header.</summary>
internal static class Sheet
{
    private static readonly Markup Style = Markup.Embedded("picture.css");

    /// <summary>The document.</summary>
    /// <param name="reading">What is read.</param>
    /// <param name="title">What kind of form it is.</param>
    /// <param name="kind">Class of the body, by which the style tells the forms apart.</param>
    /// <param name="body">What stands in it.</param>
    public static string Render(Reading reading, string title, string kind, Markup body) => Markup.Of($"""
        <!DOCTYPE html>
        <html lang="{reading.Words.LanguageTag}">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <title>{title}: {reading.Picture.MunicipalityName}, {reading.Notation.Week(reading.Picture.Week ?? new())} {reading.Picture.Week?.Year ?? 0}</title>
        <style>
        {Style}</style>
        <style>{Margins(reading)}</style>
        </head>
        <body class="{kind}">
        <a class="skip" href="#content">{reading.Words.ToContent}</a>
        {body}
        </body>
        </html>

        """).ToString();

    /// <summary>The words of a seal, where there is one.</summary>
    public static Markup Sealed(Reading reading, bool isSealed) => isSealed
        ? Markup.Of($"<p>{reading.Words.Sealed} <code>thub picture verify</code></p>")
        : Markup.None;

    // A sheet of paper that has come loose says whose it is, and how it is to be handled.
    private static Markup Margins(Reading reading)
    {
        var (picture, words) = (reading.Picture, reading.Words);
        var whose = $"{Reading.Shortened(picture.MunicipalityName, 40)}, {reading.Notation.Week(picture.Week ?? new())} {picture.Week?.Year ?? 0}, "
            + $"{words.Revision.ToLowerInvariant()} {picture.Revision}";
        var how = $"{words.State(picture.State)}, {words.Tlp(picture.Review?.Tlp ?? default)}";
        return Markup.Of($$"""@page { @top-left { content: "{{Quoted(whose)}}" } @top-right { content: "{{Quoted(how)}}" } }""");
    }

    // As the inside of a string of CSS: whatever is no letter, figure or space of Swedish is written by its number.
    private static string Quoted(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        rune.Value == ' ' || (rune.IsAscii && Rune.IsLetterOrDigit(rune)) || "åäöÅÄÖ".Contains(rune.ToString(), StringComparison.Ordinal)
            ? rune.ToString()
            : string.Create(CultureInfo.InvariantCulture, $"\\{(rune.Value == 0 ? 0xFFFD : rune.Value):x} ")));
}
