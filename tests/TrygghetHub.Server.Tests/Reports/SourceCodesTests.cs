using TrygghetHub.Client;
using TrygghetHub.Codes.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Reports;

public sealed class SourceCodesTests
{
    [Fact]
    public async Task Report_WithACodeThatIsNotMapped_IsOtherAndListed()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();

        var accepted = await police.SubmitAsync(Coded("one", "0803"));

        Assert.Equal("other", (await municipality.ReadIncidentAsync(accepted.Name)).Report.Category);
        Assert.Equal("", (await municipality.ReadIncidentAsync(accepted.Name)).Report.SourceCategory);
        var own = (await police.ReadIncidentAsync(accepted.Name)).Report;
        Assert.Equal(("other", "0803"), (own.Category, own.SourceCategory));
        var listed = Assert.Single(await ListAsync(police, unmappedOnly: true));
        Assert.Equal(("0803", 1, ""), (listed.SourceCategory, listed.Reports, listed.MappedCategory));
        Assert.Empty(await ListAsync(municipality, unmappedOnly: false));
    }

    [Fact]
    public async Task Report_WithACodeThatIsMapped_IsInItsCategoryAlsoAfterARestart()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        Assert.Equal(1, (await ImportAsync(police, ("0803", "robbery"), ("1201", "graffiti"))).Mapping.Version);

        var first = await police.SubmitAsync(Coded("one", "0803"));
        await hub.RestartAsync();
        var second = await police.SubmitAsync(Coded("two", "0803"));
        // What the sender says itself goes before its mapping.
        var said = Coded("three", "0803");
        said.Report.Category = "theft";
        var third = await police.SubmitAsync(said);

        Assert.Equal("robbery", (await municipality.ReadIncidentAsync(first.Name)).Report.Category);
        Assert.Equal("violence-and-threats", (await municipality.ReadIncidentAsync(second.Name)).Report.Family);
        Assert.Equal("theft", (await municipality.ReadIncidentAsync(third.Name)).Report.Category);
        Assert.Empty(await ListAsync(police, unmappedOnly: true));
    }

    [Fact]
    public async Task Code_InAnotherSpelling_IsTheSameCode()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var first = await police.SubmitAsync(Coded("one", "Ordningsstörning  -  buller"));
        await police.SubmitAsync(Coded("two", "ORDNINGSSTO\u0308RNING\u00A0\u2013 BULLER"));
        await police.SubmitAsync(Coded("three", "ordnings\u00ADstörning \u2011 buller"));

        // The first spelling stands for all.
        var listed = Assert.Single(await ListAsync(police, unmappedOnly: true));
        Assert.Equal(("Ordningsstörning  -  buller", 3), (listed.SourceCategory, listed.Reports));

        await ImportAsync(police, ("Ordningssto\u0308rning - buller", "disorder"));
        Assert.Empty(await ListAsync(police, unmappedOnly: true));
        var moved = await police.Codes.ReclassifyReportsAsync(
            new ReclassifyReportsRequest { SourceCategory = "ordningsstörning - BULLER" },
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(3, moved.Reclassified);
        Assert.Equal("disorder", (await municipality.ReadIncidentAsync(first.Name)).Report.Category);

        var twice = await Assert.ThrowsAsync<HubException>(() => ImportAsync(police, ("Bråk", "disorder"), ("BRA\u030AK ", "assault")));
        Assert.Equal("CODES_INVALID", twice.Reason);
        var nothing = await Assert.ThrowsAsync<HubException>(() => ImportAsync(police, ("\u200B", "disorder")));
        Assert.Equal("CODES_INVALID", nothing.Reason);
    }

    [Fact]
    public async Task Mapping_TheSameAgain_ChangesNothingAndAnotherIsTheNextVersion()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await ImportAsync(police, ("a", "graffiti"));

        Assert.False((await ImportAsync(police, ("a", "graffiti"))).Changed);
        Assert.Equal(2, (await ImportAsync(police, ("a", "littering"))).Mapping.Version);

        Assert.Equal("graffiti", (await GetAsync(police, 1)).Codes.Single().Category);
        Assert.Equal("littering", (await GetAsync(police, 0)).Codes.Single().Category);
        await Refused.ForAsync("NOT_FOUND", () => GetAsync(municipality, 0));
        await Refused.ForAsync("NOT_FOUND", () => GetAsync(police, 3));
    }

    [Theory]
    [InlineData("", "graffiti", "mapping.codes[0].source_category", "CODES_INVALID")]
    [InlineData("a", "nothing-such", "mapping.codes[0].category", "CODES_INVALID")]
    [InlineData("a", "sexual-offence", "mapping.codes[0].category", "CODES_INVALID")]
    [InlineData("990807-2391", "graffiti", "mapping.codes[0].source_category", "REFUSED_PERSONAL_DATA")]
    public async Task Mapping_ThatBreaksARule_IsRefusedByItsField(string code, string category, string field, string reason)
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        await Refused.ForAsync(reason, field, () => ImportAsync(police, (code, category)));
        await Refused.ForAsync("CODES_INVALID", "mapping.codes[1].source_category", () => ImportAsync(police, ("a", "graffiti"), ("a", "theft")));
    }

    [Fact]
    public async Task Reclassification_MovesReportsTellsRecipientsAndKeepsWhatWas()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var accepted = await police.SubmitAsync(Coded("one", "0803"));
        await police.SubmitAsync(Coded("two", "9999"));
        var before = (await municipality.CompileAsync(2024, 20)).Picture;
        await ImportAsync(police, ("0803", "robbery"));

        Assert.Equal(1, (await ReclassifyAsync(police, dryRun: true)).Reclassified);
        Assert.Equal("other", (await municipality.ReadIncidentAsync(accepted.Name)).Report.Category);
        Assert.Equal(1, (await ReclassifyAsync(police)).Reclassified);
        Assert.Equal(0, (await ReclassifyAsync(police)).Reclassified);

        Assert.Equal("robbery", (await municipality.ReadIncidentAsync(accepted.Name)).Report.Category);
        Assert.Equal(1, (await police.ReadIncidentAsync(accepted.Name)).Report.Revision);
        var after = (await municipality.CompileAsync(2024, 20)).Picture;
        Assert.Equal(before.Totals.Reports, after.Totals.Reports);
        Assert.Contains(after.Cells, c => c.Category == "robbery");
        await using var feed = FeedReader.Open(await hub.OpenChannelAsAsync("upplands-bro"));
        while (feed.Entries.Count() < 2)
        {
            Assert.True(await feed.NextAsync(TestContext.Current.CancellationToken));
        }

        Assert.Equal(FeedChange.Corrected, feed.Entries.Single(e => e.Incident.Report.Category == "robbery").Change);
    }

    /// <summary>The sender's own revisions go on as if nothing had been moved.</summary>
    [Fact]
    public async Task Report_MovedToAnotherCategory_CanBeRepeatedCorrectedAndWithdrawn()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var first = await police.SubmitAsync(Coded("one", "0803"));
        await ImportAsync(police, ("0803", "robbery"));
        await ReclassifyAsync(police);

        Assert.Equal(first, await police.SubmitAsync(Coded("one", "0803")));
        var corrected = Coded("one", "0803");
        corrected.Report.Revision = 2;
        corrected.Report.Count = 3;
        await police.SubmitAsync(corrected);

        var read = (await municipality.ReadIncidentAsync(first.Name)).Report;
        Assert.Equal((2, 3, "robbery"), (read.Revision, read.Count, read.Category));
        Assert.Single((await municipality.IncidentPagesAsync(10))[0]);
        await ImportAsync(police, ("0803", "theft"));
        await ReclassifyAsync(police);
        await police.WithdrawIncidentAsync("one");
        Assert.Empty((await municipality.IncidentPagesAsync(10))[0]);
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(first.Name));
    }

    /// <summary>Whoever read it where it was is told that it is gone from where it is.</summary>
    [Fact]
    public async Task Report_ReadThenMovedThenWithdrawn_IsRecalledOfItsReader()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var accepted = await police.SubmitAsync(Coded("one", "0803"));
        await municipality.ReadIncidentAsync(accepted.Name);
        await ImportAsync(police, ("0803", "robbery"));
        await ReclassifyAsync(police);

        await police.WithdrawIncidentAsync("one");

        var recall = Assert.Single(await municipality.Feed.ListRecallsAsync(false, false, false, TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken));
        Assert.Equal(accepted.Name, recall.Report);
    }

    /// <summary>What the sender itself has put in a category its mapping does not move.</summary>
    [Fact]
    public async Task Reclassification_OfWhatCameWithACategory_LeavesItThere()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var said = Coded("one", "0803");
        said.Report.Category = "theft";
        var accepted = await police.SubmitAsync(said);
        await ImportAsync(police, ("0803", "robbery"));

        Assert.Equal(0, (await ReclassifyAsync(police)).Reclassified);
        Assert.Equal("theft", (await municipality.ReadIncidentAsync(accepted.Name)).Report.Category);
    }

    [Fact]
    public async Task Reclassification_ToWhatIsNotAgreed_LeavesTheReportWhereItIs()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await ScreenedIntakeTests.PairAsync(hub, terms =>
        {
            terms.Flows[0].Categories.Clear();
            terms.Flows[0].Categories.Add("other");
        });
        var accepted = await police.SubmitAsync(Coded("one", "0803"));
        await ImportAsync(police, ("0803", "robbery"));

        var done = await ReclassifyAsync(police);

        Assert.Equal((0, 1), (done.Reclassified, done.NotAgreed));
        Assert.Equal("other", (await municipality.ReadIncidentAsync(accepted.Name)).Report.Category);
    }

    [Fact]
    public async Task Categories_AreTheHubsList()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        var list = await police.Codes.ListCategoriesAsync(
            new ListCategoriesRequest(), cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(2, list.Version);
        Assert.Contains(list.Categories, c => c is { Code: "graffiti", Taken: true, FamilyName: "Skadegörelse och nedskräpning" });
        Assert.InRange(list.Categories.Select(c => c.Family).Distinct().Count(), 1, 8);
    }

    private static Incident Coded(string sourceRef, string code)
    {
        var incident = Examples.Incident(sourceRef);
        incident.Report.Category = "";
        incident.Report.SourceCategory = code;
        return incident;
    }

    private static async Task<ImportCodeMappingResponse> ImportAsync(HubClient partner, params (string Code, string Category)[] codes) =>
        await partner.Codes.ImportCodeMappingAsync(new ImportCodeMappingRequest
        {
            Mapping = new CodeMapping
            {
                Codes = { codes.Select(c => new MappedCode { SourceCategory = c.Code, Category = c.Category }) },
            },
        });

    private static async Task<CodeMapping> GetAsync(HubClient partner, int version) =>
        (await partner.Codes.GetCodeMappingAsync(new GetCodeMappingRequest { Version = version })).Mapping;

    private static async Task<IReadOnlyList<SourceCode>> ListAsync(HubClient partner, bool unmappedOnly) =>
        (await partner.Codes.ListSourceCodesAsync(new ListSourceCodesRequest { UnmappedOnly = unmappedOnly })).Codes;

    private static async Task<ReclassifyReportsResponse> ReclassifyAsync(HubClient partner, bool dryRun = false) =>
        await partner.Codes.ReclassifyReportsAsync(new ReclassifyReportsRequest { DryRun = dryRun });
}
