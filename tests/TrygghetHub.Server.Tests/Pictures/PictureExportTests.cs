using System.Security.Cryptography.X509Certificates;
using System.Text;
using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Tests.Pictures.Reviews;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Pictures;

/// <summary>A picture as files: what is approved is sealed, what is not says so, and nobody gets what is another's.</summary>
public sealed class PictureExportTests
{
    [Fact]
    public async Task Export_OfWhatIsNotTheCallersOrNoForm_IsRefused()
    {
        await using var hub = await ReviewHub.StartAsync();
        var picture = await hub.KeepAsync(ReviewHub.Content());

        await Refused.ForAsync("NOT_FOUND", "name", () => ExportAsync(hub.Police, picture.Name, PictureForm.Html));
        await Refused.ForAsync("NOT_FOUND", "name", () => ExportAsync(hub.Municipality, "partners/upplands-bro/pictures/no", PictureForm.Html));
        await Refused.ForAsync("NOT_FOUND", "name", () => ExportAsync(hub.Municipality, "partners/polisen/deliveries/1", PictureForm.Html));
        await Refused.ForAsync("FIELD_REQUIRED", "form", () => ExportAsync(hub.Municipality, picture.Name, PictureForm.Unspecified));
        await Refused.ForAsync("ENUM_UNKNOWN", "form", () => ExportAsync(hub.Municipality, picture.Name, (PictureForm)99));
        await Refused.ForAsync("ENUM_UNKNOWN", "language", () => ExportAsync(
            hub.Municipality, picture.Name, PictureForm.Html, r => r.Language = (PictureLanguage)9));
        await Refused.ForAsync("FIELD_INVALID", "sheet", () => ExportAsync(
            hub.Municipality, picture.Name, PictureForm.Csv, r => r.Sheet = PictureSheet.Weekend));
    }

    [Fact]
    public async Task Export_ForAnAudienceThatThereIsNot_IsRefused()
    {
        await using var hub = await ReviewHub.StartAsync();
        var picture = await hub.KeepAsync(ReviewHub.Content());
        foreach (var audience in (Audience[])
            [
                new() { Kind = AudienceKind.Public }, new() { Kind = AudienceKind.Partner }, new() { Kind = AudienceKind.Partner, Partner = "No Id" },
                new() { Kind = AudienceKind.Partner, Partner = "upplands-bro" }, new() { Kind = AudienceKind.Steering, Partner = "polisen" },
                new() { Partner = "polisen" }, new() { Kind = (AudienceKind)9 },
            ])
        {
            await Refused.ForAsync("AUDIENCE_INVALID", "audience", () => ExportAsync(
                hub.Municipality, picture.Name, PictureForm.Html, r => r.Audience = audience));
        }

        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", "audience.partner", () => ExportAsync(
            hub.Municipality, picture.Name, PictureForm.Html, r => r.Audience = new Audience { Kind = AudienceKind.Partner, Partner = "nobody" }));
    }

    [Fact]
    public async Task Export_OfADraft_HasNoSealInAnyForm()
    {
        await using var hub = await ReviewHub.StartAsync();
        var picture = await hub.InReviewAsync();

        foreach (var form in (PictureForm[])[PictureForm.Protobuf, PictureForm.Json, PictureForm.Html, PictureForm.Csv, PictureForm.Geojson])
        {
            var files = await ExportAsync(hub.Municipality, picture.Name, form);
            Assert.All(files, f => Assert.True(f.Seal.IsEmpty && f.Content.Length > 0, f.FileName));
            Assert.All(files, f => Assert.False(PictureVerification.IsSealedPage(f.Content.Memory)));
        }
    }

    [Fact]
    public async Task Export_OfAnApprovedPicture_VerifiesWithoutTheHubInEveryForm()
    {
        await using var hub = await ReviewHub.StartAsync();
        var approved = await hub.Municipality.ApproveAsync(await hub.InReviewAsync());
        var roots = Roots(hub);

        foreach (var form in (PictureForm[])[PictureForm.Protobuf, PictureForm.Json, PictureForm.Html, PictureForm.Csv, PictureForm.Geojson])
        {
            foreach (var file in await ExportAsync(hub.Municipality, approved.Name, form))
            {
                Assert.True(PictureVerification.Verify(file.Content.Memory, file.Seal.Memory, roots).Holds, file.FileName);
                var changed = file.Content.ToByteArray();
                changed[changed.Length / 2] ^= 1;
                Assert.False(PictureVerification.Verify(changed, file.Seal.Memory, roots).Holds, file.FileName);
            }
        }
    }

    [Fact]
    public async Task Page_OfAnApprovedPicture_HoldsItsSealAndThePictureThatWasApproved()
    {
        await using var hub = await ReviewHub.StartAsync();
        var approved = await hub.Municipality.ApproveAsync(await hub.InReviewAsync());
        var page = (await ExportAsync(hub.Municipality, approved.Name, PictureForm.Html)).Single().Content.ToByteArray();

        var verified = PictureVerification.VerifyPage(page, Roots(hub));

        Assert.Null(verified.Fault);
        Assert.Equal(approved.Name, verified.Picture!.Name);
        Assert.Equal(approved.Cells, verified.Picture.Cells);

        // A figure changed, something put behind the seal, the picture of another page: none holds.
        var text = Encoding.UTF8.GetString(page);
        Assert.False(PictureVerification.VerifyPage(
            Encoding.UTF8.GetBytes(text.Replace("Klotter", "Klottar", StringComparison.Ordinal)), Roots(hub)).Holds);
        Assert.False(PictureVerification.VerifyPage(Encoding.UTF8.GetBytes(text + "<p>9</p>"), Roots(hub)).Holds);
        Assert.False(PictureVerification.VerifyPage(
            Encoding.UTF8.GetBytes(text.Replace("data-seal=\"M", "data-seal=\"N", StringComparison.Ordinal)), Roots(hub)).Holds);
        using var stranger = new TestAuthority("stranger");
        Assert.False(PictureVerification.VerifyPage(page, [stranger.Root]).Holds);
    }

    [Fact]
    public async Task WeekendSheet_OfAnApprovedPicture_HoldsItsSealAndNoPicture()
    {
        await using var hub = await ReviewHub.StartAsync();
        var approved = await hub.Municipality.ApproveAsync(await hub.InReviewAsync());
        var sheet = (await ExportAsync(hub.Municipality, approved.Name, PictureForm.Html, r => r.Sheet = PictureSheet.Weekend))
            .Single().Content.ToByteArray();
        var text = Encoding.UTF8.GetString(sheet);

        Assert.True(PictureVerification.IsSealedPage(sheet));
        var verified = PictureVerification.VerifyPage(sheet, Roots(hub));

        Assert.Null(verified.Fault);
        Assert.Null(verified.Picture);
        Assert.DoesNotContain("sealed-picture", text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.False(PictureVerification.VerifyPage(
            Encoding.UTF8.GetBytes(text.Replace("Helgblad", "Hejblad", StringComparison.Ordinal)), Roots(hub)).Holds);
    }

    // Told "it holds no seal", its reader would take the page for a draft.
    [Theory]
    [InlineData(PictureSheet.Week)]
    [InlineData(PictureSheet.Weekend)]
    public async Task Page_ThatWasAlteredOrCutShort_IsToldToLookAltered(PictureSheet sheet)
    {
        await using var hub = await ReviewHub.StartAsync();
        var approved = await hub.Municipality.ApproveAsync(await hub.InReviewAsync());
        var page = (await ExportAsync(hub.Municipality, approved.Name, PictureForm.Html, r => r.Sheet = sheet)).Single().Content.ToByteArray();
        var text = Encoding.UTF8.GetString(page);
        foreach (var altered in new[]
        {
            text[..^1], text[..(text.Length / 2)], text + "<p>9</p>", text.Replace(" -->\n", " --&gt;\n", StringComparison.Ordinal),
            "\uFEFF" + text.Replace("<!DOCTYPE html>", "<!doctype html>", StringComparison.Ordinal)[..^9],
        })
        {
            var bytes = Encoding.UTF8.GetBytes(altered);
            Assert.True(PictureVerification.IsSealedPage(bytes));
            Assert.Contains("looks altered", PictureVerification.VerifyPage(bytes, Roots(hub)).Fault!, StringComparison.Ordinal);
        }

        // What is no page may hold anything that a partner has written.
        Assert.False(PictureVerification.IsSealedPage(Encoding.UTF8.GetBytes(text[1..])));
        Assert.Contains(
            "no page with a seal", PictureVerification.VerifyPage(Encoding.UTF8.GetBytes("place,<!-- seal: AAAA -->\n"), Roots(hub)).Fault!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_OfADelivery_IsItsRecipientsAndOfWhatItGot()
    {
        await using var hub = await ReviewHub.StartAsync();
        var approved = await hub.Municipality.ApproveAsync(await hub.InReviewAsync());
        var sent = (await hub.Municipality.DistributeAsync(approved)).Deliveries.Single();

        await Refused.ForAsync("AUDIENCE_INVALID", "audience", () => ExportAsync(
            hub.Police, sent.Name, PictureForm.Html, r => r.Audience = new Audience { Kind = AudienceKind.Full }));
        var page = (await ExportAsync(hub.Police, sent.Name, PictureForm.Html)).Single();

        var verified = PictureVerification.VerifyPage(page.Content.Memory, Roots(hub));
        Assert.Null(verified.Fault);
        Assert.Equal((AudienceKind.Partner, "polisen", 3), (
            verified.Picture!.Audience.Kind, verified.Picture.Audience.Partner, verified.Picture.Audience.SmallestCount));
        var delivered = (await hub.Police.DeliveryAsync(sent.Name)).Content;
        Assert.Equal(delivered, (await ExportAsync(hub.Police, sent.Name, PictureForm.Protobuf)).Single().Content);
        Assert.Equal(delivered, verified.Picture.ToByteString());
    }

    [Fact]
    public async Task Pdf_WhereThereIsNoChromium_SaysWhatToDoInstead()
    {
        await using var hub = await TestHub.StartAsync(settings: new HubSettings { Chromium = "/nowhere/chromium" });
        var (_, municipality) = await hub.AgreedPairAsync();
        var picture = (await municipality.CompileAsync(2024, 20)).Picture;

        await Refused.ForAsync("FORMAT_UNAVAILABLE", "form", () => ExportAsync(municipality, picture.Name, PictureForm.Pdf));
    }

    [Fact]
    public async Task Pdf_OfThePage_IsTaggedAndInItsLanguage()
    {
        if (InstalledChromium.SkipReason is { } reason)
        {
            Assert.Skip(reason);
        }

        await using var hub = await ReviewHub.StartAsync();
        var approved = await hub.Municipality.ApproveAsync(await hub.InReviewAsync());

        var file = (await ExportAsync(hub.Municipality, approved.Name, PictureForm.Pdf)).Single();

        var text = Encoding.Latin1.GetString(file.Content.Span);
        Assert.StartsWith("%PDF-", text, StringComparison.Ordinal);
        Assert.Contains("/StructTreeRoot", text, StringComparison.Ordinal);
        Assert.Contains("/Lang (sv)", text, StringComparison.Ordinal);
        Assert.True(PictureVerification.Verify(file.Content.Memory, file.Seal.Memory, Roots(hub)).Holds);
    }

    [Fact]
    public async Task Steering_SeesTrendAndMeasuresAndNoSmallCount()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.StreamAsync(Examples.Incidents("s", 2));
        var picture = (await municipality.CompileAsync(2024, 20)).Picture;

        var seen = (await municipality.Pictures.GetPictureAsync(
            new GetPictureRequest
            {
                Municipality = "0139",
                Week = picture.Week,
                Audience = new Audience { Kind = AudienceKind.Steering },
            },
            cancellationToken: TestContext.Current.CancellationToken)).Picture;

        Assert.True(seen.Cells.Count == 0 && seen.Places.Count == 0 && seen.Squares.Count == 0);
        Assert.False(seen.Totals.HasReports);
        Assert.All(seen.Sums, s => Assert.False(s.ThisWeek is 1 or 2));
        Assert.False(seen.Trend[^1].HasReports);
        Assert.NotEqual(picture.ContentSha256, seen.ContentSha256);
        Assert.Empty(seen.Basis.Inputs);
    }

    [Fact]
    public async Task Preview_OfAPartnersProjection_HoldsNothingThatTheCallerMayNotSee()
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        await hub.AgreeAsync(Examples.Agreement("theirs", "polisen", "bostad"));
        var ours = Examples.Agreement("ours", "bostad", "upplands-bro");
        ours.SharingTerms.Flows.Add(Examples.Flow("§9", "upplands-bro", "bostad"));
        await hub.AgreeAsync(ours);
        await police.StreamAsync(Examples.Incidents("p", 7));
        await housing.StreamAsync(Examples.Incidents("h", 4));
        var own = (await municipality.CompileAsync(2024, 20)).Picture;
        Assert.Equal(4, own.Totals.Reports);

        var seen = (await municipality.Pictures.GetPictureAsync(
            new GetPictureRequest
            {
                Municipality = "0139",
                Week = own.Week,
                Audience = new Audience { Kind = AudienceKind.Partner, Partner = "bostad" },
            },
            cancellationToken: TestContext.Current.CancellationToken)).Picture;

        Assert.Equal(4, seen.Totals.Reports);
        // Of whom the compiler may see nothing, its picture says nothing: a zero would be a false one.
        Assert.DoesNotContain(seen.Coverage, c => c.Partner == "polisen");
        var approved = await municipality.ApproveAsync(await municipality.StartReviewAsync(own));
        var sent = (await municipality.DistributeAsync(approved, "bostad")).Deliveries.Single();
        Assert.Equal(4, SituationalPicture.Parser.ParseFrom((await housing.DeliveryAsync(sent.Name)).Content).Totals.Reports);
    }

    /// <summary>What the coordinator looks at before sending is what is sent, to the byte: its state alone is another.</summary>
    [Fact]
    public async Task Preview_OfAPartnersProjection_IsWhatItIsSent()
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        await hub.AgreeAsync(Examples.Agreement("theirs", "polisen", "bostad"));
        await hub.AgreeAsync(Examples.Agreement("public-feed", "polisen", "upplands-bro"));
        var ours = Examples.Agreement("ours", "bostad", "upplands-bro");
        ours.SharingTerms.Flows.Add(Examples.Flow("§9", "upplands-bro", "bostad"));
        await hub.AgreeAsync(ours);
        await police.StreamAsync(Enumerable.Range(0, 60).Select(i => Examples.Incident($"p{i}", Examples.InWeek20.AddDays(-7 * (i / 5)))));
        await housing.StreamAsync(Enumerable.Range(0, 40).Select(i => Examples.Incident($"h{i}", Examples.InWeek20.AddDays(-7 * (i / 4)))));
        await municipality.StreamAsync(Examples.Incidents("m", 9));
        var approved = await municipality.ApproveAsync(
            await municipality.StartReviewAsync((await municipality.CompileAsync(2024, 20)).Picture));

        var preview = (await municipality.Pictures.GetPictureAsync(
            new GetPictureRequest
            {
                Municipality = "0139",
                Week = approved.Week,
                Audience = new Audience { Kind = AudienceKind.Partner, Partner = "bostad" },
            },
            cancellationToken: TestContext.Current.CancellationToken)).Picture;
        var sent = (await municipality.DistributeAsync(approved, "bostad")).Deliveries.Single();

        preview.State = PictureState.Distributed;
        Assert.True(preview.Totals.Reports > 9);
        Assert.Equal(preview.ToByteArray(), (await housing.DeliveryAsync(sent.Name)).Content.ToByteArray());
    }

    [Fact]
    public async Task Means_ForOtherReaders_AreNotTold()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.StreamAsync(Enumerable.Range(0, 31 * 4).Select(
            i => Examples.Incident($"w{i}", Examples.InWeek20.AddDays(-7 * (i / 4)))));
        var own = (await municipality.CompileAsync(2024, 20)).Picture;
        Assert.Contains(own.Sums, s => s.Usual is { HasMean: true });

        var seen = (await municipality.Pictures.GetPictureAsync(
            new GetPictureRequest { Municipality = "0139", Week = own.Week, Audience = new Audience { Kind = AudienceKind.Steering } },
            cancellationToken: TestContext.Current.CancellationToken)).Picture;

        Assert.Contains(seen.Sums, s => s.Usual is not null);
        Assert.All(seen.Sums, s => Assert.False(s.Usual is { HasMean: true }));
        Assert.All(seen.Areas, a => Assert.False(a.Usual is { HasMean: true }));
    }

    [Fact]
    public async Task Family_WhoseReportsAreAllTooFewToBeShown_IsNotSaidToBeNone()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var counts = Examples.Agreement("est", "polisen", "upplands-bro");
        (counts.SharingTerms.Flows[0].Form, counts.SharingTerms.Flows[0].SmallestCell) = (SharingForm.Counts, 3);
        await hub.AgreeAsync(counts);
        await police.StreamAsync(Examples.Incidents("s", 2));
        await police.ConfirmAsync(2024, 20, WeekStatement.Complete);

        var coverage = Assert.Single((await municipality.CompileAsync(2024, 20)).Picture.Coverage);

        Assert.False(coverage.HasReports);
        var family = coverage.Families.Single(f => f.Family == "damage-and-litter");
        Assert.Equal((FamilyAnswer.Reported, false), (family.Answer, family.HasReports));
        Assert.Contains(coverage.Families, f => f.Answer == FamilyAnswer.None);
    }

    private static IReadOnlyList<X509Certificate2> Roots(ReviewHub hub)
    {
        using var identity = IdentityFolder.Load(hub.Hub.IdentityPath("polisen"));
        return [.. identity.Roots.Select(r => X509CertificateLoader.LoadCertificate(r.RawData))];
    }

    private static async Task<IReadOnlyList<PictureFile>> ExportAsync(
        HubClient caller, string name, PictureForm form, Action<ExportPictureRequest>? with = null)
    {
        var request = new ExportPictureRequest { Name = name, Form = form };
        with?.Invoke(request);
        return (await caller.Pictures.ExportPictureAsync(request, cancellationToken: TestContext.Current.CancellationToken)).Files;
    }
}
