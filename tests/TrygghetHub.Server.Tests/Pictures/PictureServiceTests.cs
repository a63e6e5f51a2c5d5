using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Pictures;

public sealed class PictureServiceTests
{
    [Fact]
    public async Task Picture_OfAWeek_AddsUpAndKeepsApartWhatIsNotCountedAlike()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var published = Examples.Incident("published");
        published.Origin = IncidentOrigin.Published;
        (published.Report.Category, published.Report.SourceCategory) = ("", "Skadegörelse");
        var context = Examples.Incident("context");
        context.Report.ContextOnly = true;
        var exercise = Examples.Incident("exercise");
        exercise.Report.Exercise = true;
        var red = Examples.Incident("red");
        red.Report.Tlp = Tlp.Red;
        var whole = Examples.Incident("municipality");
        whole.Report.Place = new Place { Area = "0139", Precision = Precision.Municipality };
        await police.StreamAsync(
            [.. Examples.Incidents("s", 3), published, context, exercise, red, whole, Examples.Incident("before", Examples.InWeek20.AddDays(-7))]);

        var picture = (await municipality.CompileAsync(2024, 20)).Picture;

        Assert.Equal(
            new Totals { Reports = 5, PartnerReports = 4, PublishedEvents = 1, Context = 1, LastWeek = 1 }, picture.Totals);
        Assert.Equal([("0139", 1, 0), ("0139-bro", 3, 1)], picture.Cells.Select(c => (c.Area, c.ThisWeek, c.LastWeek)));
        Assert.Equal([("0139-bro", 1)], picture.PublishedEvents.Select(c => (c.Area, c.ThisWeek)));
        Assert.Equal(picture.Totals.Reports, picture.Cells.Concat(picture.PublishedEvents).Sum(c => c.ThisWeek));
        Assert.Equal(13, picture.Trend.Count);
        Assert.Equal([0, 1, 5], picture.Trend.TakeLast(3).Select(w => w.Reports));
        Assert.Equal(5, picture.Basis.Inputs.Count);
        Assert.All(picture.Cells, c => Assert.Null(c.Usual));
    }

    [Fact]
    public async Task Picture_OfACountsFlow_CountsAndNamesNoInput()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var counts = Examples.Agreement("est", "polisen", "upplands-bro");
        counts.SharingTerms.Flows[0].Form = SharingForm.Counts;
        await hub.AgreeAsync(counts);
        var accepted = await police.SubmitAsync(Examples.Incident("one"));

        var picture = (await municipality.CompileAsync(2024, 20)).Picture;

        Assert.Equal(1, picture.Totals.Reports);
        Assert.Empty(picture.Basis.Inputs);
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(accepted.Name));
    }

    [Fact]
    public async Task Cell_SmallerThanAgreed_IsInNoFigureOfThePicture()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var counts = Examples.Agreement("est", "polisen", "upplands-bro");
        (counts.SharingTerms.Flows[0].Form, counts.SharingTerms.Flows[0].SmallestCell) = (SharingForm.Counts, 3);
        await hub.AgreeAsync(counts);
        // Three of one category here, two of another, and in the week before two here and three elsewhere.
        await police.StreamAsync(
        [
            .. Cell("g", 3, "graffiti"), .. Cell("r", 2, "robbery"),
            .. Cell("h", 2, "graffiti", Examples.InWeek20.AddDays(-7)),
            .. Cell("s", 3, "robbery", Examples.InWeek20.AddDays(-7), "0139-ovriga"),
        ]);

        var picture = (await municipality.CompileAsync(2024, 20)).Picture;

        Assert.Equal(
            [("0139-bro", "graffiti", 3, 0), ("0139-ovriga", "robbery", 0, 3)],
            picture.Cells.Select(c => (c.Area, c.Category, c.ThisWeek, c.LastWeek)));
        Assert.Equal(new Totals { Reports = 3, PartnerReports = 3, LastWeek = 3, SmallCells = 1 }, picture.Totals);
        Assert.Equal([3, 3], picture.Trend.TakeLast(2).Select(w => w.Reports));
        var coverage = Assert.Single(picture.Coverage);
        Assert.Equal((3, CoverageStatus.Reported), (coverage.Reports, coverage.Status));

        // A third makes the cell large enough, and the sender sees its own cells however small.
        await police.SubmitAsync(Cell("r2", 1, "robbery").Single());
        Assert.Equal(6, (await municipality.CompileAsync(2024, 20)).Picture.Totals.Reports);
    }

    [Fact]
    public async Task Cells_SmallOfOneClause_AreNotMadeLargeByAnother()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        var counts = Examples.Agreement("est", "polisen", "upplands-bro");
        (counts.SharingTerms.Flows[0].Form, counts.SharingTerms.Flows[0].SmallestCell) = (SharingForm.Counts, 3);
        await hub.AgreeAsync(counts);
        await hub.AgreeAsync(Examples.Agreement("housing", "bostad", "upplands-bro"));
        await police.StreamAsync(Cell("p", 2, "graffiti"));
        await housing.StreamAsync(Cell("h", 2, "graffiti"));

        // Of the housing company's two the municipality knows: four would tell it of the two of the police.
        var picture = (await municipality.CompileAsync(2024, 20)).Picture;
        Assert.Equal((2, 1), (picture.Totals.Reports, picture.Totals.SmallCells));
        Assert.Equal([("bostad", 2), ("polisen", 0)], picture.Coverage.Select(c => (c.Partner, c.Reports)));
    }

    [Fact]
    public async Task Counts_WithoutTheCategory_AreByFamily()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var counts = Examples.Agreement("est", "polisen", "upplands-bro");
        (counts.SharingTerms.Flows[0].Form, counts.SharingTerms.Flows[0].SmallestCell) = (SharingForm.Counts, 3);
        counts.SharingTerms.Flows[0].Fields.Clear();
        await hub.AgreeAsync(counts);
        await police.StreamAsync([.. Cell("g", 2, "graffiti"), .. Cell("l", 1, "littering"), .. Cell("r", 2, "robbery")]);

        var cell = Assert.Single((await municipality.CompileAsync(2024, 20)).Picture.Cells);

        Assert.Equal(("damage-and-litter", "", 3), (cell.Family, cell.Category, cell.ThisWeek));
    }

    private static IEnumerable<TrygghetHub.Incidents.V1.Incident> Cell(
        string prefix, int count, string category, DateTimeOffset? at = null, string area = "0139-bro") =>
        Examples.Incidents(prefix, count).Select(i =>
        {
            i.Report.Category = category;
            i.Report.Place.Area = area;
            i.Report.Occurred.From = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(at ?? Examples.InWeek20);
            return i;
        });

    [Fact]
    public async Task Coverage_OfEachPartner_TellsSilenceFromNothing()
    {
        await using var hub = await TestHub.StartAsync();
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var clients = new Dictionary<string, HubClient>();
        foreach (var id in new[] { "complete", "nothing", "reported", "spoke-too-soon", "silent" })
        {
            clients[id] = await hub.PartnerAsync(id, PartnerKind.GuardCompany);
            await hub.AgreeAsync(Examples.Agreement("with-" + id, id, "upplands-bro"));
        }

        await clients["complete"].ConfirmAsync(2024, 20, WeekStatement.Complete);
        await clients["nothing"].ConfirmAsync(2024, 20, WeekStatement.NothingToReport);
        await clients["reported"].SubmitAsync(Examples.Incident("one"));
        await clients["spoke-too-soon"].ConfirmAsync(2024, 20, WeekStatement.NothingToReport);
        await clients["spoke-too-soon"].SubmitAsync(Examples.Incident("one"));

        var picture = (await municipality.CompileAsync(2024, 20)).Picture;

        Assert.Equal(
            [
                ("complete", CoverageStatus.Complete, 0), ("nothing", CoverageStatus.NothingToReport, 0),
                ("reported", CoverageStatus.Reported, 1), ("silent", CoverageStatus.Missing, 0),
                ("spoke-too-soon", CoverageStatus.Reported, 1),
            ],
            picture.Coverage.Select(c => (c.Partner, c.Status, c.Reports)));
    }

    [Fact]
    public async Task Correction_ToAnotherWeek_MovesTheReportAndWithdrawalRemovesIt()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));
        var correction = Examples.Incident("one", Examples.InWeek20.AddDays(-7));
        correction.Report.Revision = 2;

        Assert.Equal(1, (await municipality.CompileAsync(2024, 20)).Picture.Totals.Reports);
        await police.SubmitAsync(correction);
        var moved = (await municipality.CompileAsync(2024, 20)).Picture;
        Assert.Equal((2, 0, 1), (moved.Revision, moved.Totals.Reports, moved.Totals.LastWeek));
        Assert.Equal(1, (await municipality.CompileAsync(2024, 19)).Picture.Totals.Reports);
        await police.WithdrawIncidentAsync("one");
        Assert.Equal(0, (await municipality.CompileAsync(2024, 19)).Picture.Totals.Reports);
    }

    [Fact]
    public async Task Compile_WithUnchangedInputs_MakesNothingAndALateReportARevision()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));
        var first = await municipality.CompileAsync(2024, 20);

        var again = await municipality.CompileAsync(2024, 20);
        await police.SubmitAsync(Examples.Incident("other week", Examples.InWeek20.AddDays(14)));
        var still = await municipality.CompileAsync(2024, 20);
        await police.SubmitAsync(Examples.Incident("late"));
        var late = await municipality.CompileAsync(2024, 20);

        Assert.Equal((true, 1, PictureState.Compiled), (first.Compiled, first.Picture.Revision, first.Picture.State));
        Assert.Equal((false, false), (again.Compiled, still.Compiled));
        Assert.Equal(first.Picture, again.Picture);
        Assert.Equal((true, 2, 2), (late.Compiled, late.Picture.Revision, late.Picture.Totals.Reports));
        var kept = await municipality.PictureAsync(2024, 20, 1);
        Assert.Equal(new LateChanges { Added = 1 }, kept.LateChanges);
        Assert.Equal((PictureState.Superseded, 2), (kept.State, kept.Review.SupersededBy));
        Assert.Equal(WithoutHeader(first.Picture).ToByteString(), WithoutHeader(kept).ToByteString());
        Assert.Equal(late.Picture, await municipality.PictureAsync(2024, 20));
        await Refused.ForAsync("NOT_FOUND", () => municipality.PictureAsync(2024, 20, 3));
    }

    [Fact]
    public async Task Content_OfTheSameReportsSentInAnotherOrder_IsTheSameButForTheirIds()
    {
        static async Task<SituationalPicture> CompileAsync(IEnumerable<Incident> order)
        {
            await using var hub = await TestHub.StartAsync();
            var (police, municipality) = await hub.AgreedPairAsync();
            foreach (var incident in order)
            {
                await police.SubmitAsync(incident);
            }

            return WithoutHeader((await municipality.CompileAsync(2024, 20)).Picture);
        }

        var incidents = Examples.Incidents("s", 12).ToList();
        for (var i = 0; i < incidents.Count; i++)
        {
            incidents[i].Report.Category = Examples.Categories[i % 5];
            incidents[i].Report.Place.Area = i % 2 == 0 ? "0139-bro" : "0139-brunna";
        }

        var one = await CompileAsync(incidents);
        var other = await CompileAsync(Enumerable.Reverse(incidents));
        Assert.Equal(12, one.Basis.Inputs.Count);
        foreach (var picture in new[] { one, other })
        {
            picture.Basis.Inputs.Clear();
            picture.Basis.InputsSha256 = "";
        }

        Assert.Equal(one.ToByteString(), other.ToByteString());
    }

    [Fact]
    public async Task Compile_OfTheSameInputsTwice_GivesTheSameBytesAndTheHashThatItSays()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.StreamAsync(Examples.Incidents("s", 50));
        var picture = (await municipality.CompileAsync(2024, 20)).Picture;

        Assert.Equal(
            picture.ContentSha256,
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(WithoutHeader(picture).ToByteArray())));
        Assert.False((await municipality.CompileAsync(2024, 20)).Compiled);
    }

    [Fact]
    public async Task Usual_FromTheTwentySixthEarlierWeekOn_IsThere()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.StreamAsync(Enumerable.Range(0, 27).Select(w => Examples.Incident($"w{w}", Examples.InWeek20.AddDays(-7 * w))));

        var tooEarly = (await municipality.CompileAsync(2024, 19)).Picture.Cells.Single();
        var enough = (await municipality.CompileAsync(2024, 20)).Picture.Cells.Single();

        Assert.Null(tooEarly.Usual);
        Assert.Equal(new UsualSpan { Low = 0, High = 2, Weeks = 26, Mean = 1 }, enough.Usual);
    }

    [Fact]
    public async Task ConfirmWeek_ThatCannotBeSaid_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var third = await hub.PartnerAsync("third", PartnerKind.School);
        await police.SubmitAsync(Examples.Incident("one"));

        await Refused.ForAsync("WEEK_HAS_REPORTS", "statement", () => police.ConfirmAsync(2024, 20, WeekStatement.NothingToReport));
        await Refused.ForAsync("WEEK_INVALID", "week", () => police.ConfirmAsync(2099, 20, WeekStatement.Complete));
        await Refused.ForAsync("WEEK_INVALID", "week", () => police.ConfirmAsync(2023, 53, WeekStatement.Complete));
        await Refused.ForAsync("FIELD_REQUIRED", "statement", () => police.ConfirmAsync(2024, 20, WeekStatement.Unspecified));
        await Refused.ForAsync("ENUM_UNKNOWN", "statement", () => police.ConfirmAsync(2024, 20, (WeekStatement)9));
        await Refused.ForAsync("AREA_UNKNOWN", "municipality", () => police.ConfirmAsync(2024, 20, WeekStatement.Complete, "01"));
        await Refused.ForAsync("AREA_NOT_AGREED", "municipality", () => police.ConfirmAsync(2024, 20, WeekStatement.Complete, "0114"));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => third.ConfirmAsync(2024, 20, WeekStatement.Complete));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => municipality.ConfirmAsync(2024, 20, WeekStatement.Complete));
        await Refused.ForAsync("PERMISSION_MISSING", () => third.CompileAsync(2024, 20));
        var neighbour = await hub.PartnerAsync("neighbour", PartnerKind.MunicipalUnit);
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", "municipality", () => neighbour.CompileAsync(2024, 20));
        await Refused.ForAsync("WEEK_INVALID", "week", () => municipality.CompileAsync(2099, 1));

        var said = await police.ConfirmAsync(2024, 20, WeekStatement.Complete);
        Assert.Equal(said, await police.ConfirmAsync(2024, 20, WeekStatement.Complete));
    }

    [Fact]
    public async Task Pictures_OverPages_ComeNewestFirstWithHeaderAndTotalsOnly()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await municipality.CompileAsync(2024, 20);
        await police.SubmitAsync(Examples.Incident("late"));
        await municipality.CompileAsync(2024, 20);
        await municipality.CompileAsync(2024, 21);
        await municipality.CompileAsync(2024, 19);
        var seen = new List<SituationalPicture>();
        var request = new ListPicturesRequest { PageSize = 1 };
        do
        {
            var page = await municipality.Pictures.ListPicturesAsync(request, cancellationToken: Token);
            seen.AddRange(page.Pictures);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([(21, 1), (20, 2), (20, 1), (19, 1)], seen.Select(p => (p.Week.Week, p.Revision)));
        Assert.All(seen, p => Assert.NotNull(p.Totals));
        var whole = await municipality.PictureAsync(2024, 20);
        var beyond = SituationalPicture.Descriptor.Fields.InFieldNumberOrder().Where(f => f.FieldNumber > SituationalPicture.TotalsFieldNumber).ToList();
        Assert.All(beyond, field => Assert.All(seen, p => Assert.True(IsUnset(field, p), field.Name)));
        Assert.Contains(beyond, field => !IsUnset(field, whole));
        Assert.Empty((await police.Pictures.ListPicturesAsync(new ListPicturesRequest(), cancellationToken: Token)).Pictures);
        await Refused.ForAsync("NOT_FOUND", () => police.PictureAsync(2024, 20));
    }

    private static bool IsUnset(FieldDescriptor field, SituationalPicture picture) =>
        field.Accessor.GetValue(picture) is null or IList { Count: 0 };

    [Fact]
    public async Task Compile_OfManyAtOnce_MakesOneRevision()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));

        var made = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => municipality.CompileAsync(2024, 20)));

        Assert.Single(made, m => m.Compiled);
        Assert.All(made, m => Assert.Equal(made[0].Picture.ContentSha256, m.Picture.ContentSha256));
    }

    [Fact]
    public async Task Compile_AgainAndAgain_DoesNotGrowTheJournal()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));
        await municipality.CompileAsync(2024, 20);
        using var connection = hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
        var before = JournalReader.Last(connection).Seq;

        for (var i = 0; i < 5; i++)
        {
            Assert.False((await municipality.CompileAsync(2024, 20)).Compiled);
        }

        Assert.Equal(before, JournalReader.Last(connection).Seq);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static SituationalPicture WithoutHeader(SituationalPicture picture)
    {
        var content = picture.Clone();
        content.Name = "";
        content.Revision = 0;
        content.State = PictureState.Unspecified;
        content.FreezeTime = null;
        content.CompileTime = null;
        content.ContentSha256 = "";
        content.LateChanges = null;
        content.Etag = "";
        content.Review = null;
        return content;
    }
}
