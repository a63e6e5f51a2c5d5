using System.Collections.Frozen;
using System.Collections.Immutable;
using CsCheck;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Feed;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Reports;
using Environment = TrygghetHub.Reports.V1.Environment;
using Partner = TrygghetHub.Server.Partners.Partner;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>
/// The feed's rule by itself, over books of flows, validities, holds and prohibitions that begin and end at the same
/// instants as often as not, and a clock that looks now and then: a report is told once for each time that it becomes
/// visible, and one that is never visible is never told.
/// </summary>
public sealed class FeedViewTests
{
    private const long ReportSeq = 10;

    // A Sunday noon: day and week end at once, twelve hours on.
    private static readonly DateTimeOffset Start = new(2024, 5, 12, 10, 0, 0, TimeSpan.Zero);
    private static readonly AreaBook Areas = AreaBook.LoadEmbedded();
    private static readonly PartnerId Police = new("polisen");
    private static readonly PartnerId Municipality = new("upplands-bro");

    private static readonly FrozenSet<string> Whole = FrozenSet.Create("0139");
    private static readonly FrozenSet<string> Graffiti = FrozenSet.Create("graffiti");

    private static readonly PartnerBook Everyone = PartnerBook.Empty
        .With(new Partner(Police, "Polisen", PartnerKind.Police, Start))
        .With(new Partner(Municipality, "Kommunen", PartnerKind.MunicipalUnit, Start));

    private static readonly Gen<DateTimeOffset> GenInstant =
        Gen.OneOf(Gen.Int[-6, 60].Select(h => Start.AddHours(h)), Gen.Const(Start.AddHours(12)));

    private static readonly Gen<Agreement> GenAgreement =
        from id in AnyOf("a", "b", "c")
        from begins in GenInstant
        from hours in AnyOf(6, 12, 48, 1000)
        from delay in AnyOf(0, 0, 1, 6, 12, 24)
        from time in AnyOf(TimeGranularity.Minute, TimeGranularity.PartOfDay, TimeGranularity.Day, TimeGranularity.Week)
        from shares in Gen.Int[0, 4]
        from bans in Gen.Int[0, 3]
        select Agreed(id, begins, begins.AddHours(hours), TimeSpan.FromHours(delay), time, shares > 0, bans == 0);

    private static readonly Gen<(Agreement[] Agreements, DateTimeOffset Received, Environment Environment, int[] Looks)> GenCase =
        Gen.Select(
            GenAgreement.Array[1, 3].Select(a => a.DistinctBy(x => x.Id).ToArray()),
            Gen.OneOf(Gen.Int[0, 14].Select(h => Start.AddHours(h)), Gen.Const(Start.AddMinutes(13))),
            AnyOf(Environment.Street, Environment.Dwelling),
            Gen.Int[1, 9 * 24].Array[1, 5].Select(l => l.Order().Distinct().ToArray()));

    [Fact]
    public void Tell_UnderAllNumbers_TellsOnceForEachTimeThatMoreBecomesVisible() => GenCase.Sample(c =>
    {
        var rules = new RuleBook(new AgreementBook(c.Agreements, Everyone), Everyone, Areas, CategoryList.Embedded, CeilingList.Embedded);
        var row = Row(c.Received, c.Environment);
        var view = new FeedView(new FeedScope(Municipality, Purpose.WeeklyPicture, null, includeOwn: false));
        var holds = Visibility.HoldsOf(rules.Agreements).ToList();
        var tells = 0;
        var becomes = 0;
        var (last, seq) = (c.Received, ReportSeq);
        var now = c.Received.AddHours(c.Looks[^1]);
        if (Visible(c.Received))
        {
            becomes++;
            tells += view.Tell(row, rules, rules, c.Received) is null ? 0 : 1;
        }

        // The points that a clock writes down which looks at these times, as told to whoever may see it when they are.
        foreach (var look in c.Looks)
        {
            var at = c.Received.AddHours(look);
            var instants = Instants(rules, row).Where(i => last < i && i <= at).Order().ToList();
            becomes += instants.Count(ShowsMoreThanBefore);
            var points = instants.Where(i => Beginnings(rules).Contains(i)).Select(i => new VisibilityPoint(
                    new JournalPoint(++seq, at), VisibilityCause.Beginning, 0, seq - 1, i, Hold.None))
                .Concat(holds.Where(h => h.VisibleFrom(c.Received) is var over && last < over && over <= at).Select(h => new VisibilityPoint(
                    new JournalPoint(++seq, at), VisibilityCause.Release, 0, seq - 1, default, h)));
            foreach (var point in points.ToList())
            {
                Assert.True(view.IsConcernedBy(point, _ => rules));

                // As of the instant that it tells of: what has ended since is not sent, and that is another rule.
                var told = view.Tell(row, point, rules, _ => rules, point.Since(c.Received));
                tells += told is null ? 0 : 1;
                Assert.True(told is null || Visible(point.Since(c.Received)));
                Assert.True(Visible(at) || view.Tell(row, point, rules, _ => rules, at) is null);
            }

            last = at;
        }

        Assert.Equal(becomes, tells);

        bool ShowsMoreThanBefore(DateTimeOffset at) => FlowAt(at) is { } flow
            && (FlowAt(at.AddMicroseconds(-1)) is not { } before || FlowOrder.CompareShown(flow, before) < 0);

        PermittedFlow? FlowAt(DateTimeOffset at) => Disclosure.Match(
            row.Stored.Envelope, Municipality, Purpose.WeeklyPicture, SharingForm.Records, rules).FlowAt(c.Received, at);

        bool Visible(DateTimeOffset at) => Disclosure.Decide(
            row.Stored.Envelope, c.Received, Municipality, Purpose.WeeklyPicture, SharingForm.Records, rules, at).Projection is not null;
    }, iter: 20_000);

    private static Gen<T> AnyOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    // All at which anything may begin to be visible.
    private static IEnumerable<DateTimeOffset> Instants(RuleBook rules, ReportRow row) =>
        Beginnings(rules).Concat(Visibility.HoldsOf(rules.Agreements).Select(h => h.VisibleFrom(row.Stored.ReceivedAt))).Distinct();

    private static IEnumerable<DateTimeOffset> Beginnings(RuleBook rules) =>
        rules.Agreements.Flows.SelectMany(f => f.Windows).Select(w => w.From)
            .Concat(rules.Agreements.Versions.Where(a => a.Prohibitions.Length > 0).Select(a => a.ValidTo)).Distinct();

    private static ReportRow Row(DateTimeOffset received, Environment environment)
    {
        Assert.True(Areas.TryResolve("0139-bro", out var area));
        return new ReportRow(
            ReportSeq,
            new StoredReport
            {
                Id = ReportId.New(received),
                Type = ReportType.Incident,
                Revision = 1,
                State = ReportState.Standing,
                Envelope = new ReportEnvelope
                {
                    Sender = Police,
                    Category = "graffiti",
                    Family = CategoryList.Embedded.Find("graffiti")!.Family,
                    Severity = Severity.Moderate,
                    Environment = environment,
                    Area = area,
                    Precision = Precision.District,
                    Tlp = Tlp.Amber,
                    Week = new IsoWeek(2024, 19),
                    Published = false,
                    Exercise = false,
                    ContextOnly = false,
                    Text = TextState.None,
                },
                OccurredFrom = 0,
                OccurredTo = 0,
                Certainty = TimeCertainty.Exact,
                ReceivedAt = received,
            },
            [], Previous: null);
    }

    private static Agreement Agreed(
        string id, DateTimeOffset from, DateTimeOffset to, TimeSpan delay, TimeGranularity time, bool shares, bool bans) => new()
        {
            Id = id,
            Version = 1,
            Seq = 1,
            AgreedAt = Start.AddYears(-1),
            Since = FrozenDictionary<(PartnerId, string), DateTimeOffset>.Empty,
            ValidFrom = from,
            ValidTo = to,
            Parties = new[] { Police, Municipality }.ToFrozenDictionary(p => p, _ => ImmutableArray.Create(Interval.Always)),
            Purposes = new[] { Purpose.WeeklyPicture }.ToFrozenSet(),
            SecrecyGrounds = [new Secrecy(BetweenAuthoritiesOnly: false, Interval.Always)],
            Flows = !shares ? [] :
            [
                new SharingFlow
                {
                    Clause = "§1",
                    From = Police,
                    To = new[] { Municipality }.ToFrozenSet(),
                    Areas = Whole,
                    Categories = Graffiti,
                    Form = SharingForm.Records,
                    Fields = ReportFields.All,
                    FinestPrecision = Precision.Point,
                    FinestTime = time,
                    Delay = delay,
                    FreeText = FreeText.None,
                    SmallestCell = 1,
                    StrictestTlp = Tlp.AmberStrict,
                    OnwardSharing = OnwardSharing.Organisation,
                    RetentionDays = 365,
                },
            ],
            Prohibitions = !bans ? [] :
            [
                new SharingBan
                {
                    Clause = "§9",
                    From = new[] { Police }.ToFrozenSet(),
                    To = new[] { Municipality }.ToFrozenSet(),
                    Areas = ["0139"],
                    Categories = Graffiti,
                },
            ],
            RecallAtEnd = false,
            RecallDays = AgreementRules.DefaultRecallDays,
            Document = [],
        };
}
