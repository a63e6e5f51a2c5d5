using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Signals;
using TrygghetHub.Server.Pictures.Weeks;
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
internal sealed class PictureCompiler
{
    // Twelve weeks and the picture's own.
    private const int TrendWeeks = 13;
    private const int AreaWeeks = 12;

    private readonly PictureInputs inputs;
    private readonly PictureAudience audience;
    private readonly SeenReports seen;
    private readonly IReadOnlyDictionary<PartnerId, IsoWeek> agreedFrom;
    private readonly Answers answers;
    private readonly FigureAnswers ofFigures;
    private readonly FigureTable figures;
    private readonly PictureNames names;
    private readonly PlaceCounts places;

    private PictureCompiler(PictureInputs inputs, PictureAudience audience)
    {
        (this.inputs, this.audience) = (inputs, audience);
        seen = new SeenReports(inputs, audience);
        agreedFrom = AgreedFrom();
        answers = new Answers(inputs, seen, agreedFrom);
        var silent = answers.Silent.ToDictionary(p => p, FamiliesAgreed);
        ofFigures = new FigureAnswers(
            answers.HasAnswered, family => silent.Values.Any(families => family is null || families.Contains(family)));
        figures = new FigureTable(
            seen.Cells, ofFigures, audience.SmallestCount, isOfAreas: !audience.Has(PictureParts.Categories), Readers());
        names = new PictureNames(inputs.Rules);
        places = new PlaceCounts(
            inputs, seen.Single,
            area => figures.Shown(new FigureKey(false, area), 0) is not null && figures.Shown(new FigureKey(false, area), 1) is not null,
            audience.SmallestCount);
    }

    // Whose reports both may see: of a sender whom the compiler sees nothing of, a picture of its can say nothing.
    private Dictionary<PartnerId, IsoWeek> AgreedFrom()
    {
        var its = WeekFlows.AgreedFrom(inputs.Rules, audience.Compiler, inputs.Municipality, inputs.DecidedAt);
        return WeekFlows.AgreedFrom(inputs.Rules, audience.Reader, inputs.Municipality, inputs.DecidedAt)
            .Where(sender => its.ContainsKey(sender.Key) && TakesPart(sender.Key))
            .ToDictionary(sender => sender.Key, sender => sender.Value > its[sender.Key] ? sender.Value : its[sender.Key]);
    }

    // Who had left, or was suspended, before the week was over is not waited for; what it had reported by then counts.
    private bool TakesPart(PartnerId sender) =>
        inputs.Rules.Partners.Partners.GetValueOrDefault(sender) is { } partner
        && (partner.State == PartnerState.Active || partner.StateAt >= inputs.Week.End
            || seen.HaveReported.Contains((sender, false, 0)) || inputs.Words.ContainsKey((sender, inputs.Week)));

    /// <summary>Compiles; the picture has no sentences yet.</summary>
    /// <param name="inputs">What there is.</param>
    /// <param name="audience">Whom it is for, and what it may hold for them.</param>
    public static SituationalPicture Compile(PictureInputs inputs, PictureAudience audience) =>
        new PictureCompiler(inputs, audience).Compile();

    private SituationalPicture Compile()
    {
        inputs.Rules.Areas.TryGet(inputs.Municipality, out var municipality);
        var signals = Signals().ToList();
        var picture = new SituationalPicture
        {
            Municipality = inputs.Municipality,
            MunicipalityName = municipality!.DisplayName,
            Week = ToWire(inputs.Week),
            WeekStart = inputs.Week.Start.ToTimestamp(),
            WeekEnd = inputs.Week.End.ToTimestamp(),
            Compiler = audience.Reader.Value,
            Audience = new Audience
            {
                Kind = audience.Kind,
                Partner = audience.Kind == AudienceKind.Partner ? audience.Reader.Value : "",
                SmallestCount = audience.SmallestCount,
            },
            Totals = Totals(),
            Coverage = { agreedFrom.Keys.Order().Select(Coverage) },
            Sums = { Sums(signals, published: false) },
            PublishedSums = { Sums(signals, published: true) },
            Trend = { Trend() },
            Signals = { signals },
            Measures = JointWorkMapping.Measures(inputs.JointWork, inputs.Week, inputs.MeetingAt, audience, figures.IsLargeEnough),
            Promises = JointWorkMapping.Promises(inputs.JointWork),
            PerceivedSafety = JointWorkMapping.PerceivedSafety(inputs.JointWork),
            NextWeek = NextWeek(),
            MeetingTime = inputs.MeetingAt.ToTimestamp(),
            Basis = seen.Basis(namesReports: audience.Has(PictureParts.ReportIds)),
        };
        if (audience.Has(PictureParts.Categories))
        {
            picture.Cells.Add(Cells(published: false));
            picture.PublishedEvents.Add(Cells(published: true));
        }

        if (audience.Has(PictureParts.TimePattern))
        {
            picture.TimePattern = TimePatterns.Of(
                seen.Single, (published, age) => figures.Shown(new FigureKey(published), age) is not null, audience.SmallestCount);
        }

        if (audience.Has(PictureParts.Places))
        {
            picture.Squares.Add(places.Squares());
            picture.Places.Add(places.Top());
        }

        if (audience.Has(PictureParts.Corrections))
        {
            picture.Corrections.Add(Corrections());
        }

        picture.Areas.Add(Areas(picture));
        return picture;
    }

    private Totals Totals()
    {
        var totals = new Totals { SmallCells = seen.SmallCellsOfTheWeek };
        Set(figures.Shown(FigureKey.All, 0), count => totals.Reports = count);
        Set(figures.Shown(new FigureKey(false), 0), count => totals.PartnerReports = count);
        Set(figures.Shown(new FigureKey(true), 0), count => totals.PublishedEvents = count);
        Set(figures.Shown(FigureKey.All, 1), count => totals.LastWeek = count);
        if (audience.Has(PictureParts.Bookkeeping))
        {
            (totals.Context, totals.ConfirmedDoubles) = (seen.Context, seen.ConfirmedDoubles);
        }

        return totals;
    }

    private Coverage Coverage(PartnerId partner)
    {
        var word = inputs.Words.GetValueOrDefault((partner, inputs.Week));
        var hasReported = seen.HaveReported.Contains((partner, false, 0))
            || (!answers.ReportsItself(partner) && answers.HasAnswered(partner, null, 0));
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
        if (audience.Has(PictureParts.AnswersByFamily))
        {
            coverage.Families.Add(AnswersByFamily(partner, coverage.Status));
        }

        return coverage;
    }

    private IEnumerable<FamilyCoverage> AnswersByFamily(PartnerId partner, CoverageStatus status)
    {
        // Its word stands where nothing has come that speaks against it; "complete" is said of what there is.
        var isConfirmed = status is CoverageStatus.Complete or CoverageStatus.NothingToReport;
        foreach (var family in FamiliesAgreed(partner).Order(StringComparer.Ordinal))
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
            yield return answer;
        }
    }

    // Of which both may see something.
    private HashSet<string> FamiliesAgreed(PartnerId sender) =>
        [.. FamiliesAgreed(audience.Reader, sender).Intersect(FamiliesAgreed(audience.Compiler, sender))];

    private IEnumerable<string> FamiliesAgreed(PartnerId reader, PartnerId sender) =>
        WeekFlows.Flows(inputs.Rules, reader, inputs.Municipality, inputs.DecidedAt).Where(f => f.Flow.From == sender)
            .SelectMany(f => f.Flow.Categories).Select(c => inputs.Rules.Categories.Find(c)?.Family).OfType<string>().Distinct();

    private IEnumerable<Cell> Cells(bool published)
    {
        foreach (var key in figures.Keys.Where(k => k.Published == published && k is { Area: not null, Category: not null }))
        {
            var cell = new Cell
            {
                Area = key.Area,
                AreaName = names.Area(key.Area!),
                Category = key.Category,
                CategoryWithheld = key.Category!.Length == 0,
                CategoryName = key.Category.Length == 0 ? names.Family(key.Family!) : names.Category(key.Category),
                Family = key.Family,
                Usual = figures.Usual(key),
                Judgement = figures.Judge(key),
            };
            Set(figures.Shown(key, 0), count => cell.ThisWeek = count);
            Set(figures.Shown(key, 1), count => cell.LastWeek = count);
            Set(figures.ComparedReports(key), count => cell.ComparedReports = count);
            if (figures.Count(key, 0) > 0 || figures.Count(key, 1) > 0 || cell.Usual?.High > 0)
            {
                yield return cell;
            }
        }
    }

    private IEnumerable<Sum> Sums(IReadOnlyCollection<Signal> signals, bool published)
    {
        // Of week 53 of a year after one that had none, the last one.
        var year = inputs.Week.Year - 1;
        var lastYear = SeenReports.AgeOf(new IsoWeek(year, Math.Min(inputs.Week.Week, IsoWeek.WeeksIn(year))), inputs.Week);
        var isKnown = figures.Keys.Any(k => k.Published == published && figures.Count(k, lastYear) > 0);
        foreach (var key in figures.Keys.Where(k => k.Published == published && (k.Area is null || k.Category is null))
            // The sum over everything is there in a week without a report as well: it is what a true zero is told by.
            .Union(published ? [] : [new FigureKey(false)]).Where(k => MayHold(k, signals)).Order())
        {
            var sum = new Sum
            {
                Area = key.Area ?? "",
                AreaName = key.Area is null ? "" : names.Area(key.Area),
                Family = key.Family ?? "",
                FamilyName = key.Family is null ? "" : names.Family(key.Family),
                Category = key.Category ?? "",
                CategoryWithheld = key.Category is { Length: 0 },
                CategoryName = key.Category is null ? "" : key.Category.Length == 0 ? names.Family(key.Family!) : names.Category(key.Category),
                Usual = figures.Usual(key),
                Judgement = figures.Judge(key),
            };
            Set(figures.Shown(key, 0), count => sum.ThisWeek = count);
            Set(figures.Shown(key, 1), count => sum.LastWeek = count);
            Set(figures.ComparedReports(key), count => sum.ComparedReports = count);
            Set(isKnown ? figures.Shown(key, lastYear) : null, count => sum.LastYear = count);
            if (figures.Count(key, 0) > 0 || figures.Count(key, 1) > 0 || sum.Usual?.High > 0 || key.Family is null)
            {
                yield return sum;
            }
        }
    }

    // Whom no categories are shown, areas and the whole are, and what a signal is told of.
    private bool MayHold(FigureKey sum, IReadOnlyCollection<Signal> signals) =>
        audience.Has(PictureParts.Categories) || sum.Family is null || (sum.Category is null && signals.Any(s => KeyOf(s) == sum));

    private IEnumerable<WeekTotal> Trend()
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

    private IEnumerable<AreaTrend> Areas(SituationalPicture picture)
    {
        var codes = inputs.Rules.Areas.Children(inputs.Municipality)
            // One that is younger than the week is there where it has figures: reports of earlier events may name it.
            .Where(a => !a.IsClosed && !(a.ValidFrom > SwedishTime.DayOf(inputs.Week.End.AddTicks(-1)))).Select(a => a.Code)
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
                // An area of which nobody has ever reported is carried by those who carry the municipality.
                isCarried: IsAnyoneHeard(picture) && figures.IsCarried(figures.Keys.Contains(key) ? key : FigureKey.Reported),
                someAreSilent: answers.Silent.Any());
            var trend = new AreaTrend
            {
                Area = code,
                AreaName = area?.DisplayName ?? code,
                Usual = figures.Usual(key),
                SuggestedLevel = audience.Has(PictureParts.SuggestedLevels) ? suggestion.Level : WireLevel.Unspecified,
                SuggestedReason = audience.Has(PictureParts.SuggestedLevels) ? suggestion.Reason : "",
                SuggestedReasonEn = audience.Has(PictureParts.SuggestedLevels) ? suggestion.ReasonEn : "",
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

    // Who reports without being asked by any agreement, the compiler of its own, has answered as well.
    private bool IsAnyoneHeard(SituationalPicture picture) =>
        figures.Count(FigureKey.Reported, 0) > 0 || picture.Coverage.Any(c => c.Status != CoverageStatus.Missing && answers.ReportsItself(new PartnerId(c.Partner)));

    private static bool IsSeverityShown(SeenReport report) =>
        report.Record is { } record && (record.Whole || record.Fields.Has(ReportField.Severity));

    private IEnumerable<Signal> Signals()
    {
        // A calm week is no deviation, and hides none.
        var concerns = new FigureTable(
            seen.Cells.Where(c => inputs.Rules.Categories.IsConcern(c.Key.Cell.Category)).ToDictionary(),
            ofFigures, smallest: 1, isOfAreas: false, readers: [null]);
        // A category that is all of its family in an area says nothing that the family does not.
        var several = concerns.Keys.Where(k => k is { Area: not null, Category: not null })
            .GroupBy(k => k with { Category = null }).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        var families = concerns.Keys
            .Where(k => k is { Published: not null, Area: not null, Family: not null } && (k.Category is null
                || (audience.Has(PictureParts.Categories) && k.Category.Length > 0 && several.Contains(k with { Category = null }))))
            .Select(k => new FamilySeries(k.Published!.Value, k.Area!, k.Family!, k.Category ?? "", concerns.Partners(k)));
        var raised = WeekSignals.Of(
            new SignalInputs(
                [.. families], audience.Has(PictureParts.Places) ? places.Series(answers.WeeksKnown) : [], TimePatterns.Series(seen.Single)),
            new SignalNames(names.Area, names.Family, names.Category));

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

    private static FigureKey KeyOf(Signal signal) => new(
        signal.Published, signal.Area, signal.Family.Length == 0 ? null : signal.Family, signal.Category.Length == 0 ? null : signal.Category);

    // In the steering group sit people of the partners, who know what their own have reported, and people of none.
    private IReadOnlyList<PartnerId?> Readers() =>
        audience.Kind == AudienceKind.Partner
            ? [audience.Reader]
            : [null, .. seen.Cells.Keys.Select(k => k.Partner).Distinct().Order().Select(p => (PartnerId?)p)];

    private NextWeek NextWeek()
    {
        var next = new NextWeek { Week = ToWire(inputs.Week.Plus(1)) };
        JointWorkMapping.PutWalks(inputs.JointWork, inputs.Week.Plus(1), next);
        next.Holidays.Add(SwedishHolidays.In(inputs.Week.Plus(1)));
        foreach (var report in audience.Has(PictureParts.PlannedEvents) ? inputs.NextWeek : [])
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

    private IEnumerable<WeekCorrection> Corrections() =>
        from changed in inputs.Changes
        let changes = LateReports.Count(changed, audience.Reader, inputs.Rules, inputs.DecidedAt)
        where changes is not null && (audience.SmallestCount == 1 || AreLarge(OfOthers(changed)))
        select new WeekCorrection { Week = ToWire(changed.Week), Changes = changes };

    // What it has sent itself the reader takes away.
    private ChangedWeek OfOthers(ChangedWeek changed) => changed with
    {
        Reports = [.. changed.Reports.Where(r => (r.Before ?? r.After)!.Envelope.Sender != audience.Reader)],
    };

    private bool AreLarge(ChangedWeek changed) =>
        LateReports.Count(changed, audience.Reader, inputs.Rules, inputs.DecidedAt) is not { } changes
        || new[] { changes.Added, changes.Corrected, changes.Withdrawn }.All(count => count == 0 || count >= audience.SmallestCount);

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
