using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Reports;

public sealed class ReportReadingTests
{
    // The longest day has 25 hours.
    private static readonly TimeSpan PastMidnight = TimeSpan.FromHours(25);

    [Fact]
    public async Task Report_SeenByAnotherAuthority_HasNeitherReferenceNorText()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var accepted = await police.SubmitAsync(Whole("one"));

        var own = (await police.ReadIncidentAsync(accepted.Name)).Report;
        var seen = (await municipality.ReadIncidentAsync(accepted.Name)).Report;

        Assert.Equal(("one", "v1", "Klotter."), (own.SourceRef, own.SourceVersion, own.Summary));
        Assert.Equal(("", "", ""), (seen.SourceRef, seen.SourceVersion, seen.Summary));
        // A point is agreed and sent: the position is there. The time is to the minute.
        Assert.Equal(own.Place, seen.Place);
        Assert.Equal(own.Occurred, seen.Occurred);
        Assert.Equal(own.ReceiveTime, seen.ReceiveTime);
    }

    [Fact]
    public async Task Report_UnderACoarserFlow_HasNoPosition()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var coarse = Examples.Agreement("est", "polisen", "upplands-bro");
        coarse.SharingTerms.Flows[0].FinestPrecision = Precision.Street;
        await hub.AgreeAsync(coarse);

        var seen = (await municipality.ReadIncidentAsync((await police.SubmitAsync(Whole("one"))).Name)).Report.Place;

        Assert.Equal(new Place { Area = "0139-bro-exempeltorget", Precision = Precision.Street }, seen);
    }

    [Fact]
    public async Task Report_FromThePoliceToAPrivateParty_IsDistrictDayAndFamily()
    {
        var time = Clock();
        await using var hub = await TestHub.StartAsync(time);
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        await hub.AgreeAsync(Examples.Agreement("est", "polisen", "bostad"));
        var incident = Whole("one");
        incident.Report.ReportedTime = Examples.InWeek20.ToTimestamp();

        var name = (await police.SubmitAsync(incident)).Name;
        await Refused.ForAsync("NOT_FOUND", () => housing.ReadIncidentAsync(name));
        time.Advance(PastMidnight);
        var seen = await housing.ReadIncidentAsync(name);

        var received = TrygghetHub.Server.Platform.Calendar.SwedishTime.ToLocal(seen.Report.ReceiveTime.ToDateTimeOffset());
        Assert.Equal(TimeSpan.Zero, received.TimeOfDay);

        // The whole message: whatever is added to it later is not to slip through.
        Assert.Equal(
            new Incident
            {
                Name = name,
                Report = new Report
                {
                    Revision = 1,
                    Occurred = Day(2024, 5, 14, 22, 2024, 5, 15, 22),
                    Family = "damage-and-litter",
                    Place = new Place { Area = "0139-bro", Precision = Precision.District },
                    Tlp = seen.Report.Tlp,
                    ReceiveTime = seen.Report.ReceiveTime,
                    Week = new TrygghetHub.Calendar.V1.IsoWeek { Year = 2024, Week = 20 },
                },
            },
            seen);
    }

    // A day in Sweden is 25 hours in October and 23 in March.
    [Theory]
    [InlineData("2024-10-26T22:30:00Z", "2024-10-26T22:30:00Z", "2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z")]
    [InlineData("2024-10-27T22:30:00Z", "2024-10-27T22:30:00Z", "2024-10-26T22:00:00Z", "2024-10-27T23:00:00Z")]
    [InlineData("2024-03-30T22:30:00Z", "2024-03-30T22:30:00Z", "2024-03-29T23:00:00Z", "2024-03-30T23:00:00Z")]
    [InlineData("2024-03-31T10:00:00Z", "2024-04-01T10:00:00Z", "2024-03-30T23:00:00Z", "2024-04-01T22:00:00Z")]
    public async Task Report_UnderADayOnlyCeiling_CoversItsSwedishDays(string from, string to, string dayFrom, string dayTo)
    {
        var time = Clock();
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        var incident = Examples.Incident("one");
        incident.Report.Environment = TrygghetHub.Reports.V1.Environment.Stairwell;
        incident.Report.Occurred.From = At(from);
        incident.Report.Occurred.To = At(to);

        var name = (await police.SubmitAsync(incident)).Name;
        time.Advance(PastMidnight);
        var seen = (await municipality.ReadIncidentAsync(name)).Report;

        Assert.Equal(new Occurrence { From = At(dayFrom), To = At(dayTo), Certainty = TimeCertainty.Day }, seen.Occurred);
        Assert.Equal("graffiti", seen.Category);
    }

    [Fact]
    public async Task Report_HiddenFromACaller_AnswersByteForByteAsAMissingOne()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await hub.PartnerAsync("third", PartnerKind.School);
        var hidden = (await police.SubmitAsync(Examples.Incident("one"))).Name;
        var red = Examples.Incident("red");
        red.Report.Tlp = Tlp.Red;
        var redName = (await police.SubmitAsync(red)).Name;
        var missing = hidden[..^12] + "000000000000";

        var answers = new List<ByteString>();
        foreach (var (caller, name) in new[]
        {
            ("third", missing), ("third", hidden), ("upplands-bro", redName), ("upplands-bro", missing),
            ("upplands-bro", hidden.Replace("incidents", "observations", StringComparison.Ordinal)),
            ("upplands-bro", hidden.Replace("polisen", "third", StringComparison.Ordinal)), ("upplands-bro", "no name"),
        })
        {
            answers.Add(await StatusOfAsync(hub, caller, name));
        }

        Assert.Single(answers.Distinct());
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(hidden, Purpose.Evaluation));
        await Refused.ForAsync("FIELD_REQUIRED", "purpose", () => municipality.ReadIncidentAsync(hidden, Purpose.Unspecified));
        await Refused.ForAsync("ENUM_UNKNOWN", "purpose", () => municipality.ReadIncidentAsync(hidden, (Purpose)99));
        Assert.Equal(Tlp.Red, (await police.ReadIncidentAsync(redName)).Report.Tlp);
    }

    [Fact]
    public async Task Pages_WithHiddenReportsBetween_AreAsIfThoseWereNotThere()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var sent = Examples.Incidents("p", 1_300).ToList();
        // Two of three are hidden, and a whole batch of them comes first.
        for (var i = 0; i < sent.Count; i++)
        {
            sent[i].Report.Tlp = i < 600 || i % 3 != 0 ? Tlp.Red : Tlp.Amber;
        }

        await police.StreamAsync(sent);
        var visible = sent.Count(i => i.Report.Tlp == Tlp.Amber);

        var pages = await municipality.IncidentPagesAsync(100);

        Assert.All(pages.SkipLast(1), p => Assert.Equal(100, p.Count));
        Assert.Equal(visible, pages.Sum(p => p.Count));
        Assert.Equal(visible, pages.SelectMany(p => p).DistinctBy(i => i.Name).Count());
        Assert.Equal(1_300, (await police.IncidentPagesAsync(1000)).Sum(p => p.Count));
    }

    [Fact]
    public async Task List_NarrowedByAreaAndParent_GoesByWhatTheCallerSees()
    {
        var time = Clock();
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        var place = Examples.Incident("place");
        place.Report.Place = new Place { Area = "0139-bro-exempeltorget", Precision = Precision.Street };
        var home = place.Clone();
        home.Report.SourceRef = "home";
        home.Report.Environment = TrygghetHub.Reports.V1.Environment.Dwelling;
        await police.StreamAsync([place, home]);

        // What may be told by the day alone is shown when the day is over.
        Assert.Single((await municipality.IncidentPagesAsync(10, area: "0139-bro")).Single());
        time.Advance(PastMidnight);
        Assert.Equal(2, (await municipality.IncidentPagesAsync(10, area: "0139-bro")).Single().Count);
        // Under its ceiling the second is in the district only: asking for the place must not point it out.
        Assert.Single((await municipality.IncidentPagesAsync(10, area: "0139-bro-exempeltorget")).Single());
        Assert.Equal(2, (await municipality.IncidentPagesAsync(10, parent: "partners/polisen")).Single().Count);
        Assert.Empty((await municipality.IncidentPagesAsync(10, parent: "partners/nobody")).Single());
        await Refused.ForAsync("FIELD_INVALID", "parent", () => municipality.IncidentPagesAsync(10, parent: "polisen"));
        await Refused.ForAsync("AREA_UNKNOWN", "area", () => municipality.IncidentPagesAsync(10, area: "9999"));
        await Refused.ForAsync("FIELD_INVALID", "page_size", () => municipality.IncidentPagesAsync(-1));
    }

    [Fact]
    public async Task PageToken_AlongTheJournal_HasOneLength()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.StreamAsync(Examples.Incidents("p", 120));
        var lengths = new HashSet<int>();
        var request = new TrygghetHub.Incidents.V1.ListIncidentsRequest { PageSize = 1, Purpose = Purpose.WeeklyPicture };
        for (var page = 0; page < 119; page++)
        {
            request.PageToken = (await municipality.Incidents.ListIncidentsAsync(request, cancellationToken: TestContext.Current.CancellationToken)).NextPageToken;
            lengths.Add(request.PageToken.Length);
        }

        // Its length must not tell how many digits the journal's number has.
        Assert.Single(lengths);
    }

    // From now on: a connection looks at certificates by the real clock.
    private static FakeTimeProvider Clock() => new(TimeProvider.System.GetUtcNow());

    private static TrygghetHub.Incidents.V1.Incident Whole(string sourceRef)
    {
        var incident = Examples.Incident(sourceRef);
        incident.Report.SourceVersion = "v1";
        incident.Report.Summary = "Klotter.";
        incident.Report.Place = new Place
        {
            Area = "0139-bro-exempeltorget",
            Precision = Precision.Point,
            Position = new Position { Latitude = 59.51, Longitude = 17.63 },
            AccuracyM = 10,
        };
        return incident;
    }

    private static async Task<ByteString> StatusOfAsync(TestHub hub, string caller, string name)
    {
        using var channel = await hub.OpenChannelAsAsync(caller);
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await new TrygghetHub.Incidents.V1.IncidentService.IncidentServiceClient(channel).GetIncidentAsync(
                new TrygghetHub.Incidents.V1.GetIncidentRequest { Name = name, Purpose = Purpose.WeeklyPicture },
                cancellationToken: TestContext.Current.CancellationToken));
        return refused.GetRpcStatus()!.ToByteString();
    }

    private static Timestamp At(string time) =>
        DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture).ToTimestamp();

    private static Occurrence Day(int y, int m, int d, int h, int y2, int m2, int d2, int h2) => new()
    {
        From = new DateTimeOffset(y, m, d, h, 0, 0, TimeSpan.Zero).ToTimestamp(),
        To = new DateTimeOffset(y2, m2, d2, h2, 0, 0, TimeSpan.Zero).ToTimestamp(),
        Certainty = TimeCertainty.Day,
    };
}
