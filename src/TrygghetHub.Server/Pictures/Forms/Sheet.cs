namespace TrygghetHub.Server.Pictures.Forms;

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
        </head>
        <body class="{kind}">
        <a class="skip" href="#content">{reading.Words.ToContent}</a>
        {body}
        </body>
        </html>

        """).ToString();
}
