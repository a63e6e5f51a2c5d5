using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>Places to talk about, with how many independent sources have reported them.</summary>
public static class TopPlaces
{
    /// <summary>As many as a meeting has time for, and as a picture therefore holds.</summary>
    public const int Most = 5;

    /// <summary>The places under a heading.</summary>
    /// <param name="reading">What is read.</param>
    /// <param name="most">How many there is room for.</param>
    internal static Markup Render(Reading reading, int most) => Markup.Of($"""
        <h3>{reading.Words.TopPlaces}</h3>
        {Found(reading, most)}
        """);

    /// <summary>The places alone, as a table.</summary>
    /// <param name="reading">What is read.</param>
    /// <param name="most">How many there is room for.</param>
    internal static Markup List(Reading reading, int most)
    {
        var (words, notation) = (reading.Words, reading.Notation);
        return reading.Picture.Places.Count == 0
            ? Markup.Of($"""<p class="empty">{ChartSentences.Places(reading.Picture, reading.Language)}</p>""")
            : DataTable.Render(
                words.TopPlaces,
                [words.Place, words.FourteenDays, words.ThisWeek, words.IndependentSources],
                reading.Picture.Places.Take(most).Select(p => DataTable.Row(
                    Place(reading, p),
                    Markup.Of($"<b>{notation.Number(p.Reports)}</b>"),
                    Markup.Of($"{notation.Number(p.ThisWeek)}"),
                    Markup.Of($"{notation.Number(p.Sources)}"))),
                "places");
    }

    private static Markup Found(Reading reading, int most) => reading.Picture.Places.Count == 0
        ? List(reading, most)
        : Markup.Of($"""<p class="finding">{ChartSentences.Places(reading.Picture, reading.Language)}</p>{List(reading, most)}""");

    // Which families they are of: the most frequent two tell what the place is about.
    private static Markup Place(Reading reading, TopPlace place) => Markup.Of($"""
        {Reading.ShortName(place.PlaceName)} <span class="within">{Reading.ShortName(place.AreaName)}{(place.Families.Count == 0 ? "" : ": ")}{string.Join(", ", place.Families.Take(2).Select(f => reading.FamilyName(f)))}</span>
        """);
}
