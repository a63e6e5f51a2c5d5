using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Sentences;

namespace TrygghetHub.Server.Pictures.Forms;

/// <summary>The Friday sheet, for those who are out over the weekend: one page of paper, never two.</summary>
/// <remarks>
/// What has changed since the count, what is coming, three places, who is out when, and the levels. Names are cut and lists
/// are shortened to what the page has room for, and say how many more there are. Pure.
/// </remarks>
internal static class WeekendSheet
{
    private const int MostPlaces = 3;
    private const int MostEvents = 4;
    private const int MostWalks = 4;
    private const int MostHolidays = 4;
    private const int MostAreas = 10;

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
        return Sheet.Render(reading, words.Weekend, "weekend", Markup.Of($"""
            <header>
            <div class="masthead">
            <h1><span class="kind">{words.Weekend}</span> <span class="municipality">{Reading.ShortName(picture.MunicipalityName)}</span> <span class="week">{notation.Week(picture.Week ?? new())}<span class="days">, {notation.DaysOf(picture.Week ?? new())}</span></span></h1>
            <p class="state"><strong>{words.State(picture.State)}</strong> <span class="tlp">{words.Tlp(picture.Review?.Tlp ?? default)}</span></p>
            </div>
            {(reading.MunicipalityLevel is { } whole ? Markup.Of($"""<p class="level">{words.All}: {reading.Badge(whole.Level, isDecided: true)}</p>""") : Markup.None)}
            <p class="note">{Which(reading)}</p>
            </header>
            <main id="content" tabindex="-1">
            <section aria-labelledby="since"><h2 id="since">{words.SinceCount}</h2><p>{changes}</p></section>
            <section aria-labelledby="places"><h2 id="places">{words.ThreePlaces}</h2>{TopPlaces.List(reading, MostPlaces)}</section>
            <section class="columns" aria-label="{words.Coming}">
            <div><h2>{words.WhoIsOut}</h2>{NextWeekPart.Walks(reading, next, MostWalks)}</div>
            <div><h2>{words.Events}</h2>{NextWeekPart.Events(reading, next, MostEvents)}<h2>{words.Holidays}</h2>{NextWeekPart.Holidays(reading, next, MostHolidays)}</div>
            </section>
            <section aria-labelledby="levels"><h2 id="levels">{words.Levels}</h2>{Levels(reading)}</section>
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

    private static Markup Levels(Reading reading)
    {
        // Those where something is to be done come first: they are the ones that must not be cut.
        var areas = reading.Areas.Where(a => !reading.IsWhole(a.Area)).OrderByDescending(a => reading.LevelOf(a).Level)
            .ThenBy(a => a.Area, StringComparer.Ordinal).ToList();
        var more = areas.Count > MostAreas ? Markup.Of($"<li>{reading.Words.More(areas.Count - MostAreas)}</li>") : Markup.None;
        return areas.Count == 0
            ? Markup.Of($"""<p class="empty">{reading.Words.NotKnown}</p>""")
            : Markup.Of($"""<ul class="levels">{areas.Take(MostAreas).Select(a => Level(reading, a))}{more}</ul>""");
    }

    private static Markup Level(Reading reading, AreaTrend area)
    {
        var (level, decision) = reading.LevelOf(area);
        return Markup.Of($"""
            <li><b>{Reading.ShortName(reading.AreaName(area.Area))}</b> {reading.Badge(level, decision is not null)}</li>
            """);
    }
}
