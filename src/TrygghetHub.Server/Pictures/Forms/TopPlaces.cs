using TrygghetHub.Server.Pictures.Sentences;

namespace TrygghetHub.Server.Pictures.Forms;

/// <summary>Places to talk about, with how many independent sources have reported them.</summary>
internal static class TopPlaces
{
    /// <summary>As many as a meeting has time for.</summary>
    public const int Most = 5;

    /// <summary>The places under a heading.</summary>
    /// <param name="reading">What is read.</param>
    /// <param name="most">How many there is room for.</param>
    public static Markup Render(Reading reading, int most) => Markup.Of($"""
        <h3>{reading.Words.TopPlaces}</h3>
        {List(reading, most)}
        """);

    /// <summary>The places alone.</summary>
    /// <param name="reading">What is read.</param>
    /// <param name="most">How many there is room for.</param>
    public static Markup List(Reading reading, int most)
    {
        var (words, notation) = (reading.Words, reading.Notation);
        return reading.Picture.Places.Count == 0
            ? Markup.Of($"""<p class="empty">{words.NoPlaces}</p>""")
            : Markup.Of($"""
                <p class="finding">{ChartSentences.Places(reading.Picture, reading.Language)}</p>
                {DataTable.Render(
                    words.TopPlaces,
                    [words.Place, words.FourteenDays, words.ThisWeek, words.IndependentSources],
                    reading.Picture.Places.Take(most).Select(p => DataTable.Row(
                        Markup.Of($"""{Reading.ShortName(p.PlaceName)} <span class="within">{Reading.ShortName(p.AreaName)}{(p.Families.Count == 0 ? "" : ": ")}{string.Join(", ", p.Families.Select(f => reading.FamilyName(f)))}</span>"""),
                        Markup.Of($"<b>{notation.Number(p.Reports)}</b>"),
                        Markup.Of($"{notation.Number(p.ThisWeek)}"),
                        Markup.Of($"{notation.Number(p.Sources)}"))),
                    "places")}
                """);
    }
}
