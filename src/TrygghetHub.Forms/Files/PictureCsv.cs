using System.Globalization;
using CsvHelper;
using TrygghetHub.Pictures.V1;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Forms;

/// <summary>The picture's tables as files for a spreadsheet: one CSV each.</summary>
/// <remarks>
/// <para>
/// RFC 4180 in UTF-8 with a byte-order mark, by which spreadsheets know Swedish letters; figures with a point and no
/// thousands. A figure that is not shown is empty and its column <c>…_shown</c> says <c>false</c>: it is not a zero. Every row
/// begins with the picture's name, its reader and its state.
/// </para>
/// <para>
/// A text that a spreadsheet would take for a formula stands behind an apostrophe (OWASP, CSV injection). Pure: the same
/// picture gives the same bytes.
/// </para>
/// </remarks>
public static class PictureCsv
{
    private static readonly CsvWriterOptions Options = new()
    {
        Injection = CsvInjection.Escape,
        WriteByteOrderMark = true,
        TrueValue = "true",
        FalseValue = "false",
    };

    /// <summary>The files, in the order of the page.</summary>
    /// <param name="picture">As its reader may see it, with its review.</param>
    /// <param name="language">Of the names of kinds and judgements; headers are the same in both.</param>
    /// <returns>A file's name and its bytes. The steering group is given the trends of areas alone.</returns>
    public static IReadOnlyList<(string Name, byte[] Content)> Files(SituationalPicture picture, PictureLanguage language)
    {
        var reading = new Reading(picture, language);
        return reading.IsForSteering
            ? [("areas-weeks.csv", AreaWeeks(reading)), ("levels.csv", Levels(reading))]
            :
            [
                ("sentences.csv", Sentences(reading)),
                ("signals.csv", Signals(reading)),
                ("areas-weeks.csv", AreaWeeks(reading)),
                ("levels.csv", Levels(reading)),
                ("cells.csv", Cells(reading)),
                ("sums.csv", Sums(reading)),
                ("time-pattern.csv", TimePattern(reading)),
                ("squares.csv", SquaresOf(reading)),
                ("places.csv", Places(reading)),
                ("coverage.csv", Coverage(reading)),
                ("corrections.csv", Corrections(reading)),
            ];
    }

    private static byte[] Sentences(Reading reading) => Written(
        reading,
        ["id", "text", "edited", "reason", "signal"],
        reading.Picture.Sentences.Select(s =>
        {
            var edit = reading.Picture.Review?.Edits.LastOrDefault(e => e.Sentence == s.Id);
            var (swedish, english) = edit is null ? (s.Text, s.TextEn) : (edit.Text, edit.TextEn);
            var text = reading.Language == PictureLanguage.English && english.Length > 0 ? english : swedish;
            return new object?[] { s.Id, text, edit is not null, edit?.Reason, s.Signal };
        }));

    private static byte[] Signals(Reading reading) => Written(
        reading,
        [
            "id", "rule", "family", "family_name", "area", "area_name", "place", "observed_reports",
            .. Mean(reading, "usual_mean_reports"), "usual_weeks", "sources", "published",
        ],
        reading.Picture.Signals.Select(s => (object?[])
        [
            s.Id, reading.Words.Rules(s.Rule), s.Family, reading.FamilyName(s.Family, s.FamilyName), s.Area, s.AreaName, s.Place, s.Observed,
            .. Mean<object?>(reading, s.UsualMean), s.UsualWeeks, s.Sources, s.Published,
        ]));

    private static byte[] AreaWeeks(Reading reading) => Written(
        reading,
        ["area", "area_name", "iso_week", "reports", "shown", "sources_missing", "before_start", "usual_low_reports", "usual_high_reports"],
        reading.Picture.Areas.SelectMany(a => a.Weeks.Select(w => new object?[]
        {
            a.Area, reading.AreaName(a.Area), Key(w.Week), w.HasReports ? w.Reports : null, w.HasReports, w.SourcesMissing,
            w.BeforeStart, a.Usual?.Low, a.Usual?.High,
        })));

    // The municipality's own level stands first, where a person has decided one.
    private static byte[] Levels(Reading reading)
    {
        var whole = reading.MunicipalityLevel is { } decided
            ? new object?[] { reading.Picture.Municipality, reading.Words.All, Level(reading, decided.Level), true, null, decided.Reason }
            : null;
        return Written(
            reading,
            ["area", "area_name", "level", "decided", "suggested_level", "reason"],
            reading.Areas.Where(a => !reading.IsWhole(a.Area)).Select(a =>
            {
                var (level, decision) = reading.LevelOf(a);
                return new object?[]
                {
                    a.Area, reading.AreaName(a.Area), Level(reading, level), decision is not null, Level(reading, a.SuggestedLevel),
                    decision?.Reason ?? reading.Suggested(a),
                };
            }).Prepend(whole).OfType<object?[]>());
    }

    private static string? Level(Reading reading, AreaLevel level) =>
        level == AreaLevel.Unspecified ? null : reading.Words.LevelName(level);

    private static byte[] Corrections(Reading reading) => Written(
        reading,
        ["iso_week", "added_reports", "corrected_reports", "withdrawn_reports", "late_answers"],
        reading.Picture.Corrections.Select(c => new object?[]
        {
            Key(c.Week), c.Changes?.Added ?? 0, c.Changes?.Corrected ?? 0, c.Changes?.Withdrawn ?? 0, c.Changes?.Answered ?? 0,
        }));

    private static byte[] Cells(Reading reading) => Written(
        reading,
        ["area", "area_name", "family", "family_name", "category", "category_name", "category_withheld", "published", .. CountHeads(reading)],
        reading.Picture.Cells.Select(c => (Cell: c, Published: false)).Concat(reading.Picture.PublishedEvents.Select(c => (Cell: c, Published: true)))
            .Select(c => (object?[])
            [
                c.Cell.Area, reading.AreaName(c.Cell.Area), c.Cell.Family, reading.FamilyName(c.Cell.Family), c.Cell.Category,
                reading.CategoryName(c.Cell.Category, c.Cell.CategoryName), c.Cell.CategoryWithheld, c.Published,
                .. Counts(
                    reading, c.Cell.HasThisWeek ? c.Cell.ThisWeek : null, c.Cell.HasLastWeek ? c.Cell.LastWeek : null, c.Cell.Usual,
                    c.Cell.HasComparedReports ? c.Cell.ComparedReports : null, c.Cell.Judgement),
            ]));

    private static byte[] Sums(Reading reading) => Written(
        reading,
        ["area", "area_name", "family", "family_name", "category", "category_name", "category_withheld", "published", .. CountHeads(reading), "last_year_reports"],
        reading.Picture.Sums.Select(s => (Sum: s, Published: false)).Concat(reading.Picture.PublishedSums.Select(s => (Sum: s, Published: true)))
            .Select(s => (object?[])
            [
                s.Sum.Area, reading.AreaName(s.Sum.Area), s.Sum.Family, reading.FamilyName(s.Sum.Family, s.Sum.FamilyName), s.Sum.Category,
                reading.CategoryName(s.Sum.Category, s.Sum.CategoryName), s.Sum.CategoryWithheld, s.Published,
                .. Counts(
                    reading, s.Sum.HasThisWeek ? s.Sum.ThisWeek : null, s.Sum.HasLastWeek ? s.Sum.LastWeek : null, s.Sum.Usual,
                    s.Sum.HasComparedReports ? s.Sum.ComparedReports : null, s.Sum.Judgement),
                s.Sum.HasLastYear ? s.Sum.LastYear : null,
            ]));

    private static byte[] TimePattern(Reading reading)
    {
        var pattern = reading.Picture.TimePattern ?? new TimePattern();
        return Written(
            reading,
            ["weekday", "weekday_name", "start_hour", "end_hour", "reports", "shown", "weeks", "published"],
            pattern.Bands.Select(b => new object?[]
            {
                b.Weekday, reading.Notation.DayName(b.Weekday), b.StartHour, b.StartHour + 4, b.HasReports ? b.Reports : null, b.HasReports, pattern.Weeks,
                pattern.Published,
            }));
    }

    private static byte[] SquaresOf(Reading reading) => Written(
        reading,
        ["southwest_northing_sweref99tm_m", "southwest_easting_sweref99tm_m", "side_m", "reports", "sources"],
        reading.Picture.Squares.Select(s => new object?[] { s.NorthingM, s.EastingM, Squares.SideM, s.Reports, s.Sources }));

    private static byte[] Places(Reading reading) => Written(
        reading,
        ["place", "place_name", "area", "area_name", "reports_14_days", "reports_this_week", "independent_sources", "families"],
        reading.Picture.Places.Select(p => new object?[]
        {
            p.Place, p.PlaceName, p.Area, p.AreaName, p.Reports, p.ThisWeek, p.Sources, string.Join(' ', p.Families),
        }));

    private static byte[] Coverage(Reading reading) => Written(
        reading,
        ["partner", "partner_name", "status", "late", "compared", "family", "family_name", "answer", "reports", "shown"],
        reading.Picture.Coverage.SelectMany(c => c.Families.Select(f => new object?[]
        {
            c.Partner, reading.PartnerName(c.Partner), reading.Words.Answers(c.Status), c.Late, c.Compared, f.Family,
            reading.FamilyName(f.Family), Answer(reading.Words, f.Answer), f.HasReports ? f.Reports : null,
            f.HasReports || f.Answer != FamilyAnswer.Reported,
        })));

    // A mean is the compiler's alone: others have no column of it.
    private static string[] CountHeads(Reading reading) =>
    [
        "this_week_reports", "this_week_shown", "last_week_reports", "last_week_shown", "usual_low_reports", "usual_high_reports",
        .. Mean(reading, "usual_mean_reports"), "usual_weeks", .. Mean(reading, "compared_reports"), "judgement",
    ];

    private static object?[] Counts(
        Reading reading, int? thisWeek, int? lastWeek, UsualSpan? usual, int? compared, Judgement judgement) =>
    [
        thisWeek, thisWeek is not null, lastWeek, lastWeek is not null, usual?.Low, usual?.High,
        .. Mean<object?>(reading, usual?.Mean), usual?.Weeks, .. Mean<object?>(reading, compared),
        judgement == Judgement.Unspecified ? null : reading.Words.Judge(judgement),
    ];

    private static T[] Mean<T>(Reading reading, T field) => reading.IsForCompiler ? [field] : [];

    private static string Answer(PageWords words, FamilyAnswer answer) => answer switch
    {
        FamilyAnswer.Reported => words.Reports.ToLowerInvariant(),
        FamilyAnswer.None => words.None,
        _ => words.Unknown,
    };

    private static string Key(WireWeek week) => string.Create(CultureInfo.InvariantCulture, $"{week.Year:0000}-W{week.Week:00}");

    // Files part: each row says of which picture it is, and of which reader's.
    private static byte[] Written(Reading reading, string[] heads, IEnumerable<object?[]> rows)
    {
        using var file = new MemoryStream();
        using (var csv = CsvWriter.Create(file, Options, leaveOpen: true))
        {
            csv.WriteHeader(["picture", "reader", "state", .. heads]);
            foreach (var row in rows)
            {
                foreach (var field in (object?[])[reading.Picture.Name, reading.Reader, reading.State, .. row])
                {
                    csv.WriteField(field);
                }

                csv.EndRecord();
            }
        }

        return file.ToArray();
    }
}
