using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>The Friday sheet, for those who are out over the weekend: one page of paper, never two.</summary>
/// <remarks>
/// What has changed since the count, what stands out, the hours of the weekend, three places, who is out when, what is coming and
/// the levels; a part that has nothing to tell is left out. Names are cut and lists are shortened to what the page has room for,
/// and say how many more there are. Pure.
/// </remarks>
public static class WeekendSheet
{
    private const int MostPlaces = 3;
    private const int MostEvents = 3;
    private const int MostWalks = 3;
    private const int MostHolidays = 3;
    private const int MostAreas = 6;
    private const int LongestReason = 80;

    /// <summary>The page.</summary>
    /// <param name="picture">As its reader may see it, with its review.</param>
    /// <param name="language">Of the page's own words.</param>
    /// <param name="isSealed">The hub's seal will stand in the file.</param>
    public static string Render(SituationalPicture picture, PictureLanguage language, bool isSealed = false)
    {
        var reading = new Reading(picture, language);
        var (words, notation) = (reading.Words, reading.Notation);
        var next = picture.NextWeek ?? new NextWeek();

        // Only the compiler is told what has come since: that nothing is said to another does not mean that nothing has come.
        var changes = picture.LateChanges is { } late ? PictureHeader.Told(reading, late)
            : reading.IsForCompiler && !Shown.MayHide(picture) ? words.NothingSinceCount
            : words.LaterNotTold;
        var signals = Signals(reading);
        Markup[] blocks =
        [
            Block(words.WhoIsOut, next.Walks.Count > 0, () => NextWeekPart.Walks(reading, next, MostWalks)),
            Block(words.Events, next.Events.Count > 0, () => NextWeekPart.Events(reading, next, MostEvents)),
            Block(words.Holidays, next.Holidays.Count > 0, () => NextWeekPart.Holidays(reading, next, MostHolidays)),
        ];
        var coming = blocks.Any(block => block != Markup.None)
            ? Markup.Of($"""<section class="columns" aria-label="{words.Coming}">{blocks}</section>{"\n"}""")
            : Markup.None;
        return Sheet.Render(reading, words.Weekend, "weekend", Markup.Of($"""
            <header>
            <div class="masthead">
            <h1><span class="kind">{words.Weekend}, {Reading.ShortName(picture.MunicipalityName)}</span> <span class="municipality">{words.TheWeekend} {Days(reading)}</span> <span class="week">{words.Title}, {notation.Week(picture.Week ?? new())}<span class="days">, {notation.DaysOf(picture.Week ?? new())}</span></span></h1>
            {PictureHeader.State(reading)}
            </div>
            {PictureHeader.MunicipalityLevel(reading)}
            <p class="note">{Which(reading)}</p>
            </header>
            <main id="content" tabindex="-1">
            {Section("since", words.SinceCount, Markup.Of($"<p>{changes}</p>"))}
            {Section("signals", words.Signals, signals.Count == 0 ? Markup.None : Markup.Of($"""<ul class="lines">{signals.Select(s => Markup.Of($"<li>{s}</li>"))}</ul>"""))}
            {Hours(reading)}
            {Section("places", words.ThreePlaces, picture.Places.Count == 0 ? Markup.None : TopPlaces.List(reading, MostPlaces))}
            {coming}
            {Section("levels", words.Levels, LevelList.Render(reading, MostAreas, LongestReason))}
            </main>
            <footer><p>{words.Footer}</p>{Sheet.Sealed(reading, isSealed)}</footer>
            """));
    }

    // By which a sheet of paper is known again: two of one week look the same.
    private static Markup Which(Reading reading)
    {
        var (picture, words) = (reading.Picture, reading.Words);
        var counted = picture.FreezeTime is { } time ? reading.Notation.Moment(time) : words.NotKnown;
        var number = picture.Review?.RegistrationNumber is { Length: > 0 } registered
            ? Reading.ShortName(registered)
            : Markup.Of($"{words.NoneYet}");
        return Markup.Of($"{words.Revision} {picture.Revision}. {words.CountedUpTo} {counted}. {words.RegistrationNumber}: {number}.");
    }

    // The weekend that those who read it are out in: the one after the meeting.
    private static string Days(Reading reading)
    {
        var picture = reading.Picture;
        if ((picture.MeetingTime is { } meeting ? Notation.Local(meeting).Date : Notation.Monday(picture.Week)?.AddDays(7)) is not { } from)
        {
            return "";
        }

        var friday = from.AddDays(((int)DayOfWeek.Friday - (int)from.DayOfWeek + 7) % 7);
        return reading.Notation.Days(friday, friday.AddDays(2));
    }

    // A sentence that was struck is not passed on, nor the signal that it told of.
    private static List<Markup> Signals(Reading reading)
    {
        var struck = (reading.Picture.Review?.Edits ?? []).GroupBy(e => e.Sentence).Where(e => e.Last().Text.Length == 0).Select(e => e.Key)
            .ToHashSet(StringComparer.Ordinal);
        var untold = reading.Picture.Sentences.Where(s => struck.Contains(s.Id)).Select(s => s.Signal).ToHashSet(StringComparer.Ordinal);
        return [.. reading.Picture.Signals.Where(s => !untold.Contains(s.Id)).Select(s => MattersPart.Signal(reading, s))];
    }

    private static Markup Hours(Reading reading)
    {
        if (reading.Picture.TimePattern is not { } pattern || !ChartSentences.HasTimePattern(pattern))
        {
            return Markup.None;
        }

        return Section("hours", pattern.Published ? reading.Words.WeekendHoursPublished : reading.Words.WeekendHours, TimeHeatMap.Table(reading, pattern, firstDay: 5));
    }

    private static Markup Section(string id, string heading, Markup content) => content == Markup.None
        ? Markup.None
        : Markup.Of($"""<section aria-labelledby="{id}"><h2 id="{id}">{heading}</h2>{content}</section>{"\n"}""");

    private static Markup Block(string heading, bool isThere, Func<Markup> content) =>
        isThere ? Markup.Of($"<div><h2>{heading}</h2>{content()}</div>") : Markup.None;
}
