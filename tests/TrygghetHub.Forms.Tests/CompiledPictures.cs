using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Sentences;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Reports;
using Environment = TrygghetHub.Reports.V1.Environment;
using Partner = TrygghetHub.Server.Partners.Partner;

namespace TrygghetHub.Forms.Tests;

/// <summary>
/// Pictures as the compiler makes them of inputs that never change: a field team's own reports of a year, with a week in which graffiti
/// in Bro is five times what it was.
/// </summary>
internal static class CompiledPictures
{
    private static readonly PartnerId Team = new("faltgruppen");
    private static readonly IsoWeek Week = new(2026, 45);
    private static readonly string[] Categories = ["graffiti", "littering", "disorder", "youth-gathering", "broken-lighting", "theft"];
    private static readonly string?[] Districts = ["0139-bro", "0139-kungsangen", "0139-brunna", null];

    /// <summary>As its compiler sees it.</summary>
    public static SituationalPicture Full => WeeklyPicture.Of(Inputs(), PictureAudience.Full(Team));

    /// <summary>As the steering group sees it.</summary>
    public static SituationalPicture Steering => WeeklyPicture.Of(Inputs(), PictureAudience.Steering(Team));

    private static PictureInputs Inputs()
    {
        var random = new Random(20261104);
        var number = 0;
        var everyone = PartnerBook.Empty.With(new Partner(Team, "Fältgruppen", PartnerKind.MunicipalUnit, Week.Plus(-60).Start));
        var weeks = Enumerable.Range(0, PictureInputs.MostWeeks + 1).ToDictionary(age => age, age => Reports(Week.Plus(-age), age == 0).ToList());
        return new PictureInputs
        {
            Municipality = "0139",
            Week = Week,
            Frozen = new JournalPoint(9_000, Week.End.AddHours(32)),
            DecidedAt = Week.End.AddHours(32),
            Rules = new RuleBook(
                new AgreementBook([], everyone), everyone, AreaBook.LoadEmbedded(), CategoryList.Embedded, CeilingList.Embedded),
            Reports = weeks[0],
            Recent = [.. Enumerable.Range(1, PictureInputs.RecentWeeks).SelectMany(age => weeks[age])],
            Earlier =
            [
                .. weeks.Where(w => w.Key > 0).SelectMany(w => w.Value)
                    .Select(r => new EarlierReports(r.Envelope, DateTimeOffset.UnixEpoch, 1)),
            ],
            Words = weeks.Keys.ToDictionary(
                age => (Team, Week.Plus(-age)), age => new WeekWord(WeekStatement.Complete, Week.Plus(-age).End.AddHours(10))),
            SameEvents = new Dictionary<ReportId, int>(),
            EarlierOfSameEvents = [],
            Changes = [],
            NextWeek = [],
            FeedWeeks = new HashSet<(PartnerId, IsoWeek)>(),
            FrozenAt = Week.End.AddHours(32),
            MeetingAt = Week.End.AddHours(57),
        };

        IEnumerable<CountedReport> Reports(IsoWeek week, bool isLast)
        {
            foreach (var category in Categories)
            {
                foreach (var district in Districts)
                {
                    var usual = district is null ? 1 : category == "graffiti" ? 4 : 3;
                    var count = isLast && category == "graffiti" && district == "0139-bro" ? 20 : random.Next(usual + 1);
                    for (var i = 0; i < count; i++)
                    {
                        yield return Report(week, category, district);
                    }
                }
            }
        }

        CountedReport Report(IsoWeek week, string category, string? district)
        {
            // Evenings, and most of all on Fridays and Saturdays.
            var day = random.Next(3) == 0 ? random.Next(5) : 4 + random.Next(2);
            var from = week.Start.AddDays(day).AddHours(17 + random.Next(6));
            number++;
            return new CountedReport(
                number, new ReportId(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1])), ReportType.Observation, 1,
                new ReportEnvelope
                {
                    Sender = Team,
                    Category = category,
                    Family = CategoryList.Embedded.Find(category)!.Family,
                    Severity = Severity.Minor,
                    Environment = Environment.Street,
                    Area = new AreaChain("01", "0139", district, null),
                    Precision = district is null ? Precision.Municipality : Precision.Point,
                    Tlp = Tlp.Amber,
                    Week = week,
                    Published = false,
                    Exercise = false,
                    ContextOnly = false,
                    Text = TextState.None,
                },
                from.AddHours(2), from, from, TimeCertainty.Exact,
                district is null ? null : new GridCell(2600 + random.Next(4), 26_300 + random.Next(3)).Key);
        }
    }
}
