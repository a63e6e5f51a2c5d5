using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Pictures.Reviews;

public sealed class ReviewServiceTests
{
    [Fact]
    public async Task Verb_OnAnothersPicture_FindsNothing()
    {
        await using var hub = await ReviewHub.StartAsync();
        var other = await hub.Hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        var picture = await hub.InReviewAsync();

        await Refused.ForAsync("NOT_FOUND", () => other.EditAsync(picture, "Något annat."));
        await Refused.ForAsync("NOT_FOUND", () => other.ApproveAsync(picture));
        await Refused.ForAsync("NOT_FOUND", () => other.DistributeAsync(picture));
        await Refused.ForAsync("NOT_FOUND", () => other.ApprovalAsync(picture.Name));
        await Refused.ForAsync("PERMISSION_MISSING", () => hub.Police.StartReviewAsync(picture));
        foreach (var name in new[] { "", "partners/upplands-bro/pictures/0139-2024-W20-r9", picture.Name + "x", picture.Name.Replace("-r1", "-r01", StringComparison.Ordinal) })
        {
            await Refused.ForAsync("NOT_FOUND", "name", () => hub.Municipality.EditAsync(
                new SituationalPicture { Name = name, Etag = picture.Etag }, "Något annat."));
        }
    }

    [Fact]
    public async Task Preliminary_Picture_CannotBeReviewed()
    {
        await using var hub = await ReviewHub.StartAsync();
        var picture = await hub.KeepAsync(ReviewHub.Content(), preliminary: true);

        var refused = await Refused.ForAsync("PICTURE_STATE", () => hub.Municipality.StartReviewAsync(picture));

        Assert.Contains("preliminary", refused.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verb_OfAnEarlierState_IsRefusedAndItsRepetitionAnsweredAsBefore()
    {
        await using var hub = await ReviewHub.StartAsync();
        var compiled = await hub.KeepAsync(ReviewHub.Content());
        var begun = await hub.Municipality.StartReviewAsync(compiled);
        var edited = await hub.Municipality.EditAsync(begun, "Klottret ökar i Bro.");

        Assert.Equal("ABORTED", (await Refused.ForAsync(
            "ETAG_MISMATCH", () => hub.Municipality.EditAsync(begun, "Klottret minskar i Bro."))).StatusCode.ToString().ToUpperInvariant());
        await Refused.ForAsync("FIELD_REQUIRED", "etag", () => hub.Municipality.EditAsync(
            new SituationalPicture { Name = begun.Name }, "Klottret minskar i Bro."));
        Assert.Equal(edited, await hub.Municipality.EditAsync(begun, "Klottret ökar i Bro."));
        Assert.Equal(begun, await hub.Municipality.StartReviewAsync(compiled));
        Assert.Single((await hub.Municipality.PictureAsync(2024, 20)).Review.Edits);
        Assert.Equal(3, new[] { compiled.Etag, begun.Etag, edited.Etag }.Distinct().Count());
    }

    [Fact]
    public async Task Verb_OfManyAtOnce_HasOneEffect()
    {
        await using var hub = await ReviewHub.StartAsync();
        var picture = await hub.InReviewAsync();

        var done = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await hub.Municipality.LevelAsync(picture, AreaLevel.Normal, $"Skäl {i}.");
                return true;
            }
            catch (HubException refused) when (refused.Reason == "ETAG_MISMATCH")
            {
                return false;
            }
        }));

        Assert.Single(done, d => d);
    }

    [Fact]
    public async Task Edit_ThatMayNotStand_IsRefused()
    {
        await using var hub = await ReviewHub.StartAsync();
        var picture = await hub.InReviewAsync();

        await Refused.ForAsync("FIELD_INVALID", "sentence", () => hub.Municipality.EditAsync(picture, "En text.", "third"));
        await Refused.ForAsync("FIELD_REQUIRED", "text", () => hub.Municipality.EditAsync(picture, "  "));
        await Refused.ForAsync("FIELD_REQUIRED", "reason", () => hub.Municipality.EditAsync(picture, "En text.", reason: ""));
        await Refused.ForAsync("TEXT_TOO_LONG", "text", () => hub.Municipality.EditAsync(picture, new string('a', 281)));
        await Refused.ForAsync("FIELD_INVALID", "text", () => hub.Municipality.EditAsync(picture, "En rad\noch en till."));
        await Refused.ForAsync("REFUSED_PERSONAL_DATA", "text", () => hub.Municipality.EditAsync(picture, "Ring 070-123 45 67."));
        await Refused.ForAsync("REFUSED_PERSONAL_DATA", "reason", () => hub.Municipality.EditAsync(
            picture, "En text.", reason: "Enligt 121212-1212."));
        await Refused.ForAsync("FIELD_INVALID", "strike", async () => await hub.Municipality.Reviews.EditSentenceAsync(
            new EditSentenceRequest { Name = picture.Name, Etag = picture.Etag, Sentence = "first", Text = "En text.", Strike = true, Reason = "Skäl." }));
        Assert.Equal(picture, await hub.Municipality.PictureAsync(2024, 20));
    }

    [Fact]
    public async Task Edit_OfASentence_IsKeptWithThoseBefore()
    {
        await using var hub = await ReviewHub.StartAsync();
        var picture = await hub.InReviewAsync();

        picture = await hub.Municipality.EditAsync(picture, "Klottret ökar i Bro.");
        picture = await hub.Municipality.StrikeAsync(picture, "second");
        picture = await hub.Municipality.EditAsync(picture, "Klottret har ökat i Bro.");

        Assert.Equal(
            [("first", "Klottret ökar i Bro."), ("second", ""), ("first", "Klottret har ökat i Bro.")],
            picture.Review.Edits.Select(e => (e.Sentence, e.Text)));
        Assert.All(picture.Review.Edits, e => Assert.NotNull(e.EditTime));
    }

    [Fact]
    public async Task Level_AgainstTheSuggestion_NeedsAReason()
    {
        await using var hub = await ReviewHub.StartAsync();
        var picture = await hub.InReviewAsync();

        await Refused.ForAsync("FIELD_REQUIRED", "reason", () => hub.Municipality.LevelAsync(picture, AreaLevel.Normal));
        await Refused.ForAsync("FIELD_REQUIRED", "level", () => hub.Municipality.LevelAsync(picture, AreaLevel.Unspecified));
        await Refused.ForAsync("ENUM_UNKNOWN", "level", () => hub.Municipality.LevelAsync(picture, (AreaLevel)9));
        await Refused.ForAsync("AREA_UNKNOWN", "area", () => hub.Municipality.LevelAsync(picture, AreaLevel.Normal, "Skäl.", "0114"));
        await Refused.ForAsync("AREA_UNKNOWN", "area", () => hub.Municipality.LevelAsync(picture, AreaLevel.Normal, "Skäl.", "01"));
        await Refused.ForAsync("AREA_UNKNOWN", "area", () => hub.Municipality.LevelAsync(picture, AreaLevel.Normal, "Skäl.", "0139-bro-station"));
        // As suggested, then otherwise: the last one stands.
        picture = await hub.Municipality.LevelAsync(picture, AreaLevel.Deviation);
        picture = await hub.Municipality.LevelAsync(picture, AreaLevel.JointEffort, "Flera platser återkommer.");

        var level = Assert.Single(picture.Review.Levels);
        Assert.Equal(
            ("0139-bro", AreaLevel.JointEffort, AreaLevel.Deviation, "Flera platser återkommer."),
            (level.Area, level.Level, level.Suggested, level.Reason));
    }

    [Fact]
    public async Task Approval_WithoutWhatItNeeds_IsRefused()
    {
        await using var hub = await ReviewHub.StartAsync();
        var compiled = await hub.KeepAsync(ReviewHub.Content());
        await Refused.ForAsync("PICTURE_STATE", () => hub.Municipality.ApproveAsync(compiled));
        await Refused.ForAsync("PICTURE_STATE", () => hub.Municipality.ApprovalAsync(compiled.Name));
        var picture = await hub.Municipality.StartReviewAsync(compiled);

        async Task RefusedAsync(string reason, string field, Action<ApprovePictureRequest> change)
        {
            var request = ReviewIntents.Approval(picture);
            change(request);
            await Refused.ForAsync(reason, field, async () => await hub.Municipality.Reviews.ApprovePictureAsync(request));
        }

        await RefusedAsync("FIELD_REQUIRED", "approver", r => r.Approver = " ");
        await RefusedAsync("REFUSED_PERSONAL_DATA", "approver", r => r.Approver = "Chefen, 070-123 45 67");
        await RefusedAsync("REFUSED_PERSONAL_DATA", "approver", r => r.Approver = "Chefen, chef@example.se");
        await RefusedAsync("REFUSED_PERSONAL_DATA", "approver", r => r.Approver = "Anna Svensson 121212-1212");
        // A slip in the check digit makes it no other number.
        await RefusedAsync("REFUSED_PERSONAL_DATA", "approver", r => r.Approver = "Anna Svensson 19121212-1213");
        await RefusedAsync("REFUSED_PERSONAL_DATA", "registration_number", r => r.RegistrationNumber = "KS 121212-1213");
        await RefusedAsync("FIELD_INVALID", "approver", r => r.Approver = "Anna\u202eSvensson");
        await RefusedAsync("FIELD_REQUIRED", "registration_number", r => r.RegistrationNumber = "");
        await RefusedAsync("TEXT_TOO_LONG", "registration_number", r => r.RegistrationNumber = new string('1', 41));
        await RefusedAsync("REFUSED_PERSONAL_DATA", "registration_number", r => r.RegistrationNumber = "KS 121212-1212");
        foreach (var number in new[] { "KS2026/1, 2", "/KS2026", "KS2026#1", "KS\u200b2026", "a@example.se", "KS2026\n1", "KS", "KARL ANDERSSON LGH 1102" })
        {
            await RefusedAsync("FIELD_INVALID", "registration_number", r => r.RegistrationNumber = number);
        }

        await RefusedAsync("FIELD_REQUIRED", "tlp", r => r.Tlp = Tlp.Unspecified);
        await RefusedAsync("FIELD_INVALID", "tlp", r => r.Tlp = Tlp.Clear);
        await RefusedAsync("FIELD_INVALID", "tlp", r => r.Tlp = Tlp.Red);
        Assert.Equal(PictureState.InReview, (await hub.Municipality.PictureAsync(2024, 20)).State);
    }

    [Fact]
    public async Task Approval_ByANameUnderANumberLikeAPhones_Stands()
    {
        await using var hub = await ReviewHub.StartAsync();
        var request = ReviewIntents.Approval(await hub.InReviewAsync());
        (request.Approver, request.RegistrationNumber) = ("Anna Svensson, säkerhetschef", "ÖKS 2026:070-123 45 67");

        var approved = (await hub.Municipality.Reviews.ApprovePictureAsync(
            request, cancellationToken: TestContext.Current.CancellationToken)).Picture;

        Assert.Equal((request.Approver, request.RegistrationNumber), (approved.Review.Approver, approved.Review.RegistrationNumber));
    }

    [Theory]
    [InlineData(OnwardSharing.None, false)]
    [InlineData(OnwardSharing.Organisation, false)]
    [InlineData(OnwardSharing.WithConsent, false)]
    [InlineData(OnwardSharing.Free, true)]
    public async Task Approval_ForTheCommunity_StandsWhereEveryClauseLetsItGoOn(OnwardSharing onward, bool stands)
    {
        await using var hub = await TestHub.StartAsync();
        var municipality = await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);
        var housing = await hub.PartnerAsync("bostad", PartnerKind.HousingCompany);
        foreach (var (id, from, sharing) in new[] { ("a", "bostad", OnwardSharing.Free), ("b", "polisen", onward) })
        {
            var agreement = Examples.Agreement("agreement-" + id, from, "upplands-bro");
            agreement.SharingTerms.Flows[0].OnwardSharing = sharing;
            await hub.AgreeAsync(agreement);
        }

        await police.SubmitAsync(Examples.Incident("one"));
        await housing.SubmitAsync(Examples.Observation("two"));
        var picture = await municipality.StartReviewAsync((await municipality.CompileAsync(2024, 20)).Picture);
        Assert.Equal(["agreement-a", "agreement-b"], picture.Basis.Agreements.Select(a => a.Agreement));
        var request = ReviewIntents.Approval(picture);
        request.Tlp = Tlp.Green;

        if (stands)
        {
            var approved = await municipality.Reviews.ApprovePictureAsync(request, cancellationToken: TestContext.Current.CancellationToken);
            Assert.Equal(Tlp.Green, approved.Picture.Review.Tlp);
        }
        else
        {
            var refused = await Refused.ForAsync("FIELD_INVALID", async () => await municipality.Reviews.ApprovePictureAsync(request));
            Assert.Equal("tlp", refused.Field);
            Assert.Contains("agreement-b (§1)", refused.Rule, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Approved_Picture_ChangesNoMoreAndItsBytesAreSealed()
    {
        await using var hub = await ReviewHub.StartAsync();
        var inReview = await hub.Municipality.EditAsync(await hub.InReviewAsync(), "Klottret ökar i Bro.");
        var approved = await hub.Municipality.ApproveAsync(inReview);
        var approval = await hub.Municipality.ApprovalAsync(approved.Name);

        await Refused.ForAsync("PICTURE_STATE", () => hub.Municipality.StartReviewAsync(approved));
        await Refused.ForAsync("PICTURE_STATE", () => hub.Municipality.LevelAsync(approved, AreaLevel.Normal, "Skäl."));
        await Refused.ForAsync("PICTURE_STATE", () => hub.Municipality.DispatchAsync(approved, "polisen"));
        var refused = await Refused.ForAsync("PICTURE_STATE", () => hub.Municipality.EditAsync(approved, "Något annat."));
        Assert.Contains("Compile a new revision", refused.Remedy, StringComparison.Ordinal);
        // The same approval again: the one that there was.
        Assert.Equal(approved, await hub.Municipality.ApproveAsync(inReview));

        using var identity = IdentityFolder.Load(hub.Hub.IdentityPath("upplands-bro"));
        var verified = PictureVerification.Verify(approval.Content.Memory, approval.Seal.Memory, identity.Roots);
        Assert.Null(verified.Fault);
        var kept = SituationalPicture.Parser.ParseFrom(approval.Content);
        Assert.Equal((PictureState.Approved, "Trygghetschefen", "KS2026/2"), (kept.State, kept.Review.Approver, kept.Review.RegistrationNumber));
        Assert.Equal("Klottret ökar i Bro.", kept.Review.Edits.Single().Text);
        kept.Etag = approved.Etag;
        Assert.Equal(approved, kept);
        await hub.Hub.RestartAsync();
        Assert.Equal(approval, await hub.Municipality.ApprovalAsync(approved.Name));
        Assert.Equal(approved, await hub.Municipality.PictureAsync(2024, 20));
    }

    [Fact]
    public async Task Revision_AfterAnApprovedOne_NeedsAReasonSaysWhatDiffersAndTakesItsPlace()
    {
        await using var hub = await ReviewHub.StartAsync();
        var first = await hub.Municipality.ApproveAsync(await hub.InReviewAsync());
        var second = await hub.InReviewAsync(ReviewHub.Content(graffiti: 9));
        Assert.Equal(PictureState.Approved, (await hub.Municipality.PictureAsync(2024, 20, 1)).State);

        await Refused.ForAsync("FIELD_REQUIRED", "reason", () => hub.Municipality.ApproveAsync(second));
        var approved = await hub.Municipality.ApproveAsync(second, "Två rapporter kom sent.");

        Assert.Equal("Två rapporter kom sent.", approved.Review.RevisionReason);
        Assert.Equal(1, approved.Review.Diff.FromRevision);
        var figure = Assert.Single(approved.Review.Diff.Figures);
        Assert.Equal(("Bro, Klotter", 7, 9), (figure.Label, figure.Before, figure.After));
        var replaced = await hub.Municipality.PictureAsync(2024, 20, 1);
        Assert.Equal((PictureState.Superseded, 2), (replaced.State, replaced.Review.SupersededBy));
        Assert.Equal(first.Review.ApproveTime, replaced.Review.ApproveTime);
        await Refused.ForAsync("PICTURE_STATE", () => hub.Municipality.DistributeAsync(replaced));
        Assert.Equal(first.Etag.Length, (await hub.Municipality.PictureAsync(2024, 20, 1)).Etag.Length);
        Assert.NotEmpty((await hub.Municipality.ApprovalAsync(first.Name)).Content);
    }

    [Fact]
    public async Task Revision_AfterOneInReview_TakesOverLevelsAndEditsOfWhatItSaysAlike()
    {
        await using var hub = await ReviewHub.StartAsync();
        var picture = await hub.InReviewAsync();
        picture = await hub.Municipality.EditAsync(picture, "Klottret ökar i Bro.");
        picture = await hub.Municipality.EditAsync(picture, "En vanlig vecka för övrigt.", "second");
        picture = await hub.Municipality.EditAsync(picture, "I övrigt som vanligt.", "second");
        picture = await hub.Municipality.LevelAsync(picture, AreaLevel.Normal, "Samma gäng av skyltar.");

        // The first sentence says something else now.
        var next = await hub.KeepAsync(ReviewHub.Content("Fler klotter än vanligt i Bro: 9.", graffiti: 9));

        Assert.Equal(PictureState.Compiled, next.State);
        Assert.Equal([("second", "I övrigt som vanligt.")], next.Review.Edits.Select(e => (e.Sentence, e.Text)));
        Assert.Equal(picture.Review.Levels, next.Review.Levels);
        var refused = await Refused.ForAsync("ETAG_MISMATCH", () => hub.Municipality.ApproveAsync(picture));
        Assert.NotNull(refused.Remedy);
        var replaced = await hub.Municipality.PictureAsync(2024, 20, 1);
        Assert.Equal((PictureState.Superseded, 2), (replaced.State, replaced.Review.SupersededBy));
        Assert.Contains("revision 2", (await Refused.ForAsync("PICTURE_STATE", () => hub.Municipality.ApproveAsync(replaced))).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Revision_OfARealWeek_GoesThroughReviewToApproval()
    {
        await using var hub = await ReviewHub.StartAsync();
        await hub.Police.SubmitAsync(Examples.Incident("one"));
        var picture = (await hub.Municipality.CompileAsync(2024, 20)).Picture;

        var approved = await hub.Municipality.ApproveAsync(await hub.Municipality.StartReviewAsync(picture));

        Assert.Equal((PictureState.Approved, picture.ContentSha256), (approved.State, approved.ContentSha256));
        Assert.False((await hub.Municipality.CompileAsync(2024, 20)).Compiled);
        Assert.Equal(approved.ToByteString(), (await hub.Municipality.PictureAsync(2024, 20)).ToByteString());
    }
}
