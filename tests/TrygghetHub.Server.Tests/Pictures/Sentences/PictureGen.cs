using CsCheck;
using TrygghetHub.Calendar.V1;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Tests.Pictures.Sentences;

/// <summary>Random pictures: figures hidden at random, judgements that fit nothing, silent sources, any audience.</summary>
/// <remarks>Names hold no digits and no words that are numbers, so that each number in a sentence is a figure.</remarks>
internal static class PictureGen
{
    private static readonly string[] AreaCodes = ["x-bro", "x-brunna", "x-kista", "x-rest"];
    private static readonly string[] FamilyCodes = ["fire", "traffic", "damage-and-litter"];

    private static readonly Gen<int?> Count = Gen.Select(Gen.Int[0, 40], Gen.Int[0, 3]).Select((n, hidden) => hidden == 0 ? (int?)null : n);

    private static readonly Gen<UsualSpan?> Usual = Gen.Select(Gen.Int[0, 30], Gen.Int[0, 12], Gen.Int[26, 52], Gen.Int[0, 3])
        .Select((low, width, weeks, none) => none == 0 ? null : new UsualSpan { Low = low, High = low + width, Weeks = weeks, Mean = low + (width / 2.3) });

    private static readonly Gen<Judgement> Judged = Gen.Enum<Judgement>();

    private static readonly Gen<(int? This, int? Last, UsualSpan? Usual, Judgement Judgement)> Figures =
        Gen.Select(Count, Count, Usual, Judged).Select((a, b, c, d) => (a, b, c, d));

    private static readonly Gen<Signal> Signals = Gen.Select(
        Gen.OneOf(SignalRule.Deviation, SignalRule.NewPlace, SignalRule.RepeatPlace, SignalRule.TimeCluster),
        Gen.OneOf(AreaCodes), Gen.OneOf(FamilyCodes), Gen.Int[5, 90], Gen.Double[0, 20], Gen.Int[0, 5], Gen.Bool)
        .Select((rule, area, family, observed, mean, window, published) =>
        {
            var isPlace = rule is SignalRule.NewPlace or SignalRule.RepeatPlace;
            return new Signal
            {
                Id = $"{rule}.{area}.{family}",
                Rule = rule,
                Area = area,
                AreaName = NameOf(area),
                Family = isPlace ? "" : family,
                FamilyName = isPlace ? "" : NameOf(family),
                Place = isPlace ? "Torget" : "",
                Observed = observed,
                UsualMean = mean,
                UsualWeeks = isPlace ? 8 : 52,
                Sources = 2,
                WindowStartHour = window * 4,
                InWindow = observed - 2,
                Published = published && !isPlace,
            };
        });

    public static readonly Gen<SituationalPicture> Pictures =
        from sums in Figures.Array[SumKeys.Count * 2]
        from cells in Figures.Array[AreaCodes.Length * FamilyCodes.Length]
        from shown in Gen.Bool.Array[AreaCodes.Length * FamilyCodes.Length]
        from statuses in Gen.OneOf(
            CoverageStatus.Complete, CoverageStatus.NothingToReport, CoverageStatus.Reported, CoverageStatus.Missing).Array[0, 6]
        from signals in Signals.Array[0, 3]
        from smallest in Gen.OneOf(1, 3, 5)
        from bands in Count.Array[42]
        from timed in Count
        from squares in Gen.Int[1, 9].Array[0, 5]
        from places in Gen.Int[3, 20].Array[0, 5]
        from small in Gen.Int[0, 1]
        from quiet in Gen.Int[0, 3]
        from ahead in Gen.Int[0, 2]
        select Make(sums, cells, shown, statuses, signals, smallest, bands, timed, squares, places, small, quiet == 0, ahead);

    /// <summary>All sums that a picture has: every area with every family, each alone, and all of it.</summary>
    private static IReadOnlyList<(string Area, string Family)> SumKeys =>
        [.. AreaCodes.Append("").SelectMany(area => FamilyCodes.Append("").Select(family => (area, family)))];

    private static string NameOf(string code) => code.Length == 0 ? "" : code switch
    {
        "x-bro" => "Bro",
        "x-brunna" => "Brunna",
        "x-kista" => "Kungsängen",
        "x-rest" => "Resten av kommunen",
        "fire" => "Brand",
        "traffic" => "Trafik",
        _ => "Skadegörelse och nedskräpning",
    };

    private static SituationalPicture Make(
        (int? This, int? Last, UsualSpan? Usual, Judgement Judgement)[] sums,
        (int? This, int? Last, UsualSpan? Usual, Judgement Judgement)[] cells, bool[] shown, CoverageStatus[] statuses, Signal[] signals,
        int smallest, int?[] bands, int? timed, int[] squares, int[] places, int small, bool isQuiet, int ahead)
    {
        var picture = new SituationalPicture
        {
            Week = new IsoWeek { Year = 2026, Week = 47 },
            Audience = new Audience { Kind = AudienceKind.Full, SmallestCount = smallest },
            Totals = new Totals { SmallCells = small },
            Signals = { signals.DistinctBy(s => s.Id) },
            Coverage = { statuses.Select((status, at) => new Coverage { Partner = $"p{at}", PartnerName = $"Källan {(char)('A' + at)}", Status = status }) },
            Areas = { AreaCodes.Select(code => new AreaTrend { Area = code, AreaName = NameOf(code) }) },
            TimePattern = new TimePattern
            {
                Weeks = 4,
                Published = ahead == 1,
                Bands = { bands.Select((reports, at) => Band(at, reports)) },
            },
            Squares = { squares.Select((reports, at) => new GridSquare { NorthingM = 6600000 + (250 * at), Reports = reports, Sources = 1 }) },
            Places =
            {
                places.OrderDescending().Select(reports =>
                    new TopPlace { PlaceName = "Torget", AreaName = "Bro", Reports = reports, ThisWeek = 1, Sources = 2 }),
            },
            Corrections = { Enumerable.Repeat(new WeekCorrection(), ahead) },
            NextWeek = new NextWeek
            {
                Holidays = { Enumerable.Repeat(new Holiday { Date = "2026-12-25", Name = "juldagen", NameEn = "Christmas Day" }, ahead) },
                Events = { Enumerable.Repeat(new PlannedEvent(), ahead) },
            },
        };
        if (timed is { } reports)
        {
            picture.TimePattern.TimedReports = 4 * reports;
        }

        var keys = SumKeys;
        for (var at = 0; at < sums.Length; at++)
        {
            var (area, family) = keys[at % keys.Count];
            var sum = new Sum
            {
                Area = area,
                AreaName = NameOf(area),
                Family = family,
                FamilyName = NameOf(family),
                Usual = sums[at].Usual,
                Judgement = sums[at].Judgement,
            };
            Set(isQuiet ? 0 : sums[at].This, n => sum.ThisWeek = n);
            Set(sums[at].Last, n => sum.LastWeek = n);
            (at < keys.Count ? picture.Sums : picture.PublishedSums).Add(sum);
        }

        for (var at = 0; at < cells.Length; at++)
        {
            var (area, family) = (AreaCodes[at % AreaCodes.Length], FamilyCodes[at / AreaCodes.Length]);
            var cell = new Cell { Area = area, AreaName = NameOf(area), Family = family, CategoryName = NameOf(family), Usual = cells[at].Usual };
            Set(isQuiet ? 0 : cells[at].This, n => cell.ThisWeek = n);
            if (shown[at])
            {
                picture.Cells.Add(cell);
            }
        }

        return picture;
    }

    private static TimeBand Band(int at, int? reports)
    {
        var band = new TimeBand { Weekday = (at / 6) + 1, StartHour = at % 6 * 4 };
        Set(reports, n => band.Reports = n);
        return band;
    }

    private static void Set(int? figure, Action<int> set)
    {
        if (figure is { } shown)
        {
            set(shown);
        }
    }
}
