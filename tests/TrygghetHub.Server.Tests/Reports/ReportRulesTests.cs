using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Errors.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Server.Tests.Reports;

/// <summary>Every rule over the wire: the bad report is refused alone, its neighbours are kept.</summary>
public sealed class ReportRulesTests(ReportRulesTests.AgreedHub hub) : IClassFixture<ReportRulesTests.AgreedHub>
{
    private static readonly Dictionary<string, (ErrorReason Reason, string Field, Action<Incident> Spoil)> Cases = new()
    {
        ["no report"] = (ErrorReason.FieldRequired, "report", i => i.Report = null),
        ["no reference"] = (ErrorReason.FieldRequired, "report.source_ref", i => i.Report.SourceRef = ""),
        ["long reference"] = (ErrorReason.FieldInvalid, "report.source_ref", i => i.Report.SourceRef = new('x', 129)),
        ["control in reference"] = (ErrorReason.FieldInvalid, "report.source_ref", i => i.Report.SourceRef = "a\u0000b"),
        ["lost character in reference"] = (ErrorReason.FieldInvalid, "report.source_ref", i => i.Report.SourceRef = "\uFFFDrende-1"),
        ["lost character in text"] = (ErrorReason.FieldInvalid, "report.summary", i => i.Report.Summary = "\uFFFDsa vid skolan"),
        // What .NET makes of half a surrogate pair on the wire.
        ["half a character in text"] = (ErrorReason.FieldInvalid, "report.summary", i => i.Report.Summary = "a\ud800b"),
        ["lost character in own code"] = (ErrorReason.FieldInvalid, "report.source_category", i => i.Report.SourceCategory = "L\uFFFDm"),
        ["lost character in place"] = (ErrorReason.FieldInvalid, "report.place.named", i => i.Report.Place.Named = "R\uFFFDby"),
        ["long version"] = (ErrorReason.FieldInvalid, "report.source_version", i => i.Report.SourceVersion = new('x', 65)),
        ["revision 0"] = (ErrorReason.FieldInvalid, "report.revision", i => i.Report.Revision = 0),
        ["revision negative"] = (ErrorReason.FieldInvalid, "report.revision", i => i.Report.Revision = -1),
        ["no time"] = (ErrorReason.FieldRequired, "report.occurred.from", i => i.Report.Occurred = null),
        ["no begin"] = (ErrorReason.FieldRequired, "report.occurred.from", i => i.Report.Occurred.From = null),
        ["before 2000"] = (ErrorReason.TimeOutOfRange, "report.occurred.from",
            i => i.Report.Occurred.From = new Timestamp { Seconds = 946684799 }),
        ["over 24 h ahead"] = (ErrorReason.TimeOutOfRange, "report.occurred.from", i => i.Report.Occurred.From = Ahead(25)),
        ["end over 24 h ahead"] = (ErrorReason.TimeOutOfRange, "report.occurred.to", i => i.Report.Occurred.To = Ahead(25)),
        ["reported over 24 h ahead"] = (ErrorReason.TimeOutOfRange, "report.reported_time", i => i.Report.ReportedTime = Ahead(25)),
        ["no time at all"] = (ErrorReason.TimeOutOfRange, "report.occurred.from",
            i => i.Report.Occurred.From = new Timestamp { Seconds = long.MaxValue }),
        ["nanos out of range"] = (ErrorReason.TimeOutOfRange, "report.occurred.from",
            i => i.Report.Occurred.From = new Timestamp { Seconds = 1715767200, Nanos = -1 }),
        ["end before begin"] = (ErrorReason.TimeOutOfRange, "report.occurred.to",
            i => i.Report.Occurred.To = (Examples.InWeek20 - TimeSpan.FromSeconds(1)).ToTimestamp()),
        ["no certainty"] = (ErrorReason.FieldRequired, "report.occurred.certainty",
            i => i.Report.Occurred.Certainty = TimeCertainty.Unspecified),
        ["unknown certainty"] = (ErrorReason.EnumUnknown, "report.occurred.certainty",
            i => i.Report.Occurred.Certainty = (TimeCertainty)99),
        ["no severity"] = (ErrorReason.FieldRequired, "report.severity", i => i.Report.Severity = Severity.Unspecified),
        ["unknown severity"] = (ErrorReason.EnumUnknown, "report.severity", i => i.Report.Severity = (Severity)99),
        ["no confidence"] = (ErrorReason.FieldRequired, "report.confidence", i => i.Report.Confidence = Confidence.Unspecified),
        ["unknown confidence"] = (ErrorReason.EnumUnknown, "report.confidence", i => i.Report.Confidence = (Confidence)(-1)),
        ["no environment"] = (ErrorReason.FieldRequired, "report.environment", i => i.Report.Environment = Environment.Unspecified),
        ["unknown environment"] = (ErrorReason.EnumUnknown, "report.environment", i => i.Report.Environment = (Environment)99),
        ["unknown TLP"] = (ErrorReason.EnumUnknown, "report.tlp", i => i.Report.Tlp = (Tlp)99),
        ["negative count"] = (ErrorReason.FieldInvalid, "report.count", i => i.Report.Count = -1),
        ["large count"] = (ErrorReason.FieldInvalid, "report.count", i => i.Report.Count = 10_001),
        ["long text"] = (ErrorReason.TextTooLong, "report.summary", i => i.Report.Summary = new('å', 501)),
        ["text of combining marks"] = (ErrorReason.TextTooLong, "report.summary",
            i => i.Report.Summary = "a" + new string('\u0301', 600)),
        ["over 64 KiB"] = (ErrorReason.ReportTooLarge, "report", i => i.Report.Summary = new('x', 65 * 1024)),
        ["no place"] = (ErrorReason.FieldRequired, "report.place.area", i => i.Report.Place = null),
        ["no area"] = (ErrorReason.FieldRequired, "report.place.area", i => i.Report.Place.Area = ""),
        ["unknown area"] = (ErrorReason.AreaUnknown, "report.place.area", i => i.Report.Place.Area = "0000"),
        ["no precision"] = (ErrorReason.FieldRequired, "report.place.precision", i => i.Report.Place.Precision = Precision.Unspecified),
        ["unknown precision"] = (ErrorReason.EnumUnknown, "report.place.precision", i => i.Report.Place.Precision = (Precision)99),
        ["wide accuracy"] = (ErrorReason.FieldInvalid, "report.place.accuracy_m", i => i.Report.Place.AccuracyM = 10_001),
        ["negative accuracy"] = (ErrorReason.FieldInvalid, "report.place.accuracy_m", i => i.Report.Place.AccuracyM = -1),
        ["outside Sweden"] = (ErrorReason.PositionOutsideSweden, "report.place.position", i => Point(i, 48.85, 2.35)),
        ["coordinates exchanged"] = (ErrorReason.PositionOutsideSweden, "report.place.position", i => Point(i, 17.6, 59.5)),
        ["not a number"] = (ErrorReason.PositionOutsideSweden, "report.place.position", i => Point(i, double.NaN, 17.6)),
        ["point without position"] = (ErrorReason.PrecisionInconsistent, "report.place.position",
            i => i.Report.Place.Precision = Precision.Point),
        ["street without place"] = (ErrorReason.PrecisionInconsistent, "report.place",
            i => i.Report.Place.Precision = Precision.Street),
        ["district not named"] = (ErrorReason.PrecisionInconsistent, "report.place.area", i => i.Report.Place.Area = "0139"),
        ["municipality not named"] = (ErrorReason.PrecisionInconsistent, "report.place.area", i =>
        {
            i.Report.Place.Area = "01";
            i.Report.Place.Precision = Precision.Municipality;
        }
        ),
        ["a midpoint as position"] = (ErrorReason.PrecisionInconsistent, "report.place.position", i =>
        {
            Point(i, 59.5, 17.6);
            i.Report.Place.Precision = Precision.District;
        }
        ),
        ["no category"] = (ErrorReason.FieldRequired, "report.category", i => i.Report.Category = ""),
        ["unknown category"] = (ErrorReason.CategoryUnknown, "report.category", i => i.Report.Category = "parking"),
        ["category about individuals"] = (ErrorReason.CategoryNotAccepted, "report.category", i => i.Report.Category = "sexual-offence"),
        ["category not agreed"] = (ErrorReason.CategoryNotAgreed, "report.category", i => i.Report.Category = "robbery"),
        ["area not agreed"] = (ErrorReason.AreaNotAgreed, "report.place.area", i =>
        {
            i.Report.Place.Area = "0114";
            i.Report.Place.Precision = Precision.Municipality;
        }
        ),
        ["too coarse to be agreed"] = (ErrorReason.AreaNotAgreed, "report.place.area", i =>
        {
            i.Report.Place.Area = "01";
            i.Report.Place.Precision = Precision.County;
        }
        ),
        ["no responder"] = (ErrorReason.FieldRequired, "responder", i => i.Responder = Responder.Unspecified),
        ["unknown responder"] = (ErrorReason.EnumUnknown, "responder", i => i.Responder = (Responder)99),
        ["unknown origin"] = (ErrorReason.EnumUnknown, "origin", i => i.Origin = (IncidentOrigin)99),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Report_ThatBreaksOneRule_IsRefusedAloneWithReasonFieldAndRemedy(string name)
    {
        var (reason, field, spoil) = Cases[name];
        var bad = Examples.Incident("bad " + name);
        spoil(bad);

        var answers = await hub.Police.StreamAsync([Examples.Incident("before " + name), bad, Examples.Incident("after " + name)]);

        var results = answers.SelectMany(a => a.Results).ToList();
        Assert.Equal(
            [ReportResult.OutcomeOneofCase.Accepted, ReportResult.OutcomeOneofCase.Refused, ReportResult.OutcomeOneofCase.Accepted],
            results.Select(r => r.OutcomeCase));
        var refused = results[1].Refused;
        Assert.Equal((reason, field), (refused.Reason, refused.Field));
        Assert.NotEmpty(refused.Rule);
        Assert.NotEmpty(refused.Remedy);
        if (bad.Report is { SourceRef.Length: > 0 and <= 128 } && !bad.Report.SourceRef.Contains('\0', StringComparison.Ordinal))
        {
            Assert.Empty(await hub.Police.HeldAsync(bad.Report.SourceRef));
        }
    }

    [Theory]
    [InlineData("text of 500 characters", "å", 500)]
    [InlineData("text of 500 characters outside the basic plane", "😀", 500)]
    public async Task Summary_AtItsLimit_IsTaken(string name, string character, int times)
    {
        var incident = Examples.Incident(name);
        incident.Report.Summary = string.Concat(Enumerable.Repeat(character, times));

        Assert.NotEmpty((await hub.Police.SubmitAsync(incident)).Name);
    }

    [Fact]
    public async Task Time_AtItsLimits_IsTaken()
    {
        var first = Examples.Incident("first instant", new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var ahead = Examples.Incident("nearly a day ahead");
        ahead.Report.Occurred.From = Ahead(23);

        Assert.NotEmpty((await hub.Police.SubmitAsync(first)).Name);
        Assert.NotEmpty((await hub.Police.SubmitAsync(ahead)).Name);
    }

    private static Timestamp Ahead(int hours) => (TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(hours)).ToTimestamp();

    private static void Point(Incident incident, double latitude, double longitude)
    {
        incident.Report.Place.Position = new Position { Latitude = latitude, Longitude = longitude };
        incident.Report.Place.Precision = Precision.Point;
    }

    /// <summary>One hub for all: the police may send everything but robbery about Upplands-Bro.</summary>
    public sealed class AgreedHub : IAsyncLifetime
    {
        private TestHub hub = null!;

        public TrygghetHub.Client.HubClient Police { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            hub = await TestHub.StartAsync();
            Police = await hub.PartnerAsync("polisen", TrygghetHub.Partners.V1.PartnerKind.Police);
            await hub.PartnerAsync("upplands-bro", TrygghetHub.Partners.V1.PartnerKind.MunicipalUnit);
            var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
            agreement.SharingTerms.Flows[0].Categories.Remove("robbery");
            await hub.AgreeAsync(agreement);
        }

        public ValueTask DisposeAsync() => hub.DisposeAsync();
    }
}
