using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Pictures.Reviews;

public sealed class DeliveryServiceTests
{
    [Fact]
    public async Task Draft_ToOneWhoMaySeeNothing_GoesToNobody()
    {
        await using var hub = await ReviewHub.StartAsync();
        await hub.Hub.PartnerAsync("third", PartnerKind.School);
        var picture = await hub.InReviewAsync();

        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", "recipients", () => hub.Municipality.DispatchAsync(picture, "polisen", "third"));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", "recipients", () => hub.Municipality.DispatchAsync(picture, "nobody"));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", "recipients", () => hub.Municipality.DispatchAsync(picture, "upplands-bro"));
        await Refused.ForAsync("FIELD_REQUIRED", "recipients", () => hub.Municipality.DispatchAsync(picture));
        await Refused.ForAsync("FIELD_INVALID", "recipients", () => hub.Municipality.DispatchAsync(picture, "No Id"));
        await Refused.ForAsync("FIELD_REQUIRED", "registration_number", async () => await hub.Municipality.Reviews.DispatchDraftAsync(
            new DispatchDraftRequest { Name = picture.Name, Etag = picture.Etag, Recipients = { "polisen" } }));

        Assert.Empty(await hub.Police.DeliveriesAsync());
        Assert.Equal(picture, await hub.Municipality.PictureAsync(2024, 20));
    }

    [Fact]
    public async Task Draft_BeforeTheReview_DoesNotLeave()
    {
        await using var hub = await ReviewHub.StartAsync();
        var picture = await hub.KeepAsync(ReviewHub.Content());

        await Refused.ForAsync("PICTURE_STATE", () => hub.Municipality.DispatchAsync(picture, "polisen"));
        await Refused.ForAsync("PICTURE_STATE", () => hub.Municipality.DistributeAsync(picture));
        Assert.Empty(await hub.Police.DeliveriesAsync());
    }

    [Fact]
    public async Task Delivery_ToAnother_IsFoundByNobodyElse()
    {
        await using var hub = await ReviewHub.StartAsync();
        var third = await hub.Hub.PartnerAsync("third", PartnerKind.MunicipalUnit);
        await hub.Hub.AgreeAsync(Examples.Agreement("third", "upplands-bro", "third"));
        var sent = (await hub.Municipality.DispatchAsync(await hub.InReviewAsync(), "polisen")).Deliveries.Single();

        await Refused.ForAsync("NOT_FOUND", "name", () => third.DeliveryAsync(sent.Name));
        await Refused.ForAsync("NOT_FOUND", "name", () => third.DeliveryAsync(sent.Name.Replace("polisen", "third", StringComparison.Ordinal)));
        await Refused.ForAsync("NOT_FOUND", "name", () => third.DeliveryAsync("partners/third/deliveries/x"));
        Assert.Empty(await third.DeliveriesAsync());
        // Its sender sees that it went, and neither its contents nor that it acknowledges for another.
        var seen = await hub.Municipality.DeliveryAsync(sent.Name);
        Assert.True(seen.Content.IsEmpty && seen.Seal.IsEmpty && seen.ReadTime is null);
        await Refused.ForAsync("NOT_FOUND", "name", () => hub.Municipality.AcknowledgeAsync(sent.Name));
        await Refused.ForAsync("PAGE_TOKEN_INVALID", "page_token", async () => await third.Deliveries.ListDeliveriesAsync(
            new ListDeliveriesRequest { PageToken = "x" }));
    }

    [Fact]
    public async Task Delivery_AfterTheAgreementsEnd_IsNotReadAndItsRecordStays()
    {
        await using var hub = await ReviewHub.StartAsync();
        await hub.Municipality.DistributeAsync(await hub.Municipality.ApproveAsync(await hub.InReviewAsync()));
        var name = Assert.Single(await hub.Police.DeliveriesAsync()).Name;
        Assert.NotEmpty((await hub.Police.DeliveryAsync(name)).Content);

        await hub.Hub.Operator.TerminateAgreementAsync("back");

        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", "name", () => hub.Police.DeliveryAsync(name));
        Assert.Equal(name, Assert.Single(await hub.Police.DeliveriesAsync()).Name);
        Assert.Equal(name, Assert.Single(await hub.Municipality.DeliveriesAsync(sent: true)).Name);
        // And nobody is left to distribute to.
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", async () => await hub.Municipality.DistributeAsync(await hub.Municipality.PictureAsync(2024, 20)));
    }

    [Fact]
    public async Task Delivery_ThatRestsOnAnAgreementThatEnded_IsNotReadThoughAnotherRemains()
    {
        await using var hub = await ReviewHub.StartAsync();
        var habo = await hub.Hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        var housing = await hub.Hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        await hub.Hub.AgreeAsync(Examples.Agreement("from-police", "polisen", "habo", "upplands-bro"));
        await hub.Hub.AgreeAsync(Examples.Agreement("from-housing", "bostad", "habo", "upplands-bro"));
        await hub.Police.SubmitAsync(Examples.Incident("one"));
        await housing.SubmitAsync(Examples.Observation("two"));
        var picture = await hub.Municipality.StartReviewAsync((await hub.Municipality.CompileAsync(2024, 20)).Picture);
        await hub.Municipality.DistributeAsync(await hub.Municipality.ApproveAsync(picture));
        var name = Assert.Single(await habo.DeliveriesAsync()).Name;
        var export = new ExportPictureRequest { Name = name, Form = PictureForm.Protobuf };
        var content = SituationalPicture.Parser.ParseFrom((await habo.DeliveryAsync(name)).Content);
        Assert.Equal(["from-housing", "from-police"], content.Basis.Agreements.Select(a => a.Agreement));
        Assert.Single((await habo.Pictures.ExportPictureAsync(export, cancellationToken: TestContext.Current.CancellationToken)).Files);

        await hub.Hub.Operator.TerminateAgreementAsync("from-police");

        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", "name", () => habo.DeliveryAsync(name));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", "name", async () => await habo.Pictures.ExportPictureAsync(export));
        Assert.Equal(name, Assert.Single(await habo.DeliveriesAsync()).Name);
        // Whose delivery does not rest on it reads on.
        var other = Assert.Single(await hub.Police.DeliveriesAsync()).Name;
        Assert.NotEmpty((await hub.Police.DeliveryAsync(other)).Content);
    }

    [Fact]
    public async Task Recipient_WhoSharesNoAgreementWithTheCompiler_IsNone()
    {
        await using var hub = await ReviewHub.StartAsync();
        var habo = await hub.Hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        await hub.Hub.AgreeAsync(Examples.Agreement("without-compiler", "polisen", "habo"));
        var picture = await hub.InReviewAsync();

        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", "recipients", () => hub.Municipality.DispatchAsync(picture, "habo"));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", "audience.partner", async () => await hub.Municipality.Pictures.GetPictureAsync(
            new GetPictureRequest
            {
                Municipality = "0139",
                Week = picture.Week,
                Audience = new Audience { Kind = AudienceKind.Partner, Partner = "habo" },
            }));
        var approved = await hub.Municipality.ApproveAsync(picture);
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", "recipients", () => hub.Municipality.DistributeAsync(approved, "habo"));
        var distributed = await hub.Municipality.DistributeAsync(approved);

        Assert.Equal([("polisen", DeliveryKind.Picture)], Kinds(distributed));
        Assert.Empty(await habo.DeliveriesAsync());
    }

    [Fact]
    public async Task Distribution_ToNobodyOrToSomeAndEveryone_IsRefused()
    {
        await using var hub = await ReviewHub.StartAsync();
        var approved = await hub.Municipality.ApproveAsync(await hub.InReviewAsync());
        var request = new DistributePictureRequest { Name = approved.Name, Etag = approved.Etag };

        await Refused.ForAsync("FIELD_REQUIRED", "recipients", async () => await hub.Municipality.Reviews.DistributePictureAsync(request));
        (request.Everyone, var named) = (true, request.Recipients);
        named.Add("polisen");
        await Refused.ForAsync("FIELD_INVALID", "everyone", async () => await hub.Municipality.Reviews.DistributePictureAsync(request));

        Assert.Empty(await hub.Police.DeliveriesAsync());
    }

    [Fact]
    public async Task Draft_ThatTheRecipientHolds_IsNotSentAgain()
    {
        await using var hub = await ReviewHub.StartAsync();
        await hub.Hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        await hub.Hub.AgreeAsync(Examples.Agreement("with-habo", "upplands-bro", "habo"));
        var first = await hub.Municipality.DispatchAsync(await hub.InReviewAsync(), "polisen");
        var held = first.Deliveries.Single();
        await hub.Police.DeliveryAsync(held.Name);

        var second = await hub.Municipality.DispatchAsync(first.Picture, "habo", "polisen");

        Assert.Equal(["habo", "polisen"], second.Deliveries.Select(d => d.Name.Split('/')[1]));
        Assert.Equal(held, second.Deliveries[1]);
        Assert.Equal(second, await hub.Municipality.DispatchAsync(first.Picture, "habo", "polisen"));
        Assert.Single(await hub.Police.DeliveriesAsync());
        // What has changed since is another draft.
        var changed = await hub.Municipality.LevelAsync(second.Picture, AreaLevel.JointEffort, "Ett skäl.");
        Assert.NotEqual(held.Name, (await hub.Municipality.DispatchAsync(changed, "polisen")).Deliveries.Single().Name);
        Assert.Equal(2, (await hub.Police.DeliveriesAsync()).Count);
    }

    [Fact]
    public async Task Draft_ThatWasDispatched_IsTheRecipientsProjectionSealed()
    {
        await using var hub = await ReviewHub.StartAsync();
        await hub.Police.SubmitAsync(Examples.Incident("own"));
        var picture = await hub.Municipality.LevelAsync(await hub.InReviewAsync(), AreaLevel.JointEffort, "Ett skäl som stannar här.");

        var answer = await hub.Municipality.DispatchAsync(picture, "polisen", "polisen");

        var sent = Assert.Single(answer.Deliveries);
        Assert.Equal((DeliveryKind.Draft, "upplands-bro", "KS2026/1", picture.Name), (sent.Kind, sent.Sender, sent.RegistrationNumber, sent.Picture));
        Assert.Equal(PictureState.InReview, answer.Picture.State);
        Assert.NotEqual(picture.Etag, answer.Picture.Etag);
        Assert.Equal(answer, await hub.Municipality.DispatchAsync(picture, "polisen", "polisen"));
        Assert.Single(await hub.Police.DeliveriesAsync());

        var got = await hub.Police.DeliveryAsync(sent.Name);
        Assert.Equal(sent.ContentSha256, Convert.ToHexStringLower(SHA256.HashData(got.Content.Span)));
        using var identity = IdentityFolder.Load(hub.Hub.IdentityPath("polisen"));
        Assert.Null(PictureVerification.Verify(got.Content.Memory, got.Seal.Memory, identity.Roots).Fault);
        var projection = SituationalPicture.Parser.ParseFrom(got.Content);
        Assert.Equal((picture.Name, PictureState.InReview, 1), (projection.Name, projection.State, projection.Revision));
        // Not the compiler's figures, which were made by hand: those that the police may see, of which there is its own.
        Assert.DoesNotContain(projection.Cells, c => c.ThisWeek == 7);
        var level = Assert.Single(projection.Review.Levels);
        Assert.Equal((AreaLevel.JointEffort, AreaLevel.Unspecified, ""), (level.Level, level.Suggested, level.Reason));
        Assert.Equal("", projection.Review.Approver);
    }

    [Fact]
    public async Task Delivery_ReadAndAcknowledged_SaysWhenToBothAndTheFirstReadingIsOnRecord()
    {
        await using var hub = await ReviewHub.StartAsync();
        var sent = (await hub.Municipality.DispatchAsync(await hub.InReviewAsync(), "polisen")).Deliveries.Single();
        var before = Receipts(hub);

        var first = await hub.Police.DeliveryAsync(sent.Name);
        var again = await hub.Police.DeliveryAsync(sent.Name);
        var acknowledged = await hub.Police.AcknowledgeAsync(sent.Name);
        var twice = await hub.Police.AcknowledgeAsync(sent.Name);

        Assert.Equal(before + 1, Receipts(hub));
        Assert.Equal(first, again);
        Assert.Equal(acknowledged, twice);
        Assert.NotNull(acknowledged.AcknowledgeTime);
        Assert.Equal(acknowledged, Assert.Single(await hub.Municipality.DeliveriesAsync(sent: true)));
        await hub.Hub.RestartAsync();
        var kept = await hub.Police.DeliveryAsync(sent.Name);
        Assert.Equal((first.Content, first.Seal, acknowledged.AcknowledgeTime), (kept.Content, kept.Seal, kept.AcknowledgeTime));
    }

    [Fact]
    public async Task Distribution_OfARevision_GivesWhoHasTheEarlierAnErratumOfItsOwn()
    {
        await using var hub = await ReviewHub.StartAsync();
        var late = await hub.Hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        await hub.Hub.AgreeAsync(Examples.Agreement("with-habo", "upplands-bro", "habo"));
        await hub.Police.SubmitAsync(Examples.Incident("one"));
        var first = await hub.Municipality.StartReviewAsync((await hub.Municipality.CompileAsync(2024, 20)).Picture);
        var distributed = await hub.Municipality.DistributeAsync(await hub.Municipality.ApproveAsync(first), "polisen");
        Assert.Equal([("polisen", DeliveryKind.Picture)], Kinds(distributed));
        Assert.Equal(PictureState.Distributed, distributed.Picture.State);
        await hub.Police.SubmitAsync(Examples.Incident("two"));
        var second = await hub.Municipality.StartReviewAsync((await hub.Municipality.CompileAsync(2024, 20)).Picture);
        Assert.Equal(2, second.Revision);
        var approved = await hub.Municipality.ApproveAsync(second, "En rapport kom sent.");

        // Named alone, but whoever has the earlier revision is told that it is not so any more.
        var errata = await hub.Municipality.DistributeAsync(approved, "habo");

        Assert.Equal([("habo", DeliveryKind.Picture), ("polisen", DeliveryKind.Erratum)], Kinds(errata));
        Assert.Equal(errata, await hub.Municipality.DistributeAsync(approved, "habo"));
        var content = SituationalPicture.Parser.ParseFrom(
            (await hub.Police.DeliveryAsync(errata.Deliveries.Single(d => d.Kind == DeliveryKind.Erratum).Name)).Content);
        Assert.Equal(("En rapport kom sent.", 1), (content.Review.RevisionReason, content.Review.Diff.FromRevision));
        Assert.Contains(content.Review.Diff.Figures, f => f is { Before: 1, After: 2 });
        // A projection names no reports, so that its figures alone are told.
        Assert.Null(content.Review.Diff.Reports);
        // The other may see nothing of the police's reports: neither in its figures nor in a diff that was not made for it.
        var other = SituationalPicture.Parser.ParseFrom(
            (await late.DeliveryAsync(errata.Deliveries.Single(d => d.Kind == DeliveryKind.Picture).Name)).Content);
        Assert.Null(other.Review.Diff);
        Assert.DoesNotContain(other.Cells, c => c.ThisWeek > 0);
        // Everybody has it now.
        Assert.Empty((await hub.Municipality.DistributeAsync(errata.Picture)).Deliveries);
        Assert.Equal(3, (await hub.Municipality.DeliveriesAsync(sent: true)).Count);
    }

    [Fact]
    public async Task Deliveries_PageByPage_AreAllThereNewestFirst()
    {
        await using var hub = await ReviewHub.StartAsync();
        var picture = await hub.InReviewAsync();
        for (var i = 0; i < 5; i++)
        {
            // A draft that is the same is not sent again.
            picture = await hub.Municipality.LevelAsync(picture, i % 2 == 0 ? AreaLevel.Normal : AreaLevel.JointEffort, "Ett skäl.");
            picture = (await hub.Municipality.DispatchAsync(picture, "polisen")).Picture;
        }

        var request = new ListDeliveriesRequest { PageSize = 2 };
        var found = new List<Delivery>();
        do
        {
            var page = await hub.Police.Deliveries.ListDeliveriesAsync(request, cancellationToken: TestContext.Current.CancellationToken);
            found.AddRange(page.Deliveries);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(5, found.Select(d => d.Name).Distinct().Count());
        Assert.Equal(found.OrderByDescending(d => d.DeliverTime), found);
    }

    private static IEnumerable<(string, DeliveryKind)> Kinds(DistributePictureResponse answer) =>
        answer.Deliveries.Select(d => (d.Name.Split('/')[1], d.Kind));

    private static long Receipts(ReviewHub hub)
    {
        using var connection = hub.Hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
        using var count = connection.CreateCommand();
        count.CommandText = $"SELECT COUNT(*) FROM journal_entry WHERE kind = {(int)EntryKind.Showing}";
        return (long)count.ExecuteScalar()!;
    }
}
