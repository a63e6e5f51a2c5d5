using System.Globalization;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>The finding of each chart in one sentence: what a reader who sees no chart needs of it. Pure and thread-safe.</summary>
/// <remarks>
/// Made of the picture's own fields alone, in which what the reader may not see is not set. Nothing is said of a figure that is
/// not shown, not even that it is small: where some are hidden, a comparison is of those that are shown.
/// </remarks>
public static class ChartSentences
{
    // More than these in one sentence are not read.
    private const int MostNamed = 3;

    /// <summary>Twelve weeks of each area: which of them lie outside their usual span.</summary>
    public static string Areas(SituationalPicture picture, PictureLanguage language)
    {
        var judged = picture.Areas
            .Select(area => Shown.Of(picture, new CellRef { Area = area.Area }))
            .OfType<Sum>().Where(Shown.IsJudged).ToList();
        if (judged.Count == 0)
        {
            return language.In(
                "Det går inte att säga vad som är normalt i områdena.", "What is normal in the areas cannot be said.");
        }

        var outside = judged.Where(sum => sum.Judgement != Judgement.Usual).OrderBy(sum => sum.Judgement).Take(MostNamed)
            .Select(sum => $"{sum.AreaName}: {Wording.Reports(sum.ThisWeek, language)}, {Shown.Against(picture, sum, language)}").ToList();
        return outside.Count > 0 ? $"{string.Join(". ", outside)}."
            : judged.Count < picture.Areas.Count ? language.In(
                "Antalet rapporter är som vanligt i de områden som kan jämföras.", "In the areas that can be compared, the number of reports is as usual.")
            : language.In("Antalet rapporter är som vanligt i alla områden.", "The number of reports is as usual in all areas.");
    }

    /// <summary>Category × area: where most reports are.</summary>
    public static string Table(SituationalPicture picture, PictureLanguage language)
    {
        var shown = picture.Cells.Where(cell => cell.HasThisWeek).ToList();
        var isWhole = shown.Count == picture.Cells.Count && picture.Totals is not { SmallCells: > 0 };
        var most = shown.Select(cell => cell.ThisWeek).DefaultIfEmpty().Max();
        if (most == 0)
        {
            return EmptyWeek.Text(picture, language);
        }

        var largest = shown.Where(cell => cell.ThisWeek == most).ToList();
        var among = isWhole ? "" : language.In(" av dem som visas", " of those shown");
        return largest.Count > MostNamed
            ? language.In(
                $"Flera rutor i tabellen har lika många rapporter ({Wording.Number(most, language)}), och ingen{among} har fler.",
                $"Several cells of the table have the same number of reports ({Wording.Number(most, language)}), and none{among} has more.")
            : language.In("Flest rapporter", "Most reports") + among + ": " + Wording.Among(
                [.. largest.Select(cell => $"{KindOf(cell, language)} {language.In("i", "in")} {cell.AreaName}")], language)
                + $", {Wording.Number(most, language)}{(largest.Count > 1 ? language.In(" i vardera", " each") : "")}.";
    }

    /// <summary>Fewer reports of a known time make no pattern.</summary>
    public const int FewestTimedReports = 60;

    /// <summary>Whether there is a pattern to draw: under 60 reports there is none, and one may be left out.</summary>
    public static bool HasTimePattern(TimePattern pattern) =>
        pattern is { Bands.Count: > 0 } && (!pattern.HasTimedReports || pattern.TimedReports >= FewestTimedReports);

    /// <summary>Weekday × four-hour band: the busiest.</summary>
    public static string TimePattern(SituationalPicture picture, PictureLanguage language)
    {
        var pattern = picture.TimePattern ?? new TimePattern();
        if (!HasTimePattern(pattern))
        {
            var amongTimed = Shown.MayHide(picture) ? language.In(" av dem som visas", " of those shown") : "";
            var few = Wording.Number(FewestTimedReports, language);
            return pattern.HasTimedReports
                ? language.In(
                    $"Underlaget är för litet för att visa ett mönster: färre än {few} {Of(pattern, language)}{amongTimed} har en känd tid.",
                    $"There is too little data to show a pattern: fewer than {few} {Of(pattern, language)}{amongTimed} have a known time.")
                : language.In("När det händer kan inte visas.", "When it happens cannot be shown.");
        }

        var shown = pattern.Bands.Where(band => band.HasReports).ToList();
        var most = shown.Select(band => band.Reports).DefaultIfEmpty().Max();
        if (most == 0)
        {
            return language.In("När det händer kan inte visas.", "When it happens cannot be shown.");
        }

        var busiest = shown.Where(band => band.Reports == most).ToList();
        var among = shown.Count == pattern.Bands.Count ? "" : language.In(" av dem som visas", " of those shown");
        var weeks = Wording.Weeks(pattern.Weeks, language);
        return busiest.Count > MostNamed
            ? language.In(
                $"Flera tider i veckan har lika många {Of(pattern, language)}, och inget tidsband{among} har fler.",
                $"Several time bands have the same number of {Of(pattern, language)}, and none{among} has more.")
            : language.In("Flest ", "Most ") + Of(pattern, language) + among + ": " + Wording.Among(
                [.. busiest.Select(band => language.In(
                    $"{Wording.Day(band.Weekday, language)}ar {Wording.Between(band.StartHour, language)}",
                    $"{Wording.Day(band.Weekday, language)}s {Wording.Between(band.StartHour, language)}"))], language)
                + $", {Wording.Number(most, language)}"
                + (busiest.Count > 1 ? language.In(" i vardera", " each") : "")
                + language.In($" på {weeks}.", $" in {weeks}.");
    }

    /// <summary>The map: in how many squares reports lie, and how many in the fullest.</summary>
    public static string Map(SituationalPicture picture, PictureLanguage language)
    {
        var mayHide = Shown.MayHide(picture);
        if (picture.Squares.Count == 0)
        {
            return mayHide
                ? language.In("Inga rutor kan visas.", "No squares can be shown.")
                : language.In(
                    "Inga rapporter har en känd punkt som kan ritas i en ruta.",
                    "No reports have a known point that can be drawn in a square.");
        }

        var most = picture.Squares.Max(square => square.Reports);
        var squares = Wording.Number(picture.Squares.Count, language);
        if (mayHide)
        {
            return language.In(
                $"Rutor som kan visas: {squares}. Flest i en av dem: {Wording.Reports(most, language)}.",
                $"Squares that can be shown: {squares}. Most in one of them: {Wording.Reports(most, language)}.");
        }

        return picture.Squares.Count == 1
            ? language.In(
                $"{Wording.Reports(most, language)} med känd punkt, i en enda ruta.",
                $"{Wording.Reports(most, language)} with a known point, in a single square.")
            : language.In(
                $"Rapporter med känd punkt finns i {squares} rutor. Flest i en ruta: {Wording.Number(most, language)}.",
                $"Reports with a known point are in {squares} squares. Most in one square: {Wording.Number(most, language)}.");
    }

    /// <summary>Places to talk about: the one with most reports.</summary>
    public static string Places(SituationalPicture picture, PictureLanguage language)
    {
        if (picture.Places.Count == 0)
        {
            return Shown.MayHide(picture)
                ? language.In("Ingen plats kan visas.", "No place can be shown.")
                : language.In("Ingen plats har upprepade rapporter.", "No place has repeated reports.");
        }

        var place = picture.Places[0];
        var where = Wording.PlaceIn(place.PlaceName, place.AreaName, language);
        return language.In(
            $"Flest rapporter på 14 dagar: {where}, {Wording.Number(place.Reports, language)} från "
                + $"{Wording.Sources(place.Sources, language)}.",
            $"Most reports in 14 days: {where}, {Wording.Number(place.Reports, language)} from "
                + $"{Wording.Sources(place.Sources, language)}.");
    }

    /// <summary>Who has answered, and who is silent: zero is not silence.</summary>
    public static string Coverage(SituationalPicture picture, PictureLanguage language)
    {
        if (picture.Coverage.Count == 0)
        {
            return language.In("Ingen källa har en överenskommelse om att rapportera hit.", "No source has an agreement to report here.");
        }

        // A source is in one of the three: it has confirmed the week, has reported and may report more, or nobody knows.
        var silent = picture.Coverage.Count(c => c.Status == CoverageStatus.Missing);
        var done = picture.Coverage.Count(c => c.Status is CoverageStatus.Complete or CoverageStatus.NothingToReport);
        var (count, begun) = (picture.Coverage.Count, picture.Coverage.Count - silent - done);
        var parts = new List<string>();
        if (done == count)
        {
            parts.Add(count == 1
                ? language.In("Den enda källan är klar med veckan.", "The only source has completed the week.")
                : language.In($"Alla {count} källor är klara med veckan.", $"All {count} sources have completed the week."));
        }
        else if (silent < count && count > 1)
        {
            parts.Add(done == 0
                ? language.In($"Ingen av de {count} källorna är klar med veckan.", $"None of the {count} sources has completed the week.")
                : language.In(
                    $"{done} av de {count} källorna är {(done == 1 ? "klar" : "klara")} med veckan.",
                    $"{done} of the {count} sources {(done == 1 ? "has" : "have")} completed the week."));
        }

        if (begun > 0)
        {
            parts.Add(count == 1
                ? language.In("Den enda källan har rapporterat, men mer kan komma.", "The only source has reported, but may report more.")
                : language.In(
                    $"{Wording.Sources(begun, language)} har rapporterat, men mer kan komma.",
                    $"{Wording.Sources(begun, language)} {(begun == 1 ? "has" : "have")} reported, but may report more."));
        }

        if (silent > 0)
        {
            parts.Add(SilentSources.Text(picture, language));
        }

        return string.Join(' ', parts);
    }

    /// <summary>The police's published events, which are a choice of all that happens.</summary>
    public static string PublishedEvents(SituationalPicture picture, PictureLanguage language)
    {
        if (Shown.Of(picture, new CellRef { Published = true }) is not { } sum)
        {
            return picture.PublishedEvents.Count == 0 && picture.Totals is { HasPublishedEvents: true, PublishedEvents: 0, SmallCells: 0 }
                ? language.In("Polisen har inte publicerat några händelser.", "The police have published no events.")
                : language.In(
                    "Antalet händelser som polisen har publicerat visas inte.", "The number of events the police have published is not shown.");
        }

        var count = sum.ThisWeek == 0
            ? language.In("Polisen har inte publicerat några händelser", "The police have published no events")
            : language.In(
                $"Polisen har publicerat {Wording.Number(sum.ThisWeek, language)} {(sum.ThisWeek == 1 ? "händelse" : "händelser")}",
                $"The police have published {Wording.Number(sum.ThisWeek, language)} {(sum.ThisWeek == 1 ? "event" : "events")}");
        return Shown.IsJudged(sum) ? $"{count}, {Shown.Against(picture, sum, language)}." : $"{count}.";
    }

    /// <summary>Earlier weeks that have changed since they were frozen.</summary>
    public static string Corrections(SituationalPicture picture, PictureLanguage language)
    {
        var mayHide = Shown.MayHide(picture);
        if (picture.Corrections.Count == 0)
        {
            return mayHide
                ? language.In("Här visas inte om tidigare veckor har ändrats.", "Whether earlier weeks have changed is not shown here.")
                : language.In("Inga ändringar av tidigare veckor är kända.", "No changes to earlier weeks are known.");
        }

        var count = Wording.Number(picture.Corrections.Count, language);
        return language.In($"Tidigare veckor som har ändrats: {count}", $"Earlier weeks that have changed: {count}")
            + (mayHide ? language.In(". Fler kan ha ändrats utan att det visas här.", ". More may have changed that are not shown here.") : ".");
    }

    /// <summary>What is known of the next week.</summary>
    public static string NextWeek(SituationalPicture picture, PictureLanguage language)
    {
        var next = picture.NextWeek;
        var known = next is null ? [] : next.Holidays
            .Select(day => $"{language.In(day.Name, day.NameEn)} {DayOf(day.Date, language)}")
            .ToList();
        if (next?.Events.Count > 0)
        {
            known.Add(language.In(
                $"{Wording.Number(next.Events.Count, language)} {(next.Events.Count == 1 ? "planerat evenemang" : "planerade evenemang")}",
                $"{Wording.Number(next.Events.Count, language)} planned {(next.Events.Count == 1 ? "event" : "events")}"));
        }

        if (next?.Walks.Count > 0)
        {
            known.Add(language.In(
                $"{Wording.Number(next.Walks.Count, language)} {(next.Walks.Count == 1 ? "planerad nattvandring" : "planerade nattvandringar")}",
                $"{Wording.Number(next.Walks.Count, language)} planned {(next.Walks.Count == 1 ? "walk" : "walks")}"));
        }

        return known.Count == 0
            ? language.In(
                "Vi känner inte till några helgdagar eller planerade evenemang nästa vecka.",
                "No public holidays and no planned events are known for next week.")
            : language.In("Nästa vecka: ", "Next week: ") + Wording.Among(known, language) + ".";
    }

    private static string Of(TimePattern pattern, PictureLanguage language) => pattern.Published
        ? language.In("händelser som polisen har publicerat", "events published by the police")
        : language.In("rapporter", "reports");

    private static string KindOf(Cell cell, PictureLanguage language) =>
        Wording.Kind(cell.Category.Length == 0 ? cell.Family : cell.Category, cell.CategoryName, language);

    // "den 25 december"; a date that cannot be read stands as it is.
    private static string DayOf(string date, PictureLanguage language) =>
        DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? language.In(
                string.Create(CultureInfo.InvariantCulture, $"den {day.Day} {Wording.Month(day.Month, language)}"),
                string.Create(CultureInfo.InvariantCulture, $"on {day.Day} {Wording.Month(day.Month, language)}"))
            : date;
}
