using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Agreements;

public sealed class AgreementLifecycleTests
{
    private const string Sha1 = "1.3.14.3.2.26";

    private static readonly Dictionary<string, Func<TestHub, byte[], byte[]>> BadSignatures = new()
    {
        ["nothing"] = (_, _) => [],
        ["garbage"] = (_, _) => RandomNumberGenerator.GetBytes(300),
        ["64 KiB and more"] = (hub, document) => [.. hub.SignatureOf("polisen", document), .. new byte[64 * 1024]],
        ["over other bytes"] = (hub, document) => hub.SignatureOf("polisen", [.. document, 0]),
        ["over the hash"] = (hub, document) => hub.SignatureOf("polisen", SHA256.HashData(document)),
        ["the other party's"] = (hub, document) => hub.SignatureOf("upplands-bro", document),
        ["no party's"] = (hub, document) => hub.SignatureOf("third", document),
        ["the operator's"] = (hub, document) => Sign(document, IdentityFolder.Load(hub.Hub.OperatorFolder).Certificate),
        ["by a certificate of one's own making"] = (_, document) =>
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=polisen", key, HashAlgorithmName.SHA256);
            return Sign(document, request.CreateSelfSigned(
                TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1)));
        },
        ["attached"] = (hub, document) => Sign(document, Police(hub), detached: false),
        ["attached, of other bytes"] = (hub, document) => Sign([.. document, 0], Police(hub), detached: false),
        ["by SHA-1"] = (hub, document) => Sign(document, Police(hub), digest: Sha1),
        ["without signed attributes"] = (hub, document) => Sign(document, Police(hub), withAttributes: false),
        ["without a certificate"] = (hub, document) => Sign(document, Police(hub), include: X509IncludeOption.None),
        ["by two"] = (hub, document) =>
        {
            var signed = new SignedCms(new ContentInfo(document), detached: true);
            signed.ComputeSignature(SignerOf(Police(hub)));
            signed.ComputeSignature(SignerOf(IdentityFolder.Load(hub.IdentityPath("upplands-bro")).Certificate));
            return signed.Encode();
        },
        ["by one, twice"] = (hub, document) =>
        {
            var signed = new SignedCms(new ContentInfo(document), detached: true);
            signed.ComputeSignature(SignerOf(Police(hub)));
            signed.ComputeSignature(SignerOf(Police(hub)));
            return signed.Encode();
        },
        ["a single bit off"] = (hub, document) =>
        {
            var cms = hub.SignatureOf("polisen", document);
            cms[^1] ^= 1;
            return cms;
        },
    };

    [Fact]
    public async Task Signature_ThatDoesNotHold_IsRefusedAndNothingIsSigned()
    {
        await using var hub = await StartAsync();
        var (police, _) = await PairAsync(hub);
        await hub.PartnerAsync("third", PartnerKind.School);
        var proposed = await ProposedAsync(hub);
        foreach (var (name, sign) in BadSignatures)
        {
            var refused = await Assert.ThrowsAsync<HubException>(
                () => police.SignAsync(proposed, sign(hub, proposed.Document.ToByteArray())));

            Assert.Equal((name, "SIGNATURE_INVALID", "signature"), (name, refused.Reason, refused.Field));
        }

        Assert.Equal(proposed, await hub.Operator.AgreementAsync("est"));
        Assert.Equal(["polisen", "upplands-bro"], proposed.UnsignedParties);
    }

    [Fact]
    public async Task Agreement_WithTheLastSignature_IsInForceAndNotBefore()
    {
        await using var hub = await StartAsync();
        var (police, municipality) = await PairAsync(hub);

        var draft = await hub.Operator.DraftAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        Assert.Equal((1, AgreementState.Draft), (draft.Version, draft.State));
        Assert.Equal(draft.DocumentSha256, Convert.ToHexStringLower(SHA256.HashData(draft.Document.Span)));
        Assert.Equal(draft.Agreement, CooperationAgreement.Parser.ParseFrom(draft.Document));
        var proposed = await hub.Operator.ProposeAsync(draft);
        Assert.Equal((1, AgreementState.Proposed, draft.Document), (proposed.Version, proposed.State, proposed.Document));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => police.SubmitAsync(Examples.Incident("early")));

        var half = await hub.SignAsync("upplands-bro", proposed);
        Assert.Equal((AgreementState.Proposed, "polisen"), (half.State, half.UnsignedParties.Single()));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => police.SubmitAsync(Examples.Incident("early")));

        var agreed = await hub.SignAsync("polisen", half);
        Assert.Equal(AgreementState.Active, agreed.State);
        Assert.Equal(["upplands-bro", "polisen"], agreed.Signatures.Select(s => s.Partner));
        Assert.Empty(agreed.UnsignedParties);
        Assert.NotNull(await municipality.ReadIncidentAsync((await police.SubmitAsync(Examples.Incident("one"))).Name));

        // Whoever has the document and the hub's root can verify it without the hub.
        foreach (var signature in agreed.Signatures)
        {
            var signed = new SignedCms(new ContentInfo(agreed.Document.ToByteArray()), detached: true);
            signed.Decode(signature.Signature.Span);
            signed.CheckSignature(verifySignatureOnly: true);
            Assert.Equal(signature.Chain[0].ToByteArray(), signed.SignerInfos[0].Certificate!.RawData);
            using var root = X509CertificateLoader.LoadCertificate(signature.Chain[^1].Span);
            Assert.Equal(root.Subject, root.Issuer);
        }
    }

    [Fact]
    public async Task Sign_ByThoseWhoAreNotToSign_IsRefused()
    {
        await using var hub = await StartAsync();
        var (police, municipality) = await PairAsync(hub);
        var third = await hub.PartnerAsync("third", PartnerKind.School);
        var proposed = await ProposedAsync(hub);

        await Refused.ForAsync("NOT_FOUND", () => hub.SignAsync("third", proposed));
        await Refused.ForAsync("NOT_FOUND", () => third.AgreementAsync("est"));
        await Refused.ForAsync("PERMISSION_MISSING", () => hub.Operator.SignAsync(
            proposed, Sign(proposed.Document.ToByteArray(), IdentityFolder.Load(hub.Hub.OperatorFolder).Certificate)));
        foreach (var name in new[] { "agreements/est", "agreements/est/versions/2", "agreements/est/versions/-1", "agreements/EST/versions/1", "", "x" })
        {
            await Refused.ForAsync("NOT_FOUND", "name", () => police.SignAsync(new AgreementVersion { Name = name }, []));
        }

        // Not even one's own draft before it is proposed.
        var draft = await municipality.DraftAsync(Examples.Agreement("own-upplands-bro", "polisen", "upplands-bro"));
        await Refused.ForAsync("AGREEMENT_STATE", "name", () => hub.SignAsync("upplands-bro", draft));
        await Refused.ForAsync("NOT_FOUND", () => hub.SignAsync("polisen", draft));
    }

    [Fact]
    public async Task Sign_Again_GetsTheFirstAnswerWhateverIsSent()
    {
        await using var hub = await StartAsync();
        var (police, _) = await PairAsync(hub);
        var proposed = await ProposedAsync(hub);
        var first = await hub.SignAsync("polisen", proposed);

        Assert.Equal(first, await hub.SignAsync("polisen", proposed));
        Assert.Equal(first, await police.SignAsync(proposed, [1]));
        var agreed = await hub.SignAsync("upplands-bro", proposed);
        Assert.Equal(agreed, await hub.SignAsync("polisen", proposed));
        Assert.Equal(first.Signatures.Single(), agreed.Signatures[0]);
    }

    [Fact]
    public async Task Draft_AfterAProposal_TakesTheNextNumberAndTheProposalIsSignedNoMore()
    {
        await using var hub = await StartAsync();
        await PairAsync(hub);
        var proposed = await ProposedAsync(hub);
        await hub.SignAsync("polisen", proposed);
        var changed = Changed("est", "Another title");

        var draft = await hub.Operator.DraftAsync(changed);

        Assert.Equal((2, AgreementState.Draft), (draft.Version, draft.State));
        Assert.Equal(AgreementState.Superseded, (await hub.Operator.AgreementAsync("est", 1)).State);
        await Refused.ForAsync("AGREEMENT_STATE", "name", () => hub.SignAsync("upplands-bro", proposed));
        await Refused.ForAsync("AGREEMENT_STATE", "name", () => hub.Operator.ProposeAsync(proposed));
        var next = await hub.Operator.ProposeAsync(draft);
        // A signature is over the bytes that were before the party: it does not wander to the next version.
        await Refused.ForAsync("SIGNATURE_INVALID", "signature", async () => await (await hub.PartnerAsync("polisen", PartnerKind.Police))
            .SignAsync(next, hub.SignatureOf("polisen", proposed.Document.Span)));
        Assert.Equal(["polisen", "upplands-bro"], next.UnsignedParties);
    }

    [Fact]
    public async Task Draft_OverADraft_ReplacesItUnderItsNumberAndTheSameChangesNothing()
    {
        await using var hub = await StartAsync();
        await PairAsync(hub);
        var first = await hub.Operator.DraftAsync(Examples.Agreement("est", "polisen", "upplands-bro"));

        Assert.Equal(first, await hub.Operator.DraftAsync(Examples.Agreement("est", "polisen", "upplands-bro")));
        var second = await hub.Operator.DraftAsync(Changed("est", "Another title"));

        Assert.Equal(1, second.Version);
        Assert.NotEqual(first.DocumentSha256, second.DocumentSha256);
        await Refused.ForAsync("AGREEMENT_STATE", "document_sha256", () => hub.Operator.ProposeAsync(first));
        Assert.Equal(second, Assert.Single(await hub.Operator.AgreementVersionsAsync()));
        var proposed = await hub.Operator.ProposeAsync(second);
        Assert.Equal(proposed, await hub.Operator.ProposeAsync(second));
    }

    [Fact]
    public async Task Draft_OfAPartner_IsSeenByItselfAndTheOperatorAlone()
    {
        await using var hub = await StartAsync();
        var (police, municipality) = await PairAsync(hub);
        var auditor = await hub.PartnerAsync("auditor", PartnerKind.School);
        await hub.SetRolesAsync("auditor", PartnerRole.Auditor, PartnerRole.Coordinator);

        var draft = await municipality.DraftAsync(Examples.Agreement("est-upplands-bro", "polisen", "upplands-bro"));

        Assert.Equal("urn:trygghet:partner:upplands-bro", draft.Drafter);
        await Refused.ForAsync("NOT_FOUND", () => police.AgreementAsync("est-upplands-bro"));
        await Refused.ForAsync("NOT_FOUND", () => police.AgreementAsync("est-upplands-bro", 1));
        Assert.Empty(await police.AgreementVersionsAsync());
        foreach (var seeing in new[] { municipality, hub.Operator, auditor })
        {
            Assert.Equal(draft, await seeing.AgreementAsync("est-upplands-bro"));
            Assert.Equal(draft, Assert.Single(await seeing.AgreementVersionsAsync()));
        }

        // To look is not to act.
        await Refused.ForAsync("NOT_FOUND", () => auditor.ProposeAsync(draft));
        await municipality.ProposeAsync(draft);
        Assert.Equal(AgreementState.Proposed, (await police.AgreementAsync("est-upplands-bro")).State);
    }

    [Fact]
    public async Task Draft_ByThoseWhoHaveNoPartInTheId_IsRefused()
    {
        await using var hub = await StartAsync();
        var (police, municipality) = await PairAsync(hub);
        var other = await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        await municipality.DraftAsync(Examples.Agreement("draft-upplands-bro", "polisen", "upplands-bro"));
        await hub.AgreeSignedAsync(Examples.Agreement("est", "polisen", "upplands-bro"));

        foreach (var id in new[] { "draft-upplands-bro", "est" })
        {
            await Refused.ForAsync(
                "AGREEMENT_INVALID", "agreement.id", () => other.DraftAsync(Examples.Agreement(id, "polisen", "upplands-bro", "habo")));
        }

        await Refused.ForAsync(
            "AGREEMENT_INVALID", "agreement.parties", () => other.DraftAsync(Examples.Agreement("new", "polisen", "upplands-bro")));
        await Refused.ForAsync("PERMISSION_MISSING", () => police.DraftAsync(Examples.Agreement("new", "polisen", "upplands-bro")));
        await Refused.ForAsync("FIELD_REQUIRED", "agreement", async () =>
            await municipality.Agreements.DraftAgreementAsync(new DraftAgreementRequest()));
        Assert.Equal(AgreementState.Active, (await police.AgreementAsync("est")).State);
    }

    [Fact]
    public async Task Amendment_UntilAllHaveSigned_LeavesTheVersionBeforeInForce()
    {
        await using var hub = await StartAsync();
        var (police, municipality) = await PairAsync(hub);
        await hub.AgreeSignedAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var narrower = Examples.Agreement("est", "polisen", "upplands-bro");
        narrower.SharingTerms.Flows[0].Categories.Remove("graffiti");
        var name = (await police.SubmitAsync(Examples.Incident("one"))).Name;

        var amendment = await hub.Operator.ProposeAsync(await hub.Operator.DraftAsync(narrower));
        await hub.SignAsync("polisen", amendment);

        Assert.Equal(1, (await police.AgreementAsync("est")).Version);
        Assert.NotNull(await municipality.ReadIncidentAsync(name));
        var agreed = await hub.SignAsync("upplands-bro", amendment);
        Assert.Equal((2, AgreementState.Active), (agreed.Version, agreed.State));
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(name));
        await Refused.ForAsync("CATEGORY_NOT_AGREED", () => police.SubmitAsync(Examples.Incident("two")));
        var before = await police.AgreementAsync("est", 1);
        Assert.Equal((AgreementState.Superseded, agreed.EffectiveTime), (before.State, before.EndTime));
        Assert.Equal([1, 2], (await police.AgreementVersionsAsync()).Select(v => v.Version));
    }

    [Fact]
    public async Task Amendment_WithoutAPartyOfTheVersionInForce_IsRefused()
    {
        await using var hub = await StartAsync();
        await PairAsync(hub);
        var habo = await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        // What the police alone have asked for must not go because the two others amend the agreement without them.
        var agreement = Examples.Agreement("est", "polisen", "upplands-bro", "habo");
        agreement.SharingTerms.Prohibitions.Add(new Prohibition
        {
            Clause = "§9",
            From = { "polisen" },
            To = { "habo" },
            Areas = { "0139" },
            Categories = { "graffiti" },
        });
        await hub.AgreeSignedAsync(agreement);

        await Refused.ForAsync(
            "AGREEMENT_INVALID", "agreement.parties", () => habo.DraftAsync(Examples.Agreement("est", "upplands-bro", "habo")));

        // Who has left the hub signs nothing any more, and stands in nobody's way.
        await hub.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = "partners/polisen", Reason = "It is over." }, cancellationToken: Token);
        Assert.Equal(2, (await habo.DraftAsync(Examples.Agreement("est", "upplands-bro", "habo"))).Version);
    }

    [Fact]
    public async Task Proposal_OfWhatHasChangedSinceItWasDrafted_IsRefused()
    {
        await using var hub = await StartAsync();
        await PairAsync(hub);
        await hub.PartnerAsync("third", PartnerKind.School);
        var draft = await hub.Operator.DraftAsync(Examples.Agreement("est", "polisen", "upplands-bro", "third"));
        await hub.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = "partners/third", Reason = "It is over." }, cancellationToken: Token);

        await Refused.ForAsync("AGREEMENT_INVALID", "agreement.parties[2].partner", () => hub.Operator.ProposeAsync(draft));
    }

    [Fact]
    public async Task Agreement_BeforeAndAfterItsValidity_IsSignedAndExpired()
    {
        var time = Clock();
        await using var hub = await StartAsync(time);
        var (police, _) = await PairAsync(hub);
        var later = Examples.Agreement("est", "polisen", "upplands-bro");
        (later.ValidFrom, later.ValidTo) = (time.GetUtcNow().AddHours(1).ToTimestamp(), time.GetUtcNow().AddHours(2).ToTimestamp());

        var signed = await hub.AgreeSignedAsync(later);

        Assert.Equal((AgreementState.Signed, later.ValidFrom, later.ValidTo), (signed.State, signed.EffectiveTime, signed.EndTime));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => police.SubmitAsync(Examples.Incident("early")));
        var unsigned = await hub.Operator.ProposeAsync(await hub.Operator.DraftAsync(Changed("est", "Amended", later)));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(AgreementState.Active, (await police.AgreementAsync("est")).State);
        await police.SubmitAsync(Examples.Incident("in time"));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(AgreementState.Expired, (await police.AgreementAsync("est", 1)).State);
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => police.SubmitAsync(Examples.Incident("late")));
        await Refused.ForAsync("AGREEMENT_STATE", "name", () => hub.SignAsync("polisen", unsigned));
        await Refused.ForAsync("AGREEMENT_STATE", "name", () => police.SuspendAgreementAsync("est"));
    }

    [Fact]
    public async Task Suspension_ByAPartyAndTheOperator_LastsUntilEachHasTakenBackItsOwn()
    {
        await using var hub = await StartAsync();
        var (police, municipality) = await PairAsync(hub);
        var third = await hub.PartnerAsync("third", PartnerKind.School);
        await hub.AgreeSignedAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var name = (await police.SubmitAsync(Examples.Incident("one"))).Name;

        await Refused.ForAsync("NOT_FOUND", () => third.SuspendAgreementAsync("est"));
        foreach (var reason in new[] { "", " ", new string('r', 501), "a\u0007" })
        {
            await Refused.ForAsync("FIELD_INVALID", "reason", () => police.SuspendAgreementAsync("est", reason));
        }

        var suspended = await police.SuspendAgreementAsync("est", "A leak is looked into.");
        Assert.Equal(suspended, await police.SuspendAgreementAsync("est", "Again."));
        Assert.Equal(AgreementState.Suspended, suspended.State);
        Assert.Equal(
            ("urn:trygghet:partner:polisen", "A leak is looked into."),
            (suspended.Suspensions.Single().By, suspended.Suspensions.Single().Reason));
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(name));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => police.SubmitAsync(Examples.Incident("two")));

        // Nobody takes back another's.
        Assert.Equal(AgreementState.Suspended, (await hub.Operator.ResumeAgreementAsync("est")).State);
        Assert.Equal(AgreementState.Suspended, (await municipality.ResumeAgreementAsync("est")).State);
        Assert.Equal(2, (await hub.Operator.SuspendAgreementAsync("est")).Suspensions.Count);
        Assert.Equal(AgreementState.Suspended, (await police.ResumeAgreementAsync("est")).State);
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(name));
        var resumed = await hub.Operator.ResumeAgreementAsync("est");
        Assert.Equal(AgreementState.Active, resumed.State);
        Assert.Empty(resumed.Suspensions);
        Assert.NotNull(await municipality.ReadIncidentAsync(name));
        await Refused.ForAsync("NOT_FOUND", () => police.ResumeAgreementAsync("missing"));
    }

    [Fact]
    public async Task Suspension_WhileAnAmendmentIsSigned_GoesOn()
    {
        await using var hub = await StartAsync();
        var (police, _) = await PairAsync(hub);
        await hub.AgreeSignedAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        await police.SuspendAgreementAsync("est");

        Assert.Equal(AgreementState.Suspended, (await hub.AgreeSignedAsync(Changed("est", "Amended"))).State);
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => police.SubmitAsync(Examples.Incident("one")));
    }

    [Fact]
    public async Task Termination_Now_EndsItForGood()
    {
        await using var hub = await StartAsync();
        var (police, municipality) = await PairAsync(hub);
        var third = await hub.PartnerAsync("third", PartnerKind.School);
        await hub.AgreeSignedAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var name = (await police.SubmitAsync(Examples.Incident("one"))).Name;

        await Refused.ForAsync("NOT_FOUND", () => third.TerminateAgreementAsync("est"));
        await Refused.ForAsync("FIELD_INVALID", "reason", () => police.TerminateAgreementAsync("est", reason: ""));
        var only = await police.Agreements.TerminateAgreementAsync(
            new TerminateAgreementRequest { Name = "agreements/est", Reason = "The project is over.", ValidateOnly = true },
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(AgreementState.Active, only.Version.State);
        Assert.Equal(only.Version, (await police.Agreements.TerminateAgreementAsync(
            new TerminateAgreementRequest { Name = "agreements/est", Reason = "Once more.", ValidateOnly = true },
            cancellationToken: TestContext.Current.CancellationToken)).Version);
        var ended = await police.TerminateAgreementAsync("est", reason: "The project is over.");

        Assert.Equal((AgreementState.Terminated, "The project is over."), (ended.State, ended.TerminationReason));
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(name));
        await Refused.ForAsync("AGREEMENT_NOT_ACTIVE", () => police.SubmitAsync(Examples.Incident("two")));
        Assert.Equal(ended, await municipality.TerminateAgreementAsync("est", reason: "Again."));
        await Refused.ForAsync("AGREEMENT_STATE", "name", () => police.SuspendAgreementAsync("est"));
        await Refused.ForAsync("AGREEMENT_STATE", "agreement.id", () => hub.Operator.DraftAsync(Changed("est", "Anew")));
        await Refused.ForAsync("AGREEMENT_STATE", "agreement.id", () => hub.AgreeAsync(Changed("est", "Anew")));
        Assert.Equal(AgreementState.Active, (await hub.AgreeSignedAsync(Changed("est-2", "Anew"))).State);
    }

    [Fact]
    public async Task Termination_Later_EndsItThenAndCanOnlyBeBroughtForward()
    {
        var time = Clock();
        await using var hub = await StartAsync(time);
        var (police, municipality) = await PairAsync(hub);
        await hub.AgreeSignedAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var amendment = await hub.Operator.ProposeAsync(await hub.Operator.DraftAsync(Changed("est", "Amended")));
        var end = time.GetUtcNow().AddHours(3);

        await Refused.ForAsync("TIME_OUT_OF_RANGE", "end_time", async () => await police.Agreements.TerminateAgreementAsync(
            new TerminateAgreementRequest { Name = "agreements/est", Reason = "Over.", EndTime = new Timestamp { Nanos = -1 } }));
        var ending = await police.TerminateAgreementAsync("est", end);

        Assert.Equal((AgreementState.Active, "It is over."), (ending.State, ending.TerminationReason));
        Assert.True((ending.EndTime.ToDateTimeOffset() - end).Duration() < TimeSpan.FromMilliseconds(1));
        // What was begun before is not put in force any more.
        await Refused.ForAsync("AGREEMENT_STATE", "name", () => hub.SignAsync("polisen", amendment));
        await Refused.ForAsync("AGREEMENT_STATE", "end_time", () => municipality.TerminateAgreementAsync("est", end.AddHours(1)));
        var sooner = await municipality.TerminateAgreementAsync("est", end.AddHours(-1));
        Assert.True(sooner.EndTime < ending.EndTime);
        var name = (await police.SubmitAsync(Examples.Incident("one"))).Name;
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(AgreementState.Terminated, (await police.AgreementAsync("est", 1)).State);
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(name));
    }

    [Fact]
    public async Task Restart_AtEveryState_KeepsAllOfIt()
    {
        await using var hub = await StartAsync();
        var (police, _) = await PairAsync(hub);
        await hub.AgreeSignedAsync(Examples.Agreement("active", "polisen", "upplands-bro"));
        await hub.AgreeSignedAsync(Examples.Agreement("amended", "polisen", "upplands-bro"));
        await hub.AgreeSignedAsync(Changed("amended", "Amended"));
        await hub.AgreeSignedAsync(Examples.Agreement("suspended", "polisen", "upplands-bro"));
        await police.SuspendAgreementAsync("suspended");
        await hub.Operator.SuspendAgreementAsync("suspended");
        await hub.Operator.ResumeAgreementAsync("suspended");
        await hub.AgreeSignedAsync(Examples.Agreement("terminated", "polisen", "upplands-bro"));
        await police.TerminateAgreementAsync("terminated");
        await hub.AgreeSignedAsync(Examples.Agreement("ending", "polisen", "upplands-bro"));
        await police.TerminateAgreementAsync("ending", TimeProvider.System.GetUtcNow().AddDays(1));
        await hub.Operator.DraftAsync(Examples.Agreement("draft", "polisen", "upplands-bro"));
        var half = await ProposedAsync(hub, "half");
        await hub.SignAsync("polisen", half);
        await hub.Operator.DraftAsync(Changed("replaced", "One"));
        await hub.Operator.ProposeAsync(await hub.Operator.AgreementAsync("replaced"));
        await hub.Operator.DraftAsync(Changed("replaced", "Two"));
        await hub.AgreeAsync(Examples.Agreement("applied", "polisen", "upplands-bro"));
        var before = await hub.Operator.AgreementVersionsAsync();

        await hub.RestartAsync();

        Assert.Equal(before, await hub.Operator.AgreementVersionsAsync());
        Assert.Equal(11, before.Count);
        Assert.Equal(AgreementState.Active, (await hub.SignAsync("upplands-bro", half)).State);
        await Refused.ForAsync("AGREEMENT_STATE", "agreement.id", () => hub.Operator.DraftAsync(Changed("terminated", "Anew")));
    }

    [Fact]
    public async Task Apply_OnAHubThatRunsForReal_IsRefusedAndSigningIsNot()
    {
        await using var hub = await StartAsync();
        await PairAsync(hub);
        await hub.RestartAsync(forReal: true);

        await Refused.ForAsync("DEVELOPMENT_ONLY", () => hub.AgreeAsync(Examples.Agreement("est", "polisen", "upplands-bro")));

        Assert.Empty(await hub.Operator.AgreementVersionsAsync());
        Assert.Equal(
            AgreementState.Active, (await hub.AgreeSignedAsync(Examples.Agreement("est", "polisen", "upplands-bro"))).State);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Journal time has whole microseconds; so has this clock.
    private static FakeTimeProvider Clock() =>
        new(DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));

    private static Task<TestHub> StartAsync(TimeProvider? time = null) => TestHub.StartAsync(time);

    private static async Task<(HubClient Police, HubClient Municipality)> PairAsync(TestHub hub) => (
        await hub.PartnerAsync("polisen", PartnerKind.Police), await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit));

    private static async Task<AgreementVersion> ProposedAsync(TestHub hub, string id = "est") =>
        await hub.Operator.ProposeAsync(await hub.Operator.DraftAsync(Examples.Agreement(id, "polisen", "upplands-bro")));

    private static CooperationAgreement Changed(string id, string title, CooperationAgreement? of = null)
    {
        var changed = (of ?? Examples.Agreement(id, "polisen", "upplands-bro")).Clone();
        changed.Title = title;
        return changed;
    }

    private static X509Certificate2 Police(TestHub hub) => IdentityFolder.Load(hub.IdentityPath("polisen")).Certificate;

    private static CmsSigner SignerOf(
        X509Certificate2 certificate, X509IncludeOption include = X509IncludeOption.EndCertOnly, string? digest = null,
        bool withAttributes = true)
    {
        var signer = new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate) { IncludeOption = include };
        if (digest is not null)
        {
            signer.DigestAlgorithm = new Oid(digest);
        }

        if (withAttributes)
        {
            signer.SignedAttributes.Add(new Pkcs9SigningTime());
        }

        return signer;
    }

    private static byte[] Sign(
        byte[] document, X509Certificate2 certificate, bool detached = true, string? digest = null,
        X509IncludeOption include = X509IncludeOption.EndCertOnly, bool withAttributes = true)
    {
        var signed = new SignedCms(new ContentInfo(document), detached);
        signed.ComputeSignature(SignerOf(certificate, include, digest, withAttributes));
        return signed.Encode();
    }
}
