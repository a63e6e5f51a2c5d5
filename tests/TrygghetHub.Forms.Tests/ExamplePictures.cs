using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Pictures.Reviews;
using TrygghetHub.Server.Pictures.Sentences;
using TrygghetHub.Server.Platform.Calendar;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Forms.Tests;

/// <summary>Fixed pictures, one for each way that a week can be; all of them invented.</summary>
/// <remarks>Written by hand and the same in every run: no clock, no chance. The municipality is no real one.</remarks>
internal static class ExamplePictures
{
    public const string Municipality = "9901";

    private static readonly IsoWeek Week = new(2026, 47);

    private static readonly (string Code, string Name)[] ThreeAreas = [("9901-a", "Björkby"), ("9901-b", "Norrvik"), ("9901-c", "Ängsholmen")];

    private static readonly string[] Families = [.. CategoryList.Embedded.Families];

    /// <summary>Every picture by the name of its golden file.</summary>
    public static IReadOnlyDictionary<string, SituationalPicture> All { get; } = new SortedDictionary<string, SituationalPicture>(StringComparer.Ordinal)
    {
        ["compiled"] = CompiledPictures.Full,
        ["compiled-steering"] = CompiledPictures.Steering,
        ["full"] = Full(),
        ["true-zero"] = TrueZero(),
        ["silent-sources"] = SilentSources(),
        ["partner"] = Partner(),
        ["huge"] = Huge(),
        ["approved"] = Approved(),
        ["steering"] = Steering(),
    };

    /// <summary>An ordinary week with something of everything.</summary>
    public static SituationalPicture Full()
    {
        var picture = Frame(PictureState.Compiled, 1);
        Count(picture, ThreeAreas,
        [
            ("criminal-damage", [(9, 4, 2, 6), (2, 3, 1, 4), (5, 6, 3, 8)]),
            ("graffiti", [(2, 1, 0, 3), (4, 0, 0, 2), (1, 1, 0, 3)]),
            ("littering", [(3, 5, 2, 7), (0, 1, 0, 2), (2, 2, 1, 4)]),
            ("disorder", [(6, 7, 4, 9), (1, 2, 0, 3), (4, 8, 6, 11)]),
            ("housing-disturbance", [(3, 2, 1, 4), (2, 2, 0, 3), (1, 0, 0, 2)]),
            ("youth-gathering", [(5, 3, 1, 4), (0, 0, 0, 2), (2, 1, 0, 3)]),
            ("open-drug-dealing", [(2, 2, 0, 3), (0, 0, 0, 1), (1, 1, 0, 3)]),
            ("threat-against-staff", [(1, 0, 0, 2), (0, 0, 0, 1), (0, 1, 0, 2)]),
            ("theft", [(4, 4, 2, 6), (1, 0, 0, 2), (3, 2, 1, 4)]),
            ("burglary", [(0, 1, 0, 2), (0, 0, 0, 1), (1, 0, 0, 2)]),
            ("illegal-path-traffic", [(2, 3, 1, 5), (3, 2, 0, 3), (1, 2, 0, 3)]),
            ("vehicle-fire", [(0, 0, 0, 1), (0, 0, 0, 0), (1, 0, 0, 1)]),
            ("broken-lighting", [(7, 3, 1, 4), (2, 1, 0, 3), (3, 4, 1, 5)]),
            ("unsafe-place", [(1, 1, 0, 3), (1, 0, 0, 2), (0, 2, 0, 3)]),
        ], atMunicipality: ("planned-event", (1, 0, 0, 1)));
        Publish(picture, [("theft", 4, 3), ("traffic-accident", 2, 1), ("assault", 1, 2)]);
        Trends(picture, [
            ("Platser med upprepade rapporter, och siffrorna avviker.", AreaLevel.Deviation, [31, 28, 35, 30, 27, 33, 36, 29, 31, 34, 36, 45], 26, 38),
            ("Få eller inga allvarliga händelser och inga platser med upprepade rapporter.", AreaLevel.Normal, [10, 12, 8, 9, 14, 11, 10, 9, 12, 13, 11, 16], 7, 16),
            ("Få eller inga allvarliga händelser och inga platser med upprepade rapporter.", AreaLevel.Normal, [24, 29, 31, 22, 26, 30, 28, 27, 25, 31, 30, 25], 21, 33),
        ]);
        picture.Signals.Add(new Signal
        {
            Id = "deviation/damage-and-litter/9901-a",
            Rule = SignalRule.Deviation,
            Family = "damage-and-litter",
            FamilyName = "Skadegörelse och nedskräpning",
            Area = "9901-a",
            AreaName = "Björkby",
            Observed = 14,
            UsualMean = 6.4,
            UsualWeeks = 41,
            Sources = 3,
        });
        picture.Sentences.Add(new Sentence
        {
            Id = "signal/deviation/damage-and-litter/9901-a",
            Rule = SentenceRule.Signal,
            Signal = "deviation/damage-and-litter/9901-a",
            Text = "Ovanligt många rapporter om skadegörelse och nedskräpning i Björkby: 14, normalt omkring 6 i veckan.",
            TextEn = "Unusually many reports of damage and litter in Björkby: 14, normally about 6 a week.",
        });
        picture.Sentences.Add(new Sentence
        {
            Id = "whole-week",
            Rule = SentenceRule.WholeWeek,
            Text = "87 rapporter i kommunen, som vanligt (normalt 35–107).",
            TextEn = "87 reports in the municipality, as usual (normally 35–107).",
        });
        Pattern(picture);
        Place(picture);
        picture.Coverage.Add(Covering("bostad-nord", "Bostad Nord", CoverageStatus.Complete, 38));
        picture.Coverage.Add(Covering("polisen", "Polisen, lokalpolisområdet", CoverageStatus.Complete, 24));
        picture.Coverage.Add(Covering("raddning", "Räddningstjänsten", CoverageStatus.NothingToReport, 0));
        picture.Coverage.Add(Covering("trygghet", "Kommunens trygghetsenhet", CoverageStatus.Reported, 17));
        picture.Coverage.Add(Covering("vaktbolag", "Väktarna", CoverageStatus.Complete, 8));
        picture.NextWeek = new NextWeek
        {
            Week = Wire(Week.Plus(1)),
            WalksState = CollectionState.NotCollected,
            Events = { new PlannedEvent { Date = "2026-11-28", Area = "9901-a", AreaName = "Björkby", Partner = "trygghet" } },
        };
        picture.Corrections.Add(new WeekCorrection { Week = Wire(Week.Plus(-1)), Changes = new LateChanges { Added = 2, Corrected = 1 } });
        return picture;
    }

    /// <summary>Nothing has happened, and all three sources have said so.</summary>
    public static SituationalPicture TrueZero()
    {
        var picture = Frame(PictureState.Compiled, 1);
        Trends(picture, [
            ("Inga rapporter.", AreaLevel.Normal, [1, 0, 0, 2, 0, 1, 0, 0, 1, 0, 0, 0], 0, 2),
            ("Inga rapporter.", AreaLevel.Normal, [0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0], 0, 1),
            ("Inga rapporter.", AreaLevel.Normal, [0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0], 0, 2),
        ]);
        picture.Coverage.Add(Covering("bostad-nord", "Bostad Nord", CoverageStatus.NothingToReport, 0));
        picture.Coverage.Add(Covering("polisen", "Polisen", CoverageStatus.NothingToReport, 0));
        picture.Coverage.Add(Covering("vaktbolag", "Väktarna", CoverageStatus.NothingToReport, 0));
        picture.Totals = new Totals { Reports = 0, PartnerReports = 0, PublishedEvents = 0, LastWeek = 1 };
        picture.TimePattern = new TimePattern { Weeks = 4, TimedReports = 3, UntimedReports = 0 };
        return picture;
    }

    /// <summary>Too few have answered, in the hub's first weeks: nothing can be said to have fallen.</summary>
    public static SituationalPicture SilentSources()
    {
        var picture = Frame(PictureState.Collecting, 0);
        Count(picture, ThreeAreas, [("disorder", [(2, 7, -1, -1), (0, 2, -1, -1), (1, 5, -1, -1)]), ("theft", [(1, 3, -1, -1), (0, 0, -1, -1), (0, 1, -1, -1)])]);
        Trends(picture, [
            ("", AreaLevel.Unspecified, [-1, -1, -1, -1, 8, 12, 9, 11, 10, 9, 10, 3], -1, -1),
            ("", AreaLevel.Unspecified, [-1, -1, -1, -1, 3, 1, 2, 2, 0, 3, 2, 0], -1, -1),
            ("", AreaLevel.Unspecified, [-1, -1, -1, -1, 7, 5, 6, 9, 4, 6, 6, 1], -1, -1),
        ]);
        foreach (var area in picture.Areas)
        {
            area.Weeks[^1].SourcesMissing = true;
            area.Weeks[^4].SourcesMissing = true;
        }

        picture.TimePattern = new TimePattern { Weeks = 4, TimedReports = 41, UntimedReports = 3 };
        picture.Coverage.Add(Covering("bostad-b", "Bostadsbolag B", CoverageStatus.Missing, 0));
        picture.Coverage.Add(Covering("polisen", "Polisen", CoverageStatus.Reported, 4));
        picture.Coverage.Add(Covering("vaktbolag", "Väktarna", CoverageStatus.Missing, 0));
        picture.Sentences.Add(new Sentence
        {
            Id = "silent",
            Rule = SentenceRule.SilentSources,
            Text = "Bostadsbolag B och Väktarna har inte rapporterat. Vi vet inte vad de har sett.",
            TextEn = "Bostadsbolag B and Väktarna have not reported. We do not know what they have seen.",
        });
        picture.LateChanges = new LateChanges { Added = 3, Corrected = 1, Withdrawn = 0 };
        return picture;
    }

    /// <summary>What a partner may see of the full week: small numbers, and those that would give them away, are not shown.</summary>
    public static SituationalPicture Partner()
    {
        var picture = Full();
        picture.Audience = new Audience { Kind = AudienceKind.Partner, Partner = "bostad-nord", SmallestCount = 3 };
        picture.State = PictureState.Distributed;
        picture.Squares.Clear();
        picture.Signals.Clear();
        foreach (var cell in picture.Cells.Concat(picture.PublishedEvents))
        {
            if (cell.ThisWeek is 1 or 2)
            {
                cell.ClearThisWeek();
                cell.Usual = null;
                cell.Judgement = Judgement.Unspecified;
            }

            if (cell.LastWeek is 1 or 2)
            {
                cell.ClearLastWeek();
            }
        }

        foreach (var sum in picture.Sums.Concat(picture.PublishedSums).Where(s => s.ThisWeek is 1 or 2))
        {
            sum.ClearThisWeek();
            sum.Usual = null;
            sum.Judgement = Judgement.Unspecified;
        }

        foreach (var week in picture.Areas.SelectMany(a => a.Weeks).Where(w => w.Reports is 1 or 2))
        {
            week.ClearReports();
        }

        // What would give a small number away is not shown either.
        picture.Areas[2].Weeks[^1].ClearReports();
        picture.Areas[0].Usual = null;
        picture.Review = new Review { Approver = "Trygghetssamordnaren", ApproveTime = At(Week.End.AddHours(59)), RegistrationNumber = "KS 2026/00412", Tlp = Tlp.Amber };
        picture.TimePattern.Bands[4].ClearReports();
        picture.TimePattern.Bands[9].ClearReports();
        picture.Coverage[3].Families[2].ClearReports();
        return picture;
    }

    /// <summary>Twelve areas with long names and every category there is.</summary>
    public static SituationalPicture Huge()
    {
        var picture = Frame(PictureState.InReview, 3);
        picture.MunicipalityName = "Malung-Sälens och Älvkarlebys gemensamma trygghetsförbund i Dalarna och Uppland";
        var areas = Enumerable.Range(0, 12).Select(i => (
            Code: string.Create(CultureInfo.InvariantCulture, $"9901-{i:00}"),
            Name: i % 3 == 0 ? $"Övre Nordvästra Stationssamhället vid Lillsjöbäckens industriområde {i}" : i % 3 == 1 ? $"Sjöstaden {i}" : $"Ö{i}")).ToArray();
        Count(picture, areas, CategoryList.Embedded.Categories.Where(c => c.Taken).Select((c, k) => (
            c.Code, areas.Select((_, i) => (This: (k * 7 + i * 5) % 23, Last: (k * 3 + i * 11) % 19, Low: (k + i) % 6, High: (k + i) % 6 + 9)).ToArray())).ToArray());
        Publish(picture, [("theft", 1204, 1100)]);
        foreach (var (code, name) in areas)
        {
            picture.Areas.Add(Trend(
                code, name, "Många rapporter och återkommande platser som ännu ingen har tagit hand om på ett bra sätt.", AreaLevel.JointEffort,
                [.. Enumerable.Range(0, 12).Select(w => 900 + (w * 37 % 400))], 880, 1150));
        }

        for (var i = 0; i < areas.Length; i++)
        {
            picture.Areas[i].Outline = Square(6_600_000 + (i / 4 * 4000), 640_000 + (i % 4 * 3000), 4000, 3000);
        }

        for (var i = 0; i < 40; i++)
        {
            picture.Squares.Add(new GridSquare { NorthingM = 6_600_000 + (i * 1750 % 12_000), EastingM = 640_000 + (i * 2250 % 12_000), Reports = 1 + (i % 5), Sources = 1 + (i % 3) });
        }

        Pattern(picture);
        for (var i = 0; i < 10; i++)
        {
            picture.Coverage.Add(Covering($"part-{i}", $"Bostadsrättsföreningen Kungsängsgården i Nordvästra {i}", (CoverageStatus)(1 + (i % 4)), 1000 + i));
        }

        for (var i = 0; i < 5; i++)
        {
            picture.Places.Add(new TopPlace
            {
                PlaceName = $"Torget framför Stationshusets nordvästra huvudentré {i}",
                Area = areas[i].Code,
                AreaName = areas[i].Name,
                Reports = 1500 - i,
                ThisWeek = 800,
                Sources = 4,
                Families = { Families.Take(4) },
            });
        }

        picture.NextWeek = new NextWeek { Week = Wire(Week.Plus(1)), WalksState = CollectionState.Collected };
        for (var i = 0; i < 20; i++)
        {
            picture.NextWeek.Events.Add(new PlannedEvent { Date = "2026-11-28", Area = areas[i % 12].Code, AreaName = areas[i % 12].Name, Partner = "part-1" });
            picture.NextWeek.Walks.Add(new PlannedWalk { Walkers = $"Nattvandrarna i Övre Nordvästra Stationssamhället {i}", Area = areas[i % 12].Code, StartTime = At(Week.Plus(1).Start.AddHours(110)) });
        }

        foreach (var date in new[] { "2026-12-24", "2026-12-25", "2026-12-26" })
        {
            picture.NextWeek.Holidays.Add(new Holiday { Date = date, Name = "Julhelgen", NameEn = "Christmas" });
        }

        return picture;
    }

    /// <summary>Approved with a sentence changed, one struck, levels decided against the suggestion, and a diff.</summary>
    public static SituationalPicture Approved()
    {
        var picture = Full();
        picture.State = PictureState.Superseded;
        picture.Revision = 2;
        picture.EndedAgreements.Add("OK-02");
        picture.Review = new Review
        {
            Approver = "Trygghetssamordnaren",
            ApproveTime = At(Week.End.AddHours(59)),
            RegistrationNumber = "KS 2026/00412",
            Tlp = Tlp.Amber,
            RevisionReason = "Bostad Nord rättade sex rapporter efter mötet.",
            SupersededBy = 3,
            Edits =
            {
                new SentenceEdit
                {
                    Sentence = "signal/deviation/damage-and-litter/9901-a", Text = "I Björkby kom 14 rapporter om skadegörelse och nedskräpning. Normalt är 6–12.",
                    Reason = "Kortare.", EditTime = At(Week.End.AddHours(34)),
                },
                new SentenceEdit { Sentence = "whole-week", Reason = "Säger inget nytt.", EditTime = At(Week.End.AddHours(34)) },
            },
            Levels =
            {
                new AreaLevelDecision { Area = "9901-a", Level = AreaLevel.JointEffort, Suggested = AreaLevel.Deviation, Reason = "Gruppen gör en gemensam insats vid torget." },
                new AreaLevelDecision { Area = Municipality, Level = AreaLevel.Deviation, Reason = "Flera platser i flera områden." },
                new AreaLevelDecision { Area = "9901-b", Level = AreaLevel.Normal, Suggested = AreaLevel.Normal },
            },
            Diff = new PictureDiff
            {
                FromRevision = 1,
                Figures =
                {
                    new FigureChange { Cell = new CellRef { Area = "9901-a", Family = "damage-and-litter" }, Label = "Björkby, skadegörelse och nedskräpning", Before = 8, After = 14 },
                    new FigureChange { Cell = new CellRef { Area = "9901-c", Family = "fire" }, Label = "Ängsholmen, brand", After = 1 },
                },
                SignalsNew = { "deviation/damage-and-litter/9901-a" },
                SignalsGone = { "time-cluster.9901-b.order-and-disturbance" },
                Levels = { new LevelChange { Area = "9901-a", AreaName = "Björkby", Old = AreaLevel.Deviation, New = AreaLevel.JointEffort } },
                Reports = new LateChanges { Corrected = 6 },
            },
        };
        picture.Measures = new MeasureReport
        {
            State = CollectionState.Collected,
            Measures =
            {
                new MeasureLine { Title = "Laga belysningen längs gångvägen", Owner = "trygghet", Area = "9901-a", DueTime = At(Week.Start), Standing = MeasureStanding.Overdue },
                new MeasureLine
                {
                    Title = "Klipp buskarna vid skolan", Owner = "bostad-nord", Area = "9901-b", DueTime = At(Week.Start), Standing = MeasureStanding.FollowedUp,
                    Outcome = "Sikten är fri. Inga nya rapporter.", ReportsBefore = 14, ReportsAfter = 5, ComparedWeeks = 6,
                },
                new MeasureLine { Title = "Möt dem som bor vid torget", Owner = "trygghet", Area = "9901-b", DueTime = At(Week.Start), Standing = MeasureStanding.Due },
            },
        };
        picture.Promises = new PromiseReport { State = CollectionState.Collected, Promises = { new PromiseLine { Title = "Poliser till fots på torget", Done = 31, Promised = 40 } } };
        picture.PerceivedSafety = new PerceivedSafetyReport
        {
            State = CollectionState.Collected,
            Lines = { new PerceivedSafetyLine { Area = "9901-a", Source = "Trygghetsvandring", Text = "Mörkt vid busshållplatsen." } },
        };
        picture.NextWeek.WalksState = CollectionState.Collected;
        picture.NextWeek.Holidays.Add(new Holiday { Date = "2026-11-29", Name = "Första advent", NameEn = "First Sunday of Advent" });
        return picture;
    }

    /// <summary>What the steering group is given: trends of areas and their sums, and nothing of kinds, places and times.</summary>
    public static SituationalPicture Steering()
    {
        var whole = Approved();
        var picture = whole.Clone();
        picture.Audience = new Audience { Kind = AudienceKind.Steering, SmallestCount = 3 };
        picture.Cells.Clear();
        picture.PublishedEvents.Clear();
        KeepSumsOfAreas(picture.Sums);
        KeepSumsOfAreas(picture.PublishedSums);
        foreach (var week in picture.Areas.SelectMany(a => a.Weeks).Where(w => w.Reports is 1 or 2))
        {
            week.ClearReports();
        }

        foreach (var area in picture.Areas)
        {
            area.SuggestedReason = area.SuggestedLevel == AreaLevel.Deviation ? "Platser med upprepade rapporter, och siffrorna avviker. Olösta problem samlas inte in än." : area.SuggestedReason;
        }

        foreach (var coverage in picture.Coverage)
        {
            coverage.Families.Clear();
        }

        picture.Squares.Clear();
        picture.Places.Clear();
        picture.TimePattern = null;
        picture.Signals.Clear();
        picture.Corrections.Clear();
        picture.NextWeek.Events.Clear();
        picture.LateChanges = null;
        picture.Sentences.Clear();
        picture.Sentences.Add(WeekSentences.Of(picture));
        picture.Review = CarriedReview.ToReader(whole.Review, whole, picture);
        return picture;
    }

    private static void KeepSumsOfAreas(Google.Protobuf.Collections.RepeatedField<Sum> sums)
    {
        var kept = sums.Where(s => s is { Family.Length: 0, Category.Length: 0 }).ToList();
        sums.Clear();
        sums.Add(kept);
        foreach (var sum in sums.Where(s => s.ThisWeek is 1 or 2))
        {
            sum.ClearThisWeek();
            sum.Usual = null;
            sum.Judgement = Judgement.Unspecified;
        }

        foreach (var sum in sums.Where(s => s.LastWeek is 1 or 2))
        {
            sum.ClearLastWeek();
        }
    }

    private static SituationalPicture Frame(PictureState state, int revision) => new()
    {
        Name = $"partners/trygghet/pictures/{Municipality}-2026-W47-r{revision}",
        Revision = revision,
        State = state,
        FreezeTime = At(Week.End.AddHours(32)),
        CompileTime = At(Week.End.AddHours(32).AddMinutes(5)),
        ContentSha256 = new string('a', 64),
        Municipality = Municipality,
        MunicipalityName = "Sjövik",
        Week = Wire(Week),
        WeekStart = At(Week.Start),
        WeekEnd = At(Week.End),
        Compiler = "trygghet",
        Audience = new Audience { Kind = AudienceKind.Full, SmallestCount = 1 },
        MeetingTime = At(Week.End.AddHours(57)),
        NextWeek = new NextWeek { Week = Wire(Week.Plus(1)) },
        Basis = new Basis
        {
            InputsSha256 = new string('b', 64),
            CategoryListVersion = 1,
            CeilingsVersion = 1,
            AreaListVersion = 2,
            Agreements = { new PictureAgreement { Agreement = "OK-01", Version = 3, Clauses = { "§2", "§4" } }, new PictureAgreement { Agreement = "OK-02", Version = 1, Clauses = { "§2" } } },
        },
    };

    private static void Count(
        SituationalPicture picture,
        (string Code, string Name)[] areas,
        (string Category, (int This, int Last, int Low, int High)[] Areas)[] counts,
        (string Category, (int This, int Last, int Low, int High) Figures)? atMunicipality = null)
    {
        foreach (var (area, i) in areas.Select((a, i) => (a, i)))
        {
            foreach (var (category, figures) in counts)
            {
                picture.Cells.Add(CellOf(area, category, figures[i]));
            }
        }

        if (atMunicipality is { } known)
        {
            picture.Cells.Add(CellOf((Municipality, picture.MunicipalityName), known.Category, known.Figures));
        }

        AddSums(picture.Cells, picture.Sums);
        picture.Sums[0].LastYear = 71;
        picture.Totals = new Totals
        {
            Reports = picture.Cells.Sum(c => c.ThisWeek),
            PartnerReports = picture.Cells.Sum(c => c.ThisWeek),
            PublishedEvents = 0,
            LastWeek = picture.Cells.Sum(c => c.LastWeek),
        };
    }

    private static void Publish(SituationalPicture picture, (string Category, int This, int Last)[] counts)
    {
        foreach (var (category, now, last) in counts)
        {
            picture.PublishedEvents.Add(CellOf((Municipality, picture.MunicipalityName), category, (now, last, -1, -1)));
        }

        AddSums(picture.PublishedEvents, picture.PublishedSums);
        picture.Totals.PublishedEvents = picture.PublishedEvents.Sum(c => c.ThisWeek);
        picture.Totals.Reports += picture.Totals.PublishedEvents;
    }

    private static Cell CellOf((string Code, string Name) area, string code, (int This, int Last, int Low, int High) figures)
    {
        var category = CategoryList.Embedded.Find(code)!;
        return new Cell
        {
            Area = area.Code,
            AreaName = area.Name,
            Category = code,
            CategoryName = category.Name,
            Family = category.Family,
            ThisWeek = figures.This,
            LastWeek = figures.Last,
            Usual = Usual(figures.Low, figures.High),
            Judgement = Judge(figures.This, figures.Low, figures.High),
        };
    }

    // Every sum that the contract names: of areas, of families in them, and of categories over all of them.
    private static void AddSums(IEnumerable<Cell> cells, Google.Protobuf.Collections.RepeatedField<Sum> sums)
    {
        var all = cells.ToList();
        foreach (var area in all.Select(c => c.Area).Distinct().Order(StringComparer.Ordinal).Prepend(""))
        {
            var here = all.Where(c => area.Length == 0 || c.Area == area).ToList();
            sums.Add(SumOf(here, area, "", ""));
            foreach (var family in here.GroupBy(c => c.Family).OrderBy(g => g.Key, StringComparer.Ordinal))
            {
                sums.Add(SumOf([.. family], area, family.Key, ""));
                if (area.Length == 0)
                {
                    sums.Add(family.GroupBy(c => c.Category).OrderBy(g => g.Key, StringComparer.Ordinal).Select(c => SumOf([.. c], "", family.Key, c.Key)));
                }
            }
        }
    }

    private static Sum SumOf(List<Cell> cells, string area, string family, string category)
    {
        var usual = cells.TrueForAll(c => c.Usual is not null)
            ? Usual((int)(cells.Sum(c => c.Usual.Low) * 1.3), (int)(cells.Sum(c => c.Usual.High) * (cells.Count > 1 ? 0.75 : 1)))
            : null;
        return new Sum
        {
            Area = area,
            AreaName = area.Length == 0 ? "" : cells[0].AreaName,
            Family = family,
            FamilyName = family.Length == 0 ? "" : CategoryList.Embedded.FamilyName(family),
            Category = category,
            CategoryName = category.Length == 0 ? "" : cells[0].CategoryName,
            ThisWeek = cells.Sum(c => c.ThisWeek),
            LastWeek = cells.Sum(c => c.LastWeek),
            Usual = usual,
            Judgement = usual is null ? Judgement.Unspecified : Judge(cells.Sum(c => c.ThisWeek), usual.Low, usual.High),
        };
    }

    private static UsualSpan? Usual(int low, int high) =>
        low < 0 ? null : new UsualSpan { Low = low, High = Math.Max(low, high), Weeks = 41, Mean = (low + high) / 2.0 };

    private static Judgement Judge(int count, int low, int high) =>
        low < 0 ? Judgement.Unspecified : count > high ? Judgement.Above : count < low ? Judgement.Below : Judgement.Usual;

    private static void Trends(SituationalPicture picture, (string Reason, AreaLevel Level, int[] Weeks, int Low, int High)[] trends)
    {
        for (var i = 0; i < trends.Length; i++)
        {
            var (reason, level, weeks, low, high) = trends[i];
            picture.Areas.Add(Trend(ThreeAreas[i].Code, ThreeAreas[i].Name, reason, level, weeks, low, high));
        }

        // An invented coast: three areas that meet.
        picture.Areas[0].Outline = OutlineOf(6_601_500, 644_500, (6_598_000, 641_000), (6_604_500, 640_200), (6_606_000, 644_000), (6_603_000, 647_500), (6_600_500, 646_500), (6_598_500, 647_200));
        picture.Areas[1].Outline = OutlineOf(6_606_500, 648_500, (6_606_000, 644_000), (6_609_500, 645_500), (6_610_200, 650_500), (6_606_500, 653_500), (6_603_500, 651_500), (6_603_000, 647_500));
        picture.Areas[2].Outline = OutlineOf(6_600_000, 650_500, (6_603_000, 647_500), (6_603_500, 651_500), (6_602_000, 655_000), (6_597_500, 653_800), (6_596_200, 649_500), (6_598_500, 647_200), (6_600_500, 646_500));
        if (picture.Cells.Any(c => c.Area == Municipality))
        {
            picture.Areas.Insert(0, Trend(Municipality, picture.MunicipalityName, "", AreaLevel.Unspecified, [0, 1, 0, 0, 2, 1, 0, 0, 1, 0, 0, 1], 0, 2));
        }
    }

    private static AreaTrend Trend(string code, string name, string reason, AreaLevel level, int[] weeks, int low, int high)
    {
        var trend = new AreaTrend { Area = code, AreaName = name, Usual = Usual(low, high), SuggestedLevel = level, SuggestedReason = reason, PublishedEvents = 0 };
        for (var i = 0; i < weeks.Length; i++)
        {
            var week = new AreaWeek { Week = Wire(Week.Plus(i - weeks.Length + 1)), BeforeStart = weeks[i] < 0 };
            if (weeks[i] >= 0)
            {
                week.Reports = weeks[i];
            }

            trend.Weeks.Add(week);
        }

        return trend;
    }

    private static void Pattern(SituationalPicture picture)
    {
        int[] bands =
        [
            1, 0, 3, 4, 6, 3, 0, 0, 2, 5, 7, 4, 1, 0, 4, 3, 8, 5, 0, 0, 3, 6, 9, 6, 1, 0, 2, 7, 12, 15, 9, 1, 1, 4, 11, 18, 7, 2, 1, 3, 5, 2,
        ];
        picture.TimePattern = new TimePattern { Weeks = 4, TimedReports = bands.Sum(), UntimedReports = 23 };
        picture.TimePattern.Bands.Add(bands.Select((b, i) => new TimeBand { Weekday = 1 + (i / 6), StartHour = i % 6 * 4, Reports = b }));
    }

    private static void Place(SituationalPicture picture)
    {
        foreach (var (north, east, reports) in new[]
        {
            (6_601_500, 644_250, 5), (6_601_500, 644_500, 3), (6_601_250, 644_500, 1), (6_602_750, 643_500, 1), (6_606_500, 648_500, 2), (6_607_250, 649_750, 1),
            (6_600_000, 650_500, 2), (6_599_250, 651_750, 1),
        })
        {
            picture.Squares.Add(new GridSquare { NorthingM = north, EastingM = east, Reports = reports, Sources = Math.Min(reports, 3) });
        }

        picture.Places.Add(new TopPlace
        {
            Place = "stationstorget",
            PlaceName = "Stationstorget",
            Area = "9901-a",
            AreaName = "Björkby",
            Reports = 11,
            ThisWeek = 6,
            Sources = 3,
            Families = { "order-and-disturbance", "damage-and-litter" },
            Square = picture.Squares[0],
        });
        picture.Places.Add(new TopPlace
        {
            PlaceName = "Rutan 6 606 500, 648 500",
            Area = "9901-b",
            AreaName = "Norrvik",
            Reports = 4,
            ThisWeek = 2,
            Sources = 2,
            Families = { "traffic" },
            Square = picture.Squares[4],
        });
        picture.Places.Add(new TopPlace
        {
            Place = "gangtunneln",
            PlaceName = "Gångtunneln vid skolan",
            Area = "9901-c",
            AreaName = "Ängsholmen",
            Reports = 3,
            ThisWeek = 2,
            Sources = 1,
            Families = { "environment-and-perceived-safety" },
            Square = picture.Squares[6],
        });
    }

    private static Coverage Covering(string partner, string name, CoverageStatus status, int reports)
    {
        var coverage = new Coverage { Partner = partner, PartnerName = name, Status = status, Reports = reports, Compared = true };
        for (var i = 0; i < Families.Length; i++)
        {
            // The last family is not shared; the rest holds the reports in its first three.
            if (i == Families.Length - 1)
            {
                continue;
            }

            var family = new FamilyCoverage
            {
                Family = Families[i],
                Answer = status == CoverageStatus.Missing ? FamilyAnswer.Unknown
                    : reports > 0 && i < 3 ? FamilyAnswer.Reported
                    : status == CoverageStatus.Reported ? FamilyAnswer.Unknown
                    : FamilyAnswer.None,
            };
            if (family.Answer == FamilyAnswer.Reported)
            {
                family.Reports = i == 0 ? reports - (reports / 3 * 2) : reports / 3;
            }

            coverage.Families.Add(family);
        }

        return coverage;
    }

    private static Outline Square(int northing, int easting, int heightM, int widthM) => OutlineOf(
        northing + (heightM / 2), easting + (widthM / 2),
        (northing, easting), (northing + heightM, easting), (northing + heightM, easting + widthM), (northing, easting + widthM));

    private static Outline OutlineOf(int labelNorthing, int labelEasting, params (int Northing, int Easting)[] points)
    {
        var ring = new Ring();
        var (northing, easting) = (0, 0);
        foreach (var point in points)
        {
            ring.NorthingStepsM.Add(point.Northing - northing);
            ring.EastingStepsM.Add(point.Easting - easting);
            (northing, easting) = point;
        }

        return new Outline { LabelNorthingM = labelNorthing, LabelEastingM = labelEasting, Rings = { ring } };
    }

    private static WireWeek Wire(IsoWeek week) => new() { Year = week.Year, Week = week.Week };

    private static Timestamp At(DateTimeOffset time) => Timestamp.FromDateTimeOffset(time);
}
