using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Reports;
using Environment = TrygghetHub.Reports.V1.Environment;
using Partner = TrygghetHub.Server.Partners.Partner;

namespace TrygghetHub.Server.Tests.Pictures.Compile;

/// <summary>
/// What a field team's picture of a week is compiled of: its own reports alone, which it sees without an agreement, and its word on
/// this week and on every one of the year before.
/// </summary>
internal static class TeamWeek
{
    public static readonly PartnerId Team = new("faltgruppen");

    public static readonly IsoWeek Week = new(2026, 45);

    private static readonly PartnerBook Everyone =
        PartnerBook.Empty.With(new Partner(Team, "Fältgruppen", PartnerKind.MunicipalUnit, Week.Plus(-60).Start));

    /// <summary>Reports of the week; what lies before is as quiet as it was confirmed to be, but for what is given.</summary>
    public static PictureInputs Of(IEnumerable<CountedReport> reports, params IEnumerable<CountedReport> recent)
    {
        var before = recent.OrderBy(r => r.Envelope.Week).ThenBy(r => r.Seq).ToList();
        return new PictureInputs
        {
            Municipality = "0139",
            Week = Week,
            Frozen = new JournalPoint(9_000, Week.End.AddHours(32)),
            DecidedAt = Week.End.AddHours(32),
            Rules = new RuleBook(
                new AgreementBook([], Everyone), Everyone, AreaBook.LoadEmbedded(), CategoryList.Embedded, CeilingList.Embedded),
            Reports = [.. reports],
            Recent = before,
            Earlier = [.. before.Select(r => new EarlierReports(r.Envelope, DateTimeOffset.UnixEpoch, 1))],
            Words = Enumerable.Range(0, PictureInputs.MostWeeks + 1).ToDictionary(
                age => (Team, Week.Plus(-age)), age => new WeekWord(WeekStatement.Complete, Week.Plus(-age).End.AddHours(10))),
            SameEvents = new Dictionary<ReportId, int>(),
            EarlierOfSameEvents = [],
            Changes = [],
            NextWeek = [],
            FeedWeeks = new HashSet<(PartnerId, IsoWeek)>(),
            FrozenAt = Week.End.AddHours(32),
            MeetingAt = Week.End.AddHours(57),
        };
    }

    /// <summary>So many reports of one square in Bro, on the week's Friday at nine in the evening.</summary>
    public static IEnumerable<CountedReport> Reports(string category, int count, int first = 1) =>
        Enumerable.Range(first, count).Select(number => Report(number, category, Week.Start.AddDays(4).AddHours(21)));

    /// <summary>One report of that square.</summary>
    public static CountedReport Report(int number, string category, DateTimeOffset at) => new(
        number, new ReportId(new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 1])), ReportType.Observation, 1,
        new ReportEnvelope
        {
            Sender = Team,
            Category = category,
            Family = CategoryList.Embedded.Find(category)!.Family,
            Severity = Severity.Serious,
            Environment = Environment.Street,
            Area = new AreaChain("01", "0139", "0139-bro", null),
            Precision = Precision.Point,
            Tlp = Tlp.Amber,
            Week = IsoWeek.Of(at),
            Published = false,
            Exercise = false,
            ContextOnly = false,
            Text = TextState.None,
        },
        at.AddHours(2), at, at, TimeCertainty.Exact, new GridCell(2600, 26_300).Key);
}
