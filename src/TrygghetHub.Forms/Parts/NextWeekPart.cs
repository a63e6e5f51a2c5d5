using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>What is known of the week to come: holidays, planned events, planned walks.</summary>
internal static class NextWeekPart
{
    public static Markup Render(Reading reading)
    {
        var words = reading.Words;
        var next = reading.Picture.NextWeek ?? new NextWeek();
        return Markup.Of($"""
            <p class="finding">{ChartSentences.NextWeek(reading.Picture, reading.Language)}</p>
            <div class="columns">
            <div><h3>{words.Holidays}</h3>{Holidays(reading, next, int.MaxValue)}</div>
            <div><h3>{words.Events}</h3>{Events(reading, next, int.MaxValue)}</div>
            <div><h3>{words.Walks}</h3>{Walks(reading, next, int.MaxValue)}</div>
            </div>
            """);
    }

    /// <summary>The public holidays.</summary>
    /// <param name="reading">What is read.</param>
    /// <param name="next">The week.</param>
    /// <param name="most">How many there is room for.</param>
    public static Markup Holidays(Reading reading, NextWeek next, int most) => Listed(
        reading.Words.NoHolidays,
        next.Holidays.Select(h => Markup.Of(
            $"{reading.Notation.Weekday(h.Date)}: {Name(reading, h)}")),
        most,
        reading);

    /// <summary>The planned events: type and place, never an organiser.</summary>
    /// <param name="reading">What is read.</param>
    /// <param name="next">The week.</param>
    /// <param name="most">How many there is room for.</param>
    public static Markup Events(Reading reading, NextWeek next, int most) => Listed(
        reading.Words.NoEvents,
        next.Events.Select(e => Markup.Of($"""
            {(e.Date.Length == 0 ? reading.Words.DayNotShown : reading.Notation.Weekday(e.Date))}: {Reading.ShortName(e.AreaName.Length > 0 ? e.AreaName : reading.AreaName(e.Area))}, {reading.Words.ReportedBy} {Reading.ShortName(reading.PartnerName(e.Partner))}
            """)),
        most,
        reading);

    /// <summary>Who walks when.</summary>
    /// <param name="reading">What is read.</param>
    /// <param name="next">The week.</param>
    /// <param name="most">How many there is room for.</param>
    public static Markup Walks(Reading reading, NextWeek next, int most) => next.WalksState != CollectionState.Collected
        ? Markup.Of($"""<p class="empty">{reading.Words.NotCollected}</p>""")
        : Listed(
            reading.Words.NoWalks,
            next.Walks.Select(w => Markup.Of($"""
                {(w.StartTime is { } start ? reading.Notation.Moment(start) : reading.Words.NotKnown)}: {Reading.ShortName(w.Walkers)}, {Reading.ShortName(reading.AreaName(w.Area))}
                """)),
            most,
            reading);

    private static Markup Name(Reading reading, Holiday holiday) =>
        reading.Language == PictureLanguage.English && holiday.NameEn.Length > 0
            ? Reading.ShortName(holiday.NameEn)
            : reading.Written(Reading.Shortened(holiday.Name, 40));

    private static Markup Listed(string empty, IEnumerable<Markup> items, int most, Reading reading)
    {
        var all = items.ToList();
        var more = all.Count > most ? Markup.Of($"<li>{reading.Words.More(all.Count - most)}</li>") : Markup.None;
        return all.Count == 0
            ? Markup.Of($"""<p class="empty">{empty}</p>""")
            : Markup.Of($"""<ul class="lines">{all.Take(most).Select(i => Markup.Of($"<li>{i}</li>"))}{more}</ul>""");
    }
}
