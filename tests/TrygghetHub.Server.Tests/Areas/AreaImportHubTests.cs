using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Journal;
using TrygghetHub.Testing;
using static TrygghetHub.Server.Tests.Areas.GeoJson;
using AreaLevel = TrygghetHub.Areas.V1.AreaLevel;

namespace TrygghetHub.Server.Tests.Areas;

/// <summary>Imports into a real hub, and what reports, readers and pictures make of them.</summary>
public sealed class AreaImportHubTests
{
    private static readonly byte[] Municipality = File(Feature("\"kommunkod\":\"0139\"", Square(0, 0, 20)));
    private static readonly byte[] Districts = File(
        Feature("\"namn\":\"Bro\"", Square(0, 0, 5)), Feature("\"namn\":\"Brunna\"", Square(5, 0, 5)),
        Feature("\"namn\":\"Kungsängen\"", Square(0, 5, 5)));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ImportAreas_ByAPartner_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        await Refused.ForAsync("PERMISSION_MISSING", () => ImportAsync(police, AreaLevel.Municipality, Municipality));
    }

    [Fact]
    public async Task ImportAreas_WhatIsWrong_IsRefusedAndChangesNothing()
    {
        await using var hub = await TestHub.StartAsync();
        await Refused.ForAsync("FIELD_INVALID", "import.level", () => ImportAsync(hub.Operator, AreaLevel.County, Municipality));
        await Refused.ForAsync("AREA_UNKNOWN", "import.parent", () => ImportAsync(hub.Operator, AreaLevel.District, Districts, parent: "9999"));
        await Refused.ForAsync("AREA_UNKNOWN", "import.parent", () => ImportAsync(hub.Operator, AreaLevel.District, Districts, parent: "0139-bro"));
        await Refused.ForAsync("FIELD_INVALID", "import.valid_from", () => ImportAsync(hub.Operator, AreaLevel.District, Districts, validFrom: "2999-01-01"));
        await Refused.ForAsync("FIELD_INVALID", "import.valid_from", () => ImportAsync(hub.Operator, AreaLevel.District, Districts, validFrom: "i dag"));
        await Refused.ForAsync("FIELD_REQUIRED", "chunk", () => ImportAsync(hub.Operator, AreaLevel.District, []));
        await Refused.ForAsync("AREAS_INVALID", "geojson", () => ImportAsync(hub.Operator, AreaLevel.District, new byte[GeoJsonFile.LargestFile + 1_000]));
        var half = File(Feature("\"namn\":\"Bro\"", Square(0, 0, 5)), Feature("\"namn\":\"Fel\"", "null"));
        var refused = await Refused.ForAsync("AREAS_INVALID", () => ImportAsync(hub.Operator, AreaLevel.District, half, parent: "0139"));
        Assert.StartsWith("Feature 2: ", refused.Rule, StringComparison.Ordinal);

        using var call = hub.Operator.Areas.ImportAreas(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(new ImportAreasRequest { Chunk = ByteString.CopyFrom(Municipality) }, Cancellation);
        await call.RequestStream.CompleteAsync();
        await Refused.ForAsync("FIELD_REQUIRED", "import", async () => await call.ResponseAsync);

        Assert.All(await ListAsync(hub.Operator, "0139"), a => Assert.False(a.HasShape));
        Assert.Equal(1, Register(hub).Book.Version);
    }

    [Fact]
    public async Task ImportAreas_TwiceAndAfterARestart_IsOneVersion()
    {
        await using var hub = await TestHub.StartAsync();
        var dry = await ImportAsync(hub.Operator, AreaLevel.Municipality, Municipality, dryRun: true);
        var first = await ImportAsync(hub.Operator, AreaLevel.Municipality, Municipality);
        var again = await ImportAsync(hub.Operator, AreaLevel.Municipality, Municipality);
        var districts = await ImportAsync(hub.Operator, AreaLevel.District, Districts, validFrom: "2026-01-01");
        var before = Register(hub).Book;
        await hub.RestartAsync();
        var after = Register(hub).Book;

        Assert.Equal((1, 1, true), (dry.Version, dry.Changed, dry.DryRun));
        Assert.Equal((2, 1, 0), (first.Version, first.Changed, first.Unchanged));
        Assert.Equal((2, 0, 1), (again.Version, again.Changed, again.Unchanged));
        Assert.Equal((3, 3, 1, "2026-01-01"), (districts.Version, districts.Changed, districts.Closed, districts.ValidFrom));
        Assert.Equal("0139-ovriga", districts.Changes.Single(c => c.Kind == TrygghetHub.Areas.V1.AreaChangeKind.Closed).Code);
        Assert.Equal(before.Version, after.Version);
        Assert.Equal(before.Areas.Select(a => a with { Shape = null }), after.Areas.Select(a => a with { Shape = null }));
        Assert.All(before.Areas.Zip(after.Areas), pair => Assert.True(
            pair.First.Shape is null ? pair.Second.Shape is null : pair.First.Shape.EqualsExact(pair.Second.Shape)));
        var listed = (await ListAsync(hub.Operator, "0139")).ToDictionary(a => a.Code);
        Assert.Equal(("2026-01-01", "", true), (listed["0139-bro"].ValidFrom, listed["0139-bro"].ValidTo, listed["0139-bro"].HasShape));
        Assert.Equal(("2026-01-01", true), (listed["0139-ovriga"].ValidTo, listed["0139-ovriga"].Sparse));
    }

    [Fact]
    public async Task FindAreas_ByPositionOrName_TellsWhatIsInUse()
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        await Refused.ForAsync("FIELD_REQUIRED", "by", async () => await police.Areas.FindAreasAsync(new FindAreasRequest()));
        await Refused.ForAsync("FIELD_INVALID", "named", async () => await police.Areas.FindAreasAsync(new FindAreasRequest { Named = "" }));
        await Refused.ForAsync("AREA_UNKNOWN", "within", async () => await police.Areas.FindAreasAsync(new FindAreasRequest { Named = "Bro", Within = "x" }));
        await Refused.ForAsync("POSITION_OUTSIDE_SWEDEN", "position", async () => await police.Areas.FindAreasAsync(
            new FindAreasRequest { Position = new AreaPosition { Latitude = 17, Longitude = 59 } }));
        Assert.Empty((await police.Areas.FindAreasAsync(new FindAreasRequest { Position = Wgs84(1, 1) }, cancellationToken: Cancellation)).Areas);

        await ImportAsync(hub.Operator, AreaLevel.Municipality, Municipality);
        await ImportAsync(hub.Operator, AreaLevel.District, Districts);

        Assert.Equal(["0139-bro", "0139", "01"], await CodesAsync(new FindAreasRequest { Position = Wgs84(1, 1) }));
        Assert.Equal(["0139-bro-exempeltorget"], await CodesAsync(new FindAreasRequest { Named = "exempeltorget" }));
        Assert.Equal(["0139"], await CodesAsync(new FindAreasRequest { Named = "UPPLANDS BRO" }));
        Assert.Empty(await CodesAsync(new FindAreasRequest { Named = "Övriga kommunen" })); // closed
        Assert.Empty(await CodesAsync(new FindAreasRequest { Named = "Bro", Within = "0180" }));

        async Task<IEnumerable<string>> CodesAsync(FindAreasRequest request) =>
            (await police.Areas.FindAreasAsync(request, cancellationToken: Cancellation)).Areas.Select(a => a.Code);
    }

    [Fact]
    public async Task Submit_ByNameOrPosition_IsResolvedByTheBookOfItsTime()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var old = (await police.SubmitAsync(Examples.Incident("old"))).Name;
        var oldest = hub.Hub.Services.GetRequiredService<JournalLane>().Head;
        await ImportAsync(hub.Operator, AreaLevel.Municipality, Municipality);
        await ImportAsync(hub.Operator, AreaLevel.District, Districts);

        // 1. By name, by position, and by neither.
        var named = Examples.Incident("named");
        named.Report.Place = new Place { Area = "0139", Named = "kungsangen", Precision = Precision.District };
        var placed = PointAt("placed", 6, 1);
        var shown = await municipality.ReadIncidentAsync((await police.SubmitAsync(named)).Name);
        Assert.Equal(("0139-kungsangen", ""), (shown.Report.Place.Area, shown.Report.Place.Named));
        Assert.Equal("kungsangen", (await police.ReadIncidentAsync((await police.SubmitAsync(named)).Name)).Report.Place.Named);
        Assert.Equal("0139-brunna", (await municipality.ReadIncidentAsync((await police.SubmitAsync(placed)).Name)).Report.Place.Area);

        // 2. Refused alike in a stream and alone.
        var ambiguous = Examples.Incident("ambiguous");
        await ImportAsync(hub.Operator, AreaLevel.Place, File(
            Feature("\"namn\":\"Torget\"", Point(1, 1)), Feature("\"namn\":\"Torget\"", Point(6, 1))));
        ambiguous.Report.Place = new Place { Area = "0139", Named = "Torget", Precision = Precision.Street };
        string[] candidates = ["0139-bro-torget", "0139-brunna-torget"];
        var refused = await Refused.ForAsync("PLACE_AMBIGUOUS", () => police.SubmitAsync(ambiguous));
        Assert.Equal(candidates, refused.Candidates);
        var streamed = (await police.StreamAsync([ambiguous])).Single().Results.Single();
        Assert.Equal(candidates, streamed.Refused.Candidates);
        await Refused.ForAsync("PRECISION_INCONSISTENT", "report.place.position", () => police.SubmitAsync(PointAt("far", 40, 1)));

        // 3. A closed area is named by no event after its closing, and shown as it was to who reads the old.
        await ImportAsync(hub.Operator, AreaLevel.District, File(Feature("\"namn\":\"Tätorten\"", Square(0, 0, 10))), parent: "0139");
        var today = Examples.Incident("new");
        today.Report.Occurred.From = Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow().AddMinutes(-1));
        today.Report.Occurred.To = null;
        var closed = await Refused.ForAsync("AREA_UNKNOWN", () => police.SubmitAsync(today));
        Assert.Contains("is closed from", closed.Rule, StringComparison.Ordinal);
        Assert.Contains("on the day of the event", closed.Remedy, StringComparison.Ordinal);
        Assert.Equal("0139-bro", (await municipality.ReadIncidentAsync(old)).Report.Place.Area);

        // 4. The rules of an entry have the book of that entry.
        var rules = hub.Hub.Services.GetRequiredService<AgreementRegister>();
        Assert.Equal((1, 5), (rules.RulesAsOf(oldest).Areas.Version, rules.Rules.Areas.Version));
        Assert.Same(Register(hub).Book, rules.Rules.Areas);
        Assert.Same(rules.Rules, rules.RulesAsOf(rules.Rules.Since));
        Assert.Equal(4, rules.RulesAsOf(rules.Rules.Since - 1).Areas.Version);
    }

    [Fact]
    public async Task CompilePicture_OfAnOldWeek_IsTheSameAfterTheDivisionHasChanged()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));
        await municipality.CompileAsync(2024, 20);
        var before = await municipality.PictureAsync(2024, 20);
        await ImportAsync(hub.Operator, AreaLevel.Municipality, Municipality);
        await ImportAsync(hub.Operator, AreaLevel.District, File(Feature("\"namn\":\"Tätorten\"", Square(0, 0, 10))));
        await hub.RestartAsync();

        // Read again, what is recomputed by the rules of its entry has the bytes that were kept.
        var after = await municipality.PictureAsync(2024, 20, before.Revision);
        Assert.Equal(before, after);

        // A later count of the same week names the closed district as it was called.
        await police.SubmitAsync(PointAt("two", 1, 1));
        await municipality.CompileAsync(2024, 20);
        var later = await municipality.PictureAsync(2024, 20);
        Assert.NotEqual(before.Revision, later.Revision);
        Assert.Equal(1, before.Basis.AreaListVersion);
        Assert.Equal(3, later.Basis.AreaListVersion);
        Assert.Equal(["Bro", "Tätorten"], later.Cells.Select(c => c.AreaName).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Submit_ACorrectionInAnAreaClosedSince_IsTakenAndCountedForItsMunicipality()
    {
        var json = await System.IO.File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Areas", "correction-in-closed-area.json"), Cancellation);
        var correction = JsonParser.Default.Parse<SubmitIncidentRequest>(json).Incident;
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 10, 26, 22, 58, 0, TimeSpan.Zero));
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        var first = correction.Clone();
        (first.Report.Revision, first.Report.Count) = (1, 1);
        var name = (await police.SubmitAsync(first)).Name;

        // Past midnight in Sweden, and within the life of a token.
        time.Advance(TimeSpan.FromMinutes(3));
        await ImportAsync(hub.Operator, AreaLevel.District, File(Feature("\"namn\":\"Tätorten\"", Square(0, 0, 10))), parent: "0139");

        // 1. The correction of an event from before is taken; so is a late report of one; one of today is not.
        Assert.Equal(name, (await police.SubmitAsync(correction)).Name);
        var late = first.Clone();
        late.Report.SourceRef = "late";
        await police.SubmitAsync(late);
        var today = first.Clone();
        today.Report.SourceRef = "today";
        today.Report.Occurred.From = Timestamp.FromDateTimeOffset(time.GetUtcNow());
        var refused = await Refused.ForAsync("AREA_UNKNOWN", () => police.SubmitAsync(today));
        Assert.Contains("2026-10-27", refused.Rule, StringComparison.Ordinal);

        // 2. Readers under the agreement, the lists of the municipality and of the closed district, and the picture have both.
        Assert.Equal(3, (await municipality.ReadIncidentAsync(name)).Report.Count);
        Assert.Equal(2, (await municipality.IncidentPagesAsync(10, area: "0139")).Sum(page => page.Count));
        Assert.Equal(2, (await municipality.IncidentPagesAsync(10, area: "0139-bro")).Sum(page => page.Count));
        await municipality.CompileAsync(2026, 43);
        var picture = await municipality.PictureAsync(2026, 43);
        Assert.Equal(["Bro"], picture.Cells.Select(c => c.AreaName).Distinct());

        // 3. Opened again it takes today's events, keeps what it has, and so it stays after a restart.
        var reopened = await hub.Operator.Areas.ReopenAreaAsync(
            new ReopenAreaRequest { Code = "0139-bro", ValidFrom = "2026-10-27" }, cancellationToken: Cancellation);
        Assert.Equal("0139-bro", reopened.Changes[0].Code);
        await police.SubmitAsync(today);
        var again = await hub.Operator.Areas.ReopenAreaAsync(
            new ReopenAreaRequest { Code = "0139-bro" }, cancellationToken: Cancellation);
        Assert.Equal((reopened.Version, 0), (again.Version, again.Changes.Count));
        await hub.RestartAsync();
        Assert.True(Register(hub).Book.TryGet("0139-bro", out var bro) && !bro.IsClosed);
        Assert.Equal(reopened.Version, Register(hub).Book.Version);
        Assert.Equal(3, (await municipality.IncidentPagesAsync(10, area: "0139")).Sum(page => page.Count));
    }

    [Fact]
    public async Task ReopenArea_WhatIsWrongOrByAPartner_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        await Refused.ForAsync("PERMISSION_MISSING", async () => await police.Areas.ReopenAreaAsync(new ReopenAreaRequest { Code = "0139-bro" }));
        await Refused.ForAsync("AREA_UNKNOWN", "code", async () => await hub.Operator.Areas.ReopenAreaAsync(new ReopenAreaRequest { Code = "0139-x" }));
        await Refused.ForAsync("FIELD_INVALID", "valid_from", async () => await hub.Operator.Areas.ReopenAreaAsync(
            new ReopenAreaRequest { Code = "0139-bro", ValidFrom = "2999-01-01" }));
    }

    [Fact]
    public async Task ImportAreas_OfOneDistrict_ListsTheOthersAndLeavesThemInUse()
    {
        await using var hub = await TestHub.StartAsync();
        var one = File(Feature("\"namn\":\"Bro\"", Square(0, 0, 5)));
        var dry = await ImportAsync(hub.Operator, AreaLevel.District, one, parent: "0139", dryRun: true, closeMissing: false);
        var added = await ImportAsync(hub.Operator, AreaLevel.District, one, parent: "0139", closeMissing: false);

        Assert.Equal(dry.Missing, added.Missing);
        Assert.Equal((1, 0), (added.Changed, added.Closed));
        Assert.Contains("0139-ovriga", added.Missing.Select(a => a.Code));
        Assert.All(await ListAsync(hub.Operator, "0139"), a => Assert.Empty(a.ValidTo));
        var closing = await ImportAsync(hub.Operator, AreaLevel.District, one, parent: "0139");
        Assert.Equal(added.Missing.Select(a => a.Code), closing.Changes.Select(a => a.Code));
    }

    /// <summary>What a dry run has told, and somebody has confirmed, is what is done.</summary>
    [Fact]
    public async Task ImportAreas_AfterAnotherImport_IsRefusedByTheDryRunsNumber()
    {
        await using var hub = await TestHub.StartAsync();
        var dry = await ImportAsync(hub.Operator, AreaLevel.District, Districts, parent: "0139", dryRun: true);
        await ImportAsync(hub.Operator, AreaLevel.Municipality, Municipality);

        await Refused.ForAsync("ETAG_MISMATCH", "import.expected_version", () =>
            ImportAsync(hub.Operator, AreaLevel.District, Districts, parent: "0139", expectedVersion: dry.Version));
        Assert.Equal(dry.Version + 1, Register(hub).Book.Version);

        Assert.Equal(dry.Version + 2, (await ImportAsync(hub.Operator, AreaLevel.District, Districts, parent: "0139", expectedVersion: dry.Version + 1)).Version);
    }

    [Fact]
    public async Task Submit_UnderAFlowOfTheGrid_ShowsTheCellAndNeverThePoint()
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
        agreement.SharingTerms.Flows[0].FinestPrecision = Precision.Grid250M;
        await hub.AgreeAsync(agreement);
        var name = (await police.SubmitAsync(PointAt("point", 1.01, 1.02))).Name;
        var own = (await police.ReadIncidentAsync(name)).Report.Place;
        var seen = (await municipality.ReadIncidentAsync(name)).Report.Place;

        Assert.Equal((Precision.Point, 5), (own.Precision, own.AccuracyM));
        Assert.Equal((Precision.Grid250M, 177), (seen.Precision, seen.AccuracyM));
        var centre = Sweref99Tm.FromWgs84(seen.Position.Latitude, seen.Position.Longitude);
        Assert.Equal(GeoJson.At(1.125, 1.125), centre.Rounded);

        // Another point of the cell shows the same, a sparse area nothing, and without the field nothing either.
        var near = (await police.SubmitAsync(PointAt("near", 1.2, 1.2))).Name;
        Assert.Equal(seen.Position, (await municipality.ReadIncidentAsync(near)).Report.Place.Position);
        var sparse = PointAt("sparse", 1.2, 1.2);
        sparse.Report.Place.Area = "0139-ovriga";
        var hidden = (await municipality.ReadIncidentAsync((await police.SubmitAsync(sparse)).Name)).Report.Place;
        Assert.Equal((Precision.District, null), (hidden.Precision, hidden.Position));
        agreement.SharingTerms.Flows[0].Fields.Remove(ReportField.Position);
        await hub.AgreeAsync(agreement);
        Assert.Null((await municipality.ReadIncidentAsync(name)).Report.Place.Position);
    }

    [Fact]
    public async Task Submit_WhatIsOnlyAsPreciseAsTheGrid_IsShownAsItEvenToThePoint()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var incident = PointAt("grid", 1.01, 1.02);
        incident.Report.Place.Precision = Precision.Grid250M;
        var seen = (await municipality.ReadIncidentAsync((await police.SubmitAsync(incident)).Name)).Report.Place;
        Assert.Equal(GeoJson.At(1.125, 1.125), Sweref99Tm.FromWgs84(seen.Position.Latitude, seen.Position.Longitude).Rounded);
    }

    private static Incident PointAt(string sourceRef, double east, double north)
    {
        var incident = Examples.Incident(sourceRef);
        var at = Wgs84(east, north);
        incident.Report.Place = new Place
        {
            Area = "0139",
            Precision = Precision.Point,
            AccuracyM = 5,
            Position = new Position { Latitude = at.Latitude, Longitude = at.Longitude },
        };
        return incident;
    }

    private static AreaPosition Wgs84(double east, double north)
    {
        var (latitude, longitude) = Sweref99Tm.ToWgs84(GeoJson.At(east, north));
        return new AreaPosition { Latitude = latitude, Longitude = longitude };
    }

    private static AreaRegister Register(TestHub hub) => hub.Hub.Services.GetRequiredService<AreaRegister>();

    private static async Task<IEnumerable<TrygghetHub.Areas.V1.Area>> ListAsync(HubClient client, string parent) =>
        (await client.Areas.ListAreasAsync(new ListAreasRequest { Parent = parent })).Areas;

    private static async Task<ImportAreasResponse> ImportAsync(
        HubClient client, AreaLevel level, byte[] file, string parent = "", string validFrom = "", bool dryRun = false,
        bool closeMissing = true, int expectedVersion = 0)
    {
        using var stream = new MemoryStream(file);
        return await client.ImportAreasAsync(
            new TrygghetHub.Areas.V1.AreaImport
            {
                Level = level,
                Parent = parent,
                ValidFrom = validFrom,
                DryRun = dryRun,
                CloseMissing = closeMissing,
                ExpectedVersion = expectedVersion,
            },
            stream,
            Cancellation);
    }
}
