using System.Globalization;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Forms;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Sentences;
using TrygghetHub.Server.Pictures.Signals;
using TrygghetHub.Server.Platform.Calendar;
using WireLevel = TrygghetHub.Pictures.V1.AreaLevel;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>
/// Makes the weekly picture of what one reader may see. Pure: same inputs, same bytes. Thread-safe.
/// </summary>
/// <remarks>
/// <code>
/// 1  SeenReports   decides about every report, and counts what is permitted
/// 2  FigureTable   sums the counts, and says which of them the audience is shown
/// 3  places, times, areas, coverage, from the same reports
/// 4  WeekSignals   what stands out against the weeks before
/// 5  WeekSentences says it, by the picture's own figures alone
/// </code>
/// </remarks>
internal static class PictureCompiler
{
    // Twelve weeks and the picture's own.
    private const int TrendWeeks = 13;
    private const int AreaWeeks = 12;

    /// <summary>Compiles.</summary>
    /// <param name="inputs">What there is.</param>
    /// <param name="reader">Who may see of it what the agreements let it see; for the steering group the picture's compiler.</param>
    /// <param name="audience">Whom the figures are for.</param>
    /// <param name="alsoSeenBy">Who is shown it, where that is somebody else than the reader.</param>
    public static SituationalPicture Compile(
        PictureInputs inputs, PartnerId reader, AudienceKind audience = AudienceKind.Full, PartnerId? alsoSeenBy = null)
    {
        var smallest = SmallestCounts.Of(audience);
        var seen = new SeenReports(inputs, reader, alsoSeenBy);
        var agreedFrom = AgreedFrom(inputs.Rules, reader, inputs.Municipality, inputs.DecidedAt);
        var answers = new Answers(inputs, seen, agreedFrom);
        var figures = new FigureTable(
            seen.Cells, answers.HasAnswered, smallest, isOfAreas: audience == AudienceKind.Steering, Readers(audience, reader, seen));
        var names = new PictureNames(inputs.Rules);
        inputs.Rules.Areas.TryGet(inputs.Municipality, out var municipality);
        var places = new PlaceCounts(
            inputs, seen.Single,
            area => figures.Shown(new FigureKey(false, area), 0) is not null && figures.Shown(new FigureKey(false, area), 1) is not null,
            smallest);

        var picture = new SituationalPicture
        {
            Municipality = inputs.Municipality,
            MunicipalityName = municipality!.DisplayName,
            Week = ToWire(inputs.Week),
            WeekStart = inputs.Week.Start.ToTimestamp(),
            WeekEnd = inputs.Week.End.ToTimestamp(),
            Compiler = reader.Value,
            Audience = new Audience
            {
                Kind = audience,
                Partner = audience == AudienceKind.Partner ? reader.Value : "",
                SmallestCount = smallest,
            },
            Totals = Totals(seen, figures),
            Coverage = { agreedFrom.Keys.Order().Select(s => Coverage(inputs, reader, s, seen, figures, answers)) },
            Cells = { Cells(figures, names, published: false) },
            PublishedEvents = { Cells(figures, names, published: true) },
            Sums = { Sums(inputs, figures, names, published: false) },
            PublishedSums = { Sums(inputs, figures, names, published: true) },
            Trend = { Trend(inputs, figures, answers) },
            TimePattern = TimePatterns.Of(
                seen.Single, (published, age) => figures.Shown(new FigureKey(published), age) is not null, smallest),
            Squares = { places.Squares() },
            Places = { places.Top() },
            Measures = JointWorkMapping.Measures(inputs.JointWork, inputs.Week, inputs.MeetingAt, audience, figures.IsLargeEnough),
            Promises = JointWorkMapping.Promises(inputs.JointWork),
            PerceivedSafety = JointWorkMapping.PerceivedSafety(inputs.JointWork),
            NextWeek = NextWeek(inputs, seen, names),
            Corrections = { Corrections(inputs, reader, smallest) },
            MeetingTime = inputs.MeetingAt.ToTimestamp(),
            Basis = seen.Basis(namesReports: audience == AudienceKind.Full),
        };
        picture.Signals.Add(Signals(inputs, seen, figures, places, answers, names));
        picture.Areas.Add(Areas(inputs, seen, figures, answers, places, picture));
        if (audience == AudienceKind.Steering)
        {
            KeepTrend(picture);
        }

        picture.Sentences.Add(WeekSentences.Of(picture));
        return picture;
    }

    // Trend and measures are what the steering group decides by; single places and categories are the operative group's.
    private static void KeepTrend(SituationalPicture picture)
    {
        picture.Cells.Clear();
        picture.PublishedEvents.Clear();
        picture.TimePattern = null;
        picture.Squares.Clear();
        picture.Places.Clear();
        foreach (var placed in picture.Signals.Where(s => s.Place.Length > 0).ToList())
        {
            picture.Signals.Remove(placed);
        }

        picture.Corrections.Clear();
        picture.NextWeek.Events.Clear();
        KeepTold(picture.Sums, [.. picture.Signals.Where(s => !s.Published)]);
        KeepTold(picture.PublishedSums, [.. picture.Signals.Where(s => s.Published)]);
        foreach (var coverage in picture.Coverage)
        {
            coverage.Families.Clear();
        }
    }

    // Areas and all of it, and what a signal is told of.
    private static void KeepTold(RepeatedField<Sum> sums, IReadOnlyCollection<Signal> signals)
    {
        var told = sums.Where(s => s.Family.Length == 0
            || (s.Category.Length == 0 && signals.Any(signal => signal.Area == s.Area && signal.Family == s.Family))).ToList();
        sums.Clear();
        sums.Add(told);
    }

    /// <summary>
    /// The partners whose reports the compiler may see of a municipality for the weekly picture, itself included when
    /// it reports. Zero from one of these means something; from others nothing is expected.
    /// </summary>
    public static IEnumerable<PartnerId> Senders(
        RuleBook rules, PartnerId compiler, string municipality, DateTimeOffset at) =>
        Flows(rules, compiler, municipality, at).Select(f => f.Flow.From).Distinct().Order();

    // The week in which each of them was agreed on: before it, nobody expected anything of it.
    private static Dictionary<PartnerId, IsoWeek> AgreedFrom(
        RuleBook rules, PartnerId compiler, string municipality, DateTimeOffset at) =>
        Flows(rules, compiler, municipality, at).GroupBy(f => f.Flow.From).ToDictionary(
            sender => sender.Key,
            sender => IsoWeek.Of(sender
                .SelectMany(f => f.Flow.Areas.Where(a => rules.Areas.Municipalities(a).Contains(municipality)).Select(f.Since))
                .Min()));

    /// <summary>Whether a flow says anything about a municipality: names it, what holds it, or a part of it.</summary>
    public static bool Touches(SharingFlow flow, string municipality, RuleBook rules) =>
        flow.Categories.Count > 0 && flow.Areas.Any(a => rules.Areas.Municipalities(a).Contains(municipality));

    private static IEnumerable<AgreedFlow> Flows(
        RuleBook rules, PartnerId compiler, string municipality, DateTimeOffset at) =>
        rules.Agreements.FlowsTo(compiler).Concat(rules.Agreements.FlowsFrom(compiler))
            .Where(f => f.Permits(at) && f.Agreement.Purposes.Contains(Purpose.WeeklyPicture) && Touches(f.Flow, municipality, rules));

    private static Totals Totals(SeenReports seen, FigureTable figures)
    {
        var totals = new Totals { SmallCells = seen.SmallCellsOfTheWeek };
        Set(figures.Shown(FigureKey.All, 0), count => totals.Reports = count);
        Set(figures.Shown(new FigureKey(false), 0), count => totals.PartnerReports = count);
        Set(figures.Shown(new FigureKey(true), 0), count => totals.PublishedEvents = count);
        Set(figures.Shown(FigureKey.All, 1), count => totals.LastWeek = count);
        // The compiler's own book-keeping: others take their own part away from it, and it is no figure of theirs.
        if (figures.ShowsAll)
        {
            (totals.Context, totals.ConfirmedDoubles) = (seen.Context, seen.ConfirmedDoubles);
        }

        return totals;
    }

    private static Coverage Coverage(
        PictureInputs inputs, PartnerId reader, PartnerId partner, SeenReports seen, FigureTable figures, Answers answers)
    {
        var word = inputs.Words.GetValueOrDefault((partner, inputs.Week));
        var hasReported = seen.HaveReported.Contains((partner, 0));
        var coverage = new Coverage
        {
            Partner = partner.Value,
            PartnerName = inputs.Rules.Partners.Partners[partner].DisplayName,
            ConfirmTime = word?.At.ToTimestamp(),
            Status = word is { Statement: WeekStatement.Complete } ? CoverageStatus.Complete
                // A report that came after "nothing to report" speaks against it.
                : hasReported ? CoverageStatus.Reported
                : word is not null ? CoverageStatus.NothingToReport
                : CoverageStatus.Missing,
            Late = inputs.FrozenAt is { } frozen && answers.FirstAnswer(partner) > frozen,
            Compared = figures.IsCompared(partner),
        };
        // All of its reports may be in cells that are too small to be shown: that is no nought.
        var sum = new FigureKey(null, null, null, null, partner);
        Set(
            figures.Count(sum, 0) == 0 && seen.Withheld.Any(w => w.Partner == partner) ? null : figures.Shown(sum, 0),
            count => coverage.Reports = count);
        // Its word stands where nothing has come that speaks against it; "complete" is said of what there is.
        var isConfirmed = coverage.Status is CoverageStatus.Complete or CoverageStatus.NothingToReport;
        foreach (var family in Flows(inputs.Rules, reader, inputs.Municipality, inputs.DecidedAt)
            .Where(f => f.Flow.From == partner)
            .SelectMany(f => f.Flow.Categories).Select(c => inputs.Rules.Categories.Find(c)?.Family).OfType<string>()
            .Distinct().Order(StringComparer.Ordinal))
        {
            var key = new FigureKey(null, null, family, null, partner);
            var answer = new FamilyCoverage
            {
                Family = family,
                Answer = figures.Count(key, 0) > 0 || seen.Withheld.Contains((partner, family)) ? FamilyAnswer.Reported
                    : isConfirmed ? FamilyAnswer.None
                    : FamilyAnswer.Unknown,
            };
            Set(
                answer.Answer == FamilyAnswer.Reported && figures.Count(key, 0) > 0 ? figures.Shown(key, 0) : null,
                count => answer.Reports = count);
            coverage.Families.Add(answer);
        }

        return coverage;
    }

    private static IEnumerable<Cell> Cells(FigureTable figures, PictureNames names, bool published)
    {
        foreach (var key in figures.Keys.Where(k => k.Published == published && k is { Area: not null, Category: not null }))
        {
            var cell = new Cell
            {
                Area = key.Area,
                AreaName = names.Area(key.Area!),
                Category = key.Category,
                CategoryName = key.Category!.Length == 0 ? names.Family(key.Family!) : names.Category(key.Category),
                Family = key.Family,
                Usual = figures.Usual(key),
                Judgement = figures.Judge(key),
            };
            Set(figures.Shown(key, 0), count => cell.ThisWeek = count);
            Set(figures.Shown(key, 1), count => cell.LastWeek = count);
            if (figures.Count(key, 0) > 0 || figures.Count(key, 1) > 0 || cell.Usual?.High > 0)
            {
                yield return cell;
            }
        }
    }

    private static IEnumerable<Sum> Sums(PictureInputs inputs, FigureTable figures, PictureNames names, bool published)
    {
        // Of week 53 of a year after one that had none, the last one.
        var year = inputs.Week.Year - 1;
        var lastYear = SeenReports.AgeOf(new IsoWeek(year, Math.Min(inputs.Week.Week, IsoWeek.WeeksIn(year))), inputs.Week);
        var isKnown = figures.Keys.Any(k => k.Published == published && figures.Count(k, lastYear) > 0);
        foreach (var key in figures.Keys.Where(k => k.Published == published && (k.Area is null || k.Category is null))
            // The sum over everything is there in a week without a report as well: it is what a true zero is told by.
            .Union(published ? [] : [new FigureKey(false)]).Order())
        {
            var sum = new Sum
            {
                Area = key.Area ?? "",
                AreaName = key.Area is null ? "" : names.Area(key.Area),
                Family = key.Family ?? "",
                FamilyName = key.Family is null ? "" : names.Family(key.Family),
                Category = key.Category ?? "",
                CategoryName = key.Category is null ? "" : key.Category.Length == 0 ? names.Family(key.Family!) : names.Category(key.Category),
                Usual = figures.Usual(key),
                Judgement = figures.Judge(key),
            };
            Set(figures.Shown(key, 0), count => sum.ThisWeek = count);
            Set(figures.Shown(key, 1), count => sum.LastWeek = count);
            Set(isKnown ? figures.Shown(key, lastYear) : null, count => sum.LastYear = count);
            if (figures.Count(key, 0) > 0 || figures.Count(key, 1) > 0 || sum.Usual?.High > 0 || key.Family is null)
            {
                yield return sum;
            }
        }
    }

    private static IEnumerable<WeekTotal> Trend(PictureInputs inputs, FigureTable figures, Answers answers)
    {
        for (var age = TrendWeeks - 1; age >= 0; age--)
        {
            var week = new WeekTotal
            {
                Week = ToWire(inputs.Week.Plus(-age)),
                SourcesMissing = answers.IsSomeoneMissing(age),
            };
            Set(figures.Shown(FigureKey.All, age), count => week.Reports = count);
            Set(figures.Shown(new FigureKey(true), age), count => week.PublishedEvents = count);
            yield return week;
        }
    }

    private static IEnumerable<AreaTrend> Areas(
        PictureInputs inputs, SeenReports seen, FigureTable figures, Answers answers, PlaceCounts places,
        SituationalPicture picture)
    {
        var codes = inputs.Rules.Areas.Children(inputs.Municipality).Where(a => !a.IsClosed).Select(a => a.Code)
            .Concat(figures.Keys.Select(k => k.Area).OfType<string>())
            .Append(inputs.Municipality)
            .Distinct().Order(StringComparer.Ordinal);
        foreach (var code in codes)
        {
            inputs.Rules.Areas.TryGet(code, out var area);
            var key = new FigureKey(false, code);
            var serious = seen.Single.Where(r => r is { Age: 0, IsConcern: true, Cell.Published: false } && r.Cell.Area == code && IsSeverityShown(r))
                .Sum(r => r.Report.Envelope.Severity switch
                {
                    Severity.Grave => AreaLevels.FewestSerious,
                    Severity.Serious => 1,
                    _ => 0,
                });
            var suggestion = AreaLevels.Suggest(
                serious, places.RepeatPlaces(code), picture.Signals.Count(s => s.Area == code && !s.Published), openProblems: null,
                // Who reports without being asked by any agreement, the compiler of its own, has answered as well.
                Math.Max(picture.Coverage.Count(c => c.Status != CoverageStatus.Missing), Math.Min(1, figures.Count(FigureKey.Reported, 0))),
                picture.Coverage.Count);
            var trend = new AreaTrend
            {
                Area = code,
                AreaName = area?.DisplayName ?? code,
                Usual = figures.Usual(key),
                SuggestedLevel = picture.Audience.Kind == AudienceKind.Full ? suggestion.Level : WireLevel.Unspecified,
                SuggestedReason = picture.Audience.Kind == AudienceKind.Full ? suggestion.Reason : "",
                SuggestedReasonEn = picture.Audience.Kind == AudienceKind.Full ? suggestion.ReasonEn : "",
                Outline = area is null ? null : Outlines.Of(area),
            };
            Set(figures.Shown(new FigureKey(true, code), 0), count => trend.PublishedEvents = count);
            for (var age = AreaWeeks - 1; age >= 0; age--)
            {
                var week = new AreaWeek
                {
                    Week = ToWire(inputs.Week.Plus(-age)),
                    SourcesMissing = answers.IsSomeoneMissing(age),
                    BeforeStart = age > answers.OldestAge,
                };
                Set(week.BeforeStart ? null : figures.Shown(key, age), count => week.Reports = count);
                trend.Weeks.Add(week);
            }

            yield return trend;
        }
    }

    private static bool IsSeverityShown(SeenReport report) =>
        report.Record is { } record && (record.Whole || record.Fields.Has(ReportField.Severity));

    private static IEnumerable<Signal> Signals(
        PictureInputs inputs, SeenReports seen, FigureTable figures, PlaceCounts places, Answers answers, PictureNames names)
    {
        // A calm week is no deviation, and hides none.
        var concerns = new FigureTable(
            seen.Cells.Where(c => inputs.Rules.Categories.IsConcern(c.Key.Cell.Category)).ToDictionary(),
            answers.HasAnswered, smallest: 1);
        var families = concerns.Keys.Where(k => k is { Published: not null, Area: not null, Family: not null, Category: null })
            .Select(k => new FamilySeries(k.Published!.Value, k.Area!, k.Family!, concerns.Partners(k)));
        var raised = WeekSignals.Of(
            new SignalInputs(
                [.. families], places.Series(answers.WeeksKnown), TimePatterns.Series(seen.Single)),
            new SignalNames(names.Area, names.Family));

        // What is told of a signal is told of its figures: all of them must be shown, and what is left of their sum as well.
        foreach (var signal in raised.Where(s =>
            figures.Shown(KeyOf(s), 0) is { } shown
            && figures.IsLargeEnough(s.Observed) && figures.IsLargeEnough(Math.Max(0, shown - s.Observed))
            && figures.IsLargeEnough(s.InWindow) && figures.IsLargeEnough(Math.Max(0, s.Observed - s.InWindow))))
        {
            if (!figures.ShowsAll)
            {
                // As the span is, of what is shown of the weeks before; "fewer than one" is no "none".
                var mean = (signal.Rule == SignalRule.Deviation ? figures.UsualMean(KeyOf(signal), concerns.Partners(KeyOf(signal))) : null)
                    ?? signal.UsualMean;
                signal.UsualMean = mean is > 0 and < 1 ? 0.5 : Math.Round(mean);
            }

            yield return signal;
        }
    }

    private static FigureKey KeyOf(Signal signal) => new(signal.Published, signal.Area, signal.Family.Length == 0 ? null : signal.Family);

    // In the steering group sit people of the partners, who know what their own have reported, and people of none.
    private static IReadOnlyList<PartnerId?> Readers(AudienceKind audience, PartnerId reader, SeenReports seen) =>
        audience == AudienceKind.Partner
            ? [reader]
            : [null, .. seen.Cells.Keys.Select(k => k.Partner).Distinct().Order().Select(p => (PartnerId?)p)];

    private static NextWeek NextWeek(PictureInputs inputs, SeenReports seen, PictureNames names)
    {
        var next = new NextWeek { Week = ToWire(inputs.Week.Plus(1)) };
        JointWorkMapping.PutWalks(inputs.JointWork, inputs.Week.Plus(1), next);
        next.Holidays.Add(Weeks.SwedishHolidays.In(inputs.Week.Plus(1)));
        foreach (var report in inputs.NextWeek)
        {
            if (seen.Record(report) is not { } record || (record.Area.District ?? record.Area.Municipality) is not { } area)
            {
                continue;
            }

            var isDayShown = record.Whole || (record.Time <= TimeGranularity.Day && record.Fields.Has(ReportField.Occurred));
            next.Events.Add(new PlannedEvent
            {
                Date = isDayShown ? SwedishTime.DayOf(report.From).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "",
                Area = area,
                AreaName = names.Area(area),
                Partner = report.Envelope.Sender.Value,
            });
        }

        return next;
    }

    private static IEnumerable<WeekCorrection> Corrections(PictureInputs inputs, PartnerId reader, int smallest) =>
        from changed in inputs.Changes
        let changes = LateReports.Count(changed, reader, inputs.Rules, inputs.DecidedAt)
        where changes is not null && (smallest == 1 || AreLarge(OfOthers(changed, reader), inputs, reader, smallest))
        select new WeekCorrection { Week = ToWire(changed.Week), Changes = changes };

    // What it has sent itself the reader takes away.
    private static ChangedWeek OfOthers(ChangedWeek changed, PartnerId reader) => changed with
    {
        Reports = [.. changed.Reports.Where(r => (r.Before ?? r.After)!.Envelope.Sender != reader)],
    };

    private static bool AreLarge(ChangedWeek changed, PictureInputs inputs, PartnerId reader, int smallest) =>
        LateReports.Count(changed, reader, inputs.Rules, inputs.DecidedAt) is not { } changes
        || new[] { changes.Added, changes.Corrected, changes.Withdrawn }.All(count => count == 0 || count >= smallest);

    private static WireWeek ToWire(IsoWeek week) => new() { Year = week.Year, Week = week.Week };

    // What is not shown is not set: a nought would be a figure.
    private static void Set(int? shown, Action<int> set)
    {
        if (shown is { } count)
        {
            set(count);
        }
    }
}
