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
                "Det går inte att säga vad som är vanligt i områdena.", "What is usual in the areas cannot be told.");
        }

        var outside = judged.Where(sum => sum.Judgement != Judgement.Usual).OrderBy(sum => sum.Judgement).Take(MostNamed)
            .Select(sum => $"{sum.AreaName}: {Wording.Reports(sum.ThisWeek, language)}, {Shown.Against(picture, sum, language)}").ToList();
        return outside.Count > 0 ? $"{string.Join("; ", outside)}."
            : judged.Count < picture.Areas.Count ? language.In(
                "De områden som kan jämföras ligger inom det vanliga.", "The areas that can be compared lie within their usual span.")
            : language.In("Alla områden ligger inom det vanliga.", "All areas lie within their usual span.");
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
                $"Flera rutor har lika många rapporter, {Wording.Number(most, language)}, och ingen{among} har fler.",
                $"Several cells have the same number of reports, {Wording.Number(most, language)}, and none{among} has more.")
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
                    $"Inget mönster kan läsas ut: färre än {few} {Of(pattern, language)}{amongTimed} har en känd tid.",
                    $"No pattern can be told: fewer than {few} {Of(pattern, language)}{amongTimed} have a known time.")
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
        var weeks = language.In($"{Wording.Number(pattern.Weeks, language)} veckor", $"{Wording.Number(pattern.Weeks, language)} weeks");
        return busiest.Count > MostNamed
            ? language.In($"Inget tidsband{among} har flest {Of(pattern, language)}.", $"No time band{among} alone has most {Of(pattern, language)}.")
            : language.In("Flest ", "Most ") + Of(pattern, language) + among + ": " + Wording.Among(
                [.. busiest.Select(band => language.In(
                    $"{Wording.Day(band.Weekday, language)}ar klockan {Wording.Hours(band.StartHour)}",
                    $"{Wording.Day(band.Weekday, language)}s {Wording.Hours(band.StartHour)}"))], language)
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
                    "Inga rapporter har en så noga angiven plats att de kan ritas i rutor.",
                    "No reports have a place so precise that they can be drawn in squares.");
        }

        var most = picture.Squares.Max(square => square.Reports);
        var squares = Wording.Number(picture.Squares.Count, language);
        if (mayHide)
        {
            return language.In(
                $"Rutor som kan visas: {squares}; den av dem som har flest har {Wording.Reports(most, language)}.",
                $"Squares that can be shown: {squares}; the one of them with most has {Wording.Reports(most, language)}.");
        }

        return picture.Squares.Count == 1
            ? language.In(
                $"{Wording.Reports(most, language)} med noga angiven plats, i en och samma ruta.",
                $"{Wording.Reports(most, language)} with a precise place, in one and the same square.")
            : language.In(
                $"Rapporter med noga angiven plats ligger i {squares} rutor; rutan med flest har {Wording.Number(most, language)}.",
                $"Reports with a precise place lie in {squares} squares; the one with most has {Wording.Number(most, language)}.");
    }

    /// <summary>Places to talk about: the one with most reports.</summary>
    public static string Places(SituationalPicture picture, PictureLanguage language)
    {
        if (picture.Places.Count == 0)
        {
            return Shown.MayHide(picture)
                ? language.In("Ingen plats kan visas.", "No place can be shown.")
                : language.In("Ingen plats har återkommande rapporter.", "No place has repeated reports.");
        }

        var place = picture.Places[0];
        return language.In(
            $"Flest rapporter på 14 dagar: {place.PlaceName} i {place.AreaName}, {Wording.Number(place.Reports, language)} från "
                + $"{Wording.Sources(place.Sources, language)}.",
            $"Most reports in 14 days: {place.PlaceName} in {place.AreaName}, {Wording.Number(place.Reports, language)} from "
                + $"{Wording.Sources(place.Sources, language)}.");
    }

    /// <summary>Who has answered, and who is silent: zero is not silence.</summary>
    public static string Coverage(SituationalPicture picture, PictureLanguage language)
    {
        if (picture.Coverage.Count == 0)
        {
            return language.In("Ingen överenskommelse låter någon rapportera hit.", "No agreement lets anyone report here.");
        }

        // A source is in one of the three: what it has confirmed, what may still come, and what nobody knows.
        var silent = picture.Coverage.Where(c => c.Status == CoverageStatus.Missing).Select(c => c.PartnerName).ToList();
        var done = picture.Coverage.Count(c => c.Status is CoverageStatus.Complete or CoverageStatus.NothingToReport);
        var begun = picture.Coverage.Count - silent.Count - done;
        if (done + begun == 0)
        {
            return language.In("Ingen källa har rapporterat.", "No source has reported.");
        }

        var parts = new List<string>
        {
            language.In($"{Wording.Sources(done, language)} {(done == 1 ? "är klar" : "är klara")}", $"{Wording.Sources(done, language)} {(done == 1 ? "is" : "are")} done"),
        };
        if (begun > 0)
        {
            parts.Add(language.In($"{begun} har börjat", $"{begun} {(begun == 1 ? "has" : "have")} begun"));
        }

        if (silent.Count > 0)
        {
            parts.Add(language.In(
                $"{silent.Count} är {(silent.Count == 1 ? "tyst" : "tysta")}", $"{silent.Count} {(silent.Count == 1 ? "is" : "are")} silent"));
        }

        return string.Join(", ", parts) + (silent.Count is 0 or > MostNamed ? "." : language.In(
            $": vi vet inte hur det är hos {Wording.Among(silent, language)}.", $": we do not know about {Wording.Among(silent, language)}."));
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
        return Shown.IsJudged(sum) ? $"{count}: {Shown.Against(picture, sum, language)}." : $"{count}.";
    }

    /// <summary>Earlier weeks that have changed since they were frozen.</summary>
    public static string Corrections(SituationalPicture picture, PictureLanguage language)
    {
        var mayHide = Shown.MayHide(picture);
        if (picture.Corrections.Count == 0)
        {
            return mayHide
                ? language.In("Om tidigare veckor har ändrats kan inte visas.", "Whether earlier weeks have changed cannot be shown.")
                : language.In("Inga ändringar av tidigare veckor är kända.", "No changes to earlier weeks are known.");
        }

        var count = Wording.Number(picture.Corrections.Count, language);
        return language.In($"Tidigare veckor som har ändrats: {count}", $"Earlier weeks that have changed: {count}")
            + (mayHide ? language.In(". Fler kan ha ändrats utan att det visas.", ". More may have changed without its being shown.") : ".");
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
                $"{Wording.Number(next.Walks.Count, language)} {(next.Walks.Count == 1 ? "planerad vandring" : "planerade vandringar")}",
                $"{Wording.Number(next.Walks.Count, language)} planned {(next.Walks.Count == 1 ? "walk" : "walks")}"));
        }

        return known.Count == 0
            ? language.In(
                "Inga helgdagar och inga planerade evenemang är kända för nästa vecka.",
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
