using System.Security.Cryptography;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Telemetry;
using TrygghetHub.Server.Tests.Architecture;
using TrygghetHub.Server.Tests.Platform.Access;
using TrygghetHub.Testing;
using static TrygghetHub.Server.Tests.Partners.ConsentSteps;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Tests.Partners;

/// <summary>What an operator, a thief or another partner tries who wants to act as a partner.</summary>
public sealed class ConsentAttackTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Operator_ThatJoinsAsAPartnerWithItsOwnCode_ReadsNoReport()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.StreamAsync(Examples.Incidents("p", 3));

        var thief = await hub.JoinAsync(Reader, "thief");

        await Refused.ForAsync("ACCESS_RESTRICTED", () => thief.IncidentPagesAsync(10));
        await Refused.ForAsync("ACCESS_RESTRICTED", () => thief.SubmitAsync(Examples.Incident("one")));
        Assert.Equal(3, (await municipality.IncidentPagesAsync(10)).Sum(p => p.Count));
        var told = await municipality.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: Cancellation);
        Assert.Equal(ConsentState.Waiting, Assert.Single(told.OpenRequests).State);
    }

    [Theory]
    [InlineData(CertificateAccess.Pending)]
    [InlineData(CertificateAccess.Sending)]
    public async Task Rpcs_OfACertificateWithoutConsent_AreThoseOfTheGoldenFile(CertificateAccess access)
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await hub.SetRolesAsync(
            Reader, PartnerRole.PartnerSystem, PartnerRole.Reporter, PartnerRole.Coordinator, PartnerRole.Auditor);
        if (access == CertificateAccess.Sending)
        {
            await RevokeAllAsync(hub, Reader);
        }

        var thief = await hub.JoinAsync(Reader, "thief");
        Assert.Equal(access, (await SelfAsync(thief)).Certificate.Access);
        using var channel = await ChannelAsync(hub, "thief");
        var permitted = new List<string>();
        foreach (var method in ArchitectureTests.Services.SelectMany(s => s.Methods).Where(m => !Rpc.IsOpenRpc(m)))
        {
            if (await ReasonAsync(channel, method) != "ACCESS_RESTRICTED")
            {
                permitted.Add($"{access}: {method.FullName}");
            }
        }

        var golden = ArchitectureTests.Golden("restricted-access.txt")
            .Where(l => l.StartsWith(access.ToString(), StringComparison.Ordinal));
        Assert.Equal(golden, permitted.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(CertificateAccess.Pending)]
    [InlineData(CertificateAccess.Sending)]
    public async Task Certificate_WithoutConsent_SeesNoOtherCertificateOrContactOrNotice(CertificateAccess access)
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await SetContactsAsync(hub, Reader, certificate: null);
        await hub.JoinAsync(Reader, "waiting");
        if (access == CertificateAccess.Sending)
        {
            await RevokeAllAsync(hub, Reader);
        }

        var self = await SelfAsync(await hub.JoinAsync(Reader, "thief"));

        Assert.Equal(access, self.Certificate.Access);
        var others = (await PartnerAsync(hub, Reader)).Certificates.Select(c => c.ThumbprintSha256).Except([self.Certificate.ThumbprintSha256]);
        Assert.Equal(2, others.Count());
        Assert.All(others, thumbprint => Assert.DoesNotContain(thumbprint, self.ToString(), StringComparison.OrdinalIgnoreCase));
        Assert.Equal(self.Certificate, Assert.Single(self.Partner.Certificates));
        Assert.Equal(self.Certificate.ConsentRequest, Assert.Single(self.OpenRequests).Name);
        Assert.Empty(self.Contacts);
        Assert.Empty(self.Notices);
    }

    [Fact]
    public async Task Certificate_WithoutConsent_UsesUpNothingOfThePartnersLog()
    {
        const string readPartners = "trygghethub.partners.v1.PartnerService/ListPartners";
        await using var hub = await TestHub.StartAsync(new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        await hub.AgreedPairAsync();
        await hub.JoinAsync(Reader, "thief");
        using var own = await hub.RawCallerAsync(Reader);
        using var thief = await hub.RawCallerAsync("thief");
        const int calls = (LogBudget.OfAnOrigin / LogBudget.LeastLine) + 20;
        for (var i = 0; i < calls; i++)
        {
            Assert.NotEqual(0, (await thief.CallAsync(readPartners, [])).Code);
        }

        Assert.InRange(Refusals(), 1, calls - 1);
        var before = Refusals();
        Assert.Equal("PERMISSION_MISSING", (await own.CallAsync(readPartners, [])).Reason);

        Assert.Equal(before + 1, Refusals());
        Assert.All(
            hub.LoggedEvents.Where(e => e.Id.Id == (int)SecurityEvent.PermissionRefused),
            e => Assert.Equal(Principal.PartnerUri + Reader, e.Fields["Principal"]));

        int Refusals() => hub.LoggedEvents.Count(e => e.Id.Id == (int)SecurityEvent.PermissionRefused);
    }

    [Theory]
    [InlineData("revoked")]
    [InlineData("expired")]
    [InlineData("renewed and revoked with its successors")]
    [InlineData("suspended and let back")]
    public async Task Certificate_Further_WhateverBecameOfThoseBefore_ReadsNothing(string became)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-5));
        await using var hub = await TestHub.StartAsync(
            time, settings: new HubSettings { Certificates = new CertificateSettings { ClientDays = became == "expired" ? 2 : 365 } });
        var (_, municipality) = await hub.AgreedPairAsync();
        switch (became)
        {
            case "revoked":
                await RevokeAllAsync(hub, Reader);
                break;
            case "expired":
                time.Advance(TimeSpan.FromDays(3));
                await hub.RestartAsync();
                break;
            case "suspended and let back":
                await hub.Operator.Partners.SuspendPartnerAsync(
                    new SuspendPartnerRequest { Name = ReaderName, Reason = "A test." }, cancellationToken: Cancellation);
                await hub.Operator.Partners.ResumePartnerAsync(
                    new ResumePartnerRequest { Name = ReaderName }, cancellationToken: Cancellation);
                break;
            default:
                await municipality.RenewAsync(Cancellation);
                await RevokeAllAsync(hub, Reader);
                break;
        }

        var thief = await hub.JoinAsync(Reader, "thief");

        Assert.Equal(
            became == "suspended and let back" ? CertificateAccess.Pending : CertificateAccess.Sending,
            (await SelfAsync(thief)).Certificate.Access);
        await Refused.ForAsync("ACCESS_RESTRICTED", () => thief.IncidentPagesAsync(10));
    }

    [Fact]
    public async Task Operator_ThatRevokesAllAfterJoining_GainsTheDelayAndNoMore()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-5));
        await using var hub = await TestHub.StartAsync(time);
        await hub.AgreedPairAsync();
        var thief = await hub.JoinAsync(Reader, "thief");
        Assert.Equal(CertificateAccess.Pending, (await SelfAsync(thief)).Certificate.Access);
        time.Advance(TimeSpan.FromHours(80));

        await RevokeAsync(hub, hub.IdentityPath(Reader));

        var self = await SelfAsync(thief);
        Assert.Equal(CertificateAccess.Sending, self.Certificate.Access);
        Assert.Equal(time.GetUtcNow().AddHours(72), self.OpenRequests[0].GrantTime.ToDateTimeOffset(), TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Certificate_OfAPartnerThatLostAll_ReadsWithTheSeventySecondHourAndNotBefore()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-5));
        await using var hub = await TestHub.StartAsync(time);
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));
        await RevokeAllAsync(hub, Reader);
        await hub.JoinAsync(Reader, "new");
        var full = (await hub.OpenRequestsAsync(Reader))[0].GrantTime.ToDateTimeOffset();

        time.Advance(full - time.GetUtcNow() - TimeSpan.FromSeconds(1));
        await hub.RestartAsync();
        Assert.Equal("ACCESS_RESTRICTED", await ReadAsync(hub, "new"));

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await ReadAsync(hub, "new"));
        await hub.Hub.Services.GetRequiredService<PartnerRegister>().SettleAsync(Cancellation);
        await hub.RestartAsync();
        Assert.Null(await ReadAsync(hub, "new"));
        Assert.Contains(await NoticesAsync(hub, "new"), n => n.Kind == NoticeKind.ConsentElapsed);
    }

    [Fact]
    public async Task Token_OfAnotherAccess_GivesNoMoreThanTheCertificateHasNow()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-5));
        await using var hub = await TestHub.StartAsync(time);
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));
        await hub.JoinAsync(Reader, "thief");

        // Asked for while it may do nothing: all that it gets is what it may.
        var pending = await hub.TokenAsync("thief");
        var request = Assert.Single(await hub.OpenRequestsAsync(Reader));
        await hub.ConsentAsync(Reader, request);
        Assert.Equal("PERMISSION_MISSING", await ReadAsync(hub, "thief", pending));
        Assert.Null(await ReadAsync(hub, "thief"));

        // Asked for when it may read: worth nothing when it may not.
        using var full = await ChannelAsync(hub, "thief");
        Assert.Null(await ReadAsync(full));
        await RevokeAsync(hub, hub.IdentityPath("thief"));
        Assert.Equal("CERTIFICATE_REVOKED", await ReadAsync(full));
    }

    [Fact]
    public async Task Consent_OfACertificateOnItself_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (_, municipality) = await hub.AgreedPairAsync();
        var thief = await hub.JoinAsync(Reader, "thief");
        var request = Assert.Single((await SelfAsync(thief)).OpenRequests);
        using var identity = IdentityFolder.Load(hub.IdentityPath("thief"));

        await Refused.ForAsync("ACCESS_RESTRICTED", () => Consents.GiveAsync(thief, identity, request));
        await Refused.ForAsync("ACCESS_RESTRICTED", () => Consents.GiveAsync(municipality, identity, request));
        await Refused.ForAsync("ACCESS_RESTRICTED", () => HandInAsync(hub, thief, identity.Certificate, request));
        await Refused.ForAsync("ACCESS_RESTRICTED", () => Consents.ObjectAsync(thief, request, "A test."));
        Assert.Equal(CertificateAccess.Pending, (await SelfAsync(thief)).Certificate.Access);
    }

    [Fact]
    public async Task Consent_ByAnotherOrOverOtherBytes_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        await hub.JoinAsync(Reader, "first");
        await hub.JoinAsync(Reader, "second");
        var requests = (await SelfAsync(municipality)).OpenRequests;
        var (first, second) = (requests[0], requests[1]);
        using var own = IdentityFolder.Load(hub.IdentityPath(Reader));
        using var polices = IdentityFolder.Load(hub.IdentityPath("polisen"));
        var agreement = await municipality.AgreementAsync("est");

        await Refused.ForAsync("NOT_FOUND", "name", () => GiveAsync(police, first, AgreementSigning.Sign(first.Document.Memory, polices)));
        await Refused.ForAsync("PERMISSION_MISSING", () => GiveAsync(hub.Operator, first, [1]));
        foreach (var wrong in new[]
        {
            AgreementSigning.Sign(first.Document.Memory, polices),
            AgreementSigning.Sign(second.Document.Memory, own),
            AgreementSigning.Sign(agreement.Document.Memory, own),
            AgreementSigning.Sign(new byte[] { 1, 2, 3 }, own),
            [],
            [1, 2, 3],
        })
        {
            await Refused.ForAsync("SIGNATURE_INVALID", "signature", () => GiveAsync(municipality, first, wrong));
        }

        Assert.All((await SelfAsync(municipality)).OpenRequests, r => Assert.Equal(ConsentState.Waiting, r.State));
    }

    [Fact]
    public async Task Consent_AfterAnObjection_IsRefusedAndTheCodeIsOver()
    {
        await using var hub = await TestHub.StartAsync();
        var (_, municipality) = await hub.AgreedPairAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var code = await CodeAsync(hub);
        var joined = await JoinAsync(hub, code, key);
        var unused = await CodeAsync(hub);

        var dead = await Consents.ObjectAsync(municipality, joined.ConsentRequest, "We did not ask for this.", Cancellation);

        Assert.Equal(ConsentState.Objected, dead.State);
        Assert.Equal(dead, await Consents.ObjectAsync(municipality, joined.ConsentRequest, "Again.", Cancellation));
        await Refused.ForAsync("CONSENT_STATE", "name", () => hub.ConsentAsync(Reader, joined.ConsentRequest));
        Assert.Equal("ENROLMENT_CODE_USED", await JoinReasonAsync(hub, code, key));
        Assert.Equal("ENROLMENT_CODE_USED", await JoinReasonAsync(hub, unused, key));
        await hub.RestartAsync();
        Assert.Equal(ConsentState.Objected, (await RequestsAsync(hub)).Single().State);
        var certificate = (await SelfAsync(municipality)).Partner.Certificates.Single(c => c.ConsentRequest.Length > 0);
        Assert.Equal((CertificateState.Revoked, CertificateAccess.None), (certificate.State, certificate.Access));
    }

    [Fact]
    public async Task Objection_WithinTheDelay_EndsRunningStreamsOfTheNewCertificateAndItsRenewals()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        using var contact = Consents.MakeContactCertificate("Vakthavande IT");
        await SetContactsAsync(hub, "polisen", contact);
        await RevokeAllAsync(hub, "polisen");
        var own = await hub.JoinAsync("polisen", "own");
        var thief = await hub.JoinAsync("polisen", "thief");
        var (first, second) = ((await SelfAsync(own)).OpenRequests.Single(), (await SelfAsync(thief)).OpenRequests.Single());
        await thief.RenewAsync(Cancellation);
        Assert.Equal(CertificateAccess.Sending, (await SelfAsync(thief)).Certificate.Access);
        await Refused.ForAsync("ACCESS_RESTRICTED", () => thief.IncidentPagesAsync(10));
        using var channel = await ChannelAsync(hub, "thief");
        using var call = new TrygghetHub.Incidents.V1.IncidentService.IncidentServiceClient(channel).StreamIncidents(cancellationToken: Cancellation);
        await call.RequestStream.WriteAsync(
            new TrygghetHub.Incidents.V1.StreamIncidentsRequest { Incidents = { Examples.Incidents("s", 1) } }, Cancellation);
        Assert.True(await call.ResponseStream.MoveNext(Cancellation));

        // One of the two is the partner's: its contact says which.
        await HandInAsync(hub, own, contact, first);
        using var identity = IdentityFolder.Load(hub.IdentityPath("own"));
        using var full = HubClient.Connect(identity);
        await Consents.ObjectAsync(full, second, "We did not ask for this.", Cancellation);

        var ended = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext(Cancellation))
            {
                // What was read is answered before it ends.
            }
        });
        // The consent to the other ends it: with it the partner can consent, and this one waits again.
        Assert.Equal("ACCESS_RESTRICTED", DirectCaller.ReasonOf(ended));
        var ofThief = (await PartnerAsync(hub, "polisen")).Certificates.Where(c => c.ConsentRequest == second.Name).ToList();
        Assert.Equal(2, ofThief.Count);
        Assert.All(ofThief, c => Assert.Equal(
            (CertificateState.Revoked, CertificateAccess.None), (c.State, c.Access)));
    }

    [Fact]
    public async Task Renewal_OfACertificateWithoutConsent_WaitsToo()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        var pending = await hub.JoinAsync(Reader, "pending");
        await Refused.ForAsync("ACCESS_RESTRICTED", () => pending.RenewAsync(Cancellation));
        await RevokeAllAsync(hub, "polisen");
        var sending = await hub.JoinAsync("polisen", "sending");

        await sending.RenewAsync(Cancellation);

        var self = await SelfAsync(sending);
        Assert.NotEmpty(self.Certificate.PredecessorSha256);
        Assert.Equal((CertificateAccess.Sending, self.OpenRequests.Single().Name), (self.Certificate.Access, self.Certificate.ConsentRequest));
        await Refused.ForAsync("ACCESS_RESTRICTED", () => sending.IncidentPagesAsync(10));
    }

    [Fact]
    public async Task Consent_ThatWaitedBehindTheRevocationOfItsSigner_GrantsNothing()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await hub.JoinAsync(Reader, "thief");
        var register = hub.Hub.Services.GetRequiredService<PartnerRegister>();
        var signatures = hub.Hub.Services.GetRequiredService<KeptSignatures>();
        using var identity = IdentityFolder.Load(hub.IdentityPath(Reader));
        var request = register.Book.Requests.Values.Single();
        var cms = AgreementSigning.Sign(request.Document, identity);

        // Checked before, and on the lane after.
        var signature = signatures.CheckPartner(request.Document, cms, Reader, "consents.decide", "this request");
        await RevokeAsync(hub, hub.IdentityPath(Reader));
        var refused = await Assert.ThrowsAsync<TrygghetHub.Server.Platform.Errors.HubException>(() => register.GiveConsentAsync(
            new PartnerId(Reader), request.Id, cms, signature, keepExisting: false, "test", Cancellation));

        Assert.Equal(TrygghetHub.Errors.V1.ErrorReason.CertificateRevoked, refused.Refusal.Reason);
        Assert.Null(register.Book.Requests[request.Id].Outcome);
    }

    [Fact]
    public async Task Consent_ThatWaitedBehindTheSuspensionOfItsPartner_GrantsNothing()
    {
        await using var hub = await TestHub.StartAsync();
        var (_, municipality) = await hub.AgreedPairAsync();
        using var contact = Consents.MakeContactCertificate("Vakthavande IT");
        await SetContactsAsync(hub, Reader, contact);
        await hub.JoinAsync(Reader, "thief");
        var register = hub.Hub.Services.GetRequiredService<PartnerRegister>();
        var signatures = hub.Hub.Services.GetRequiredService<KeptSignatures>();
        using var identity = IdentityFolder.Load(hub.IdentityPath(Reader));
        var request = register.Book.Requests.Values.Single();
        var cms = AgreementSigning.Sign(request.Document, identity);

        // Checked before, and on the lane after.
        var signature = signatures.CheckPartner(request.Document, cms, Reader, "consents.decide", "this request");
        await hub.Operator.Partners.SuspendPartnerAsync(
            new SuspendPartnerRequest { Name = ReaderName, Reason = "A test." }, cancellationToken: Cancellation);
        var refused = await Assert.ThrowsAsync<TrygghetHub.Server.Platform.Errors.HubException>(() => register.GiveConsentAsync(
            new PartnerId(Reader), request.Id, cms, signature, keepExisting: false, "test", Cancellation));
        var refusedContact = await Assert.ThrowsAsync<TrygghetHub.Server.Platform.Errors.HubException>(() => register.HandInConsentAsync(
            new PartnerId(Reader), request.Id, AgreementSigning.Sign(request.Document, contact), contact, "test", Cancellation));

        Assert.Equal(TrygghetHub.Errors.V1.ErrorReason.PartnerSuspended, refused.Refusal.Reason);
        Assert.Equal(TrygghetHub.Errors.V1.ErrorReason.PartnerSuspended, refusedContact.Refusal.Reason);
        Assert.Null(register.Book.Requests[request.Id].Outcome);
        var known = Assert.Single(await RequestsAsync(hub));
        await Assert.ThrowsAsync<HubException>(() => GiveAsync(municipality, known, cms));
        Assert.Equal(ConsentState.Waiting, Assert.Single(await RequestsAsync(hub)).State);
    }

    [Fact]
    public async Task Consent_Replayed_BringsBackNeitherRolesNorACertificateThatWereTakenAway()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        using var own = IdentityFolder.Load(hub.IdentityPath(Reader));
        using var polices = IdentityFolder.Load(hub.IdentityPath("polisen"));
        var wider = (await SetRolesAsync(hub, PartnerRole.PartnerSystem, PartnerRole.Auditor)).ConsentRequest;
        var roles = AgreementSigning.Sign(wider.Document.Memory, polices);
        await GiveAsync(police, wider, roles);
        await SetRolesAsync(hub, PartnerRole.Reporter);
        await hub.JoinAsync(Reader, "new");
        var joined = Assert.Single((await SelfAsync(municipality)).OpenRequests);
        var certificate = AgreementSigning.Sign(joined.Document.Memory, own);
        await GiveAsync(municipality, joined, certificate);
        await RevokeAsync(hub, hub.IdentityPath("new"));

        var again = (await GiveAsync(police, wider, roles)).Request;
        Assert.Equal(ConsentState.Consented, (await GiveAsync(municipality, joined, certificate)).Request.State);

        Assert.Equal(ConsentState.Consented, again.State);
        Assert.Equal([PartnerRole.Reporter], (await PartnerAsync(hub, "polisen")).Roles);
        var revoked = (await PartnerAsync(hub, Reader)).Certificates.Single(c => c.ConsentRequest == joined.Name);
        Assert.Equal(CertificateState.Revoked, revoked.State);
        Assert.Single(await NoticesAsync(hub, "polisen"), n => n.Kind == NoticeKind.ConsentGiven && n.Partner == "polisen");

        // Nor does it serve for the same thing that is asked for again.
        var second = (await SetRolesAsync(hub, PartnerRole.PartnerSystem, PartnerRole.Auditor)).ConsentRequest;
        await Refused.ForAsync("SIGNATURE_INVALID", "signature", () => GiveAsync(police, second, roles));
    }

    [Fact]
    public async Task Signature_OfAnAgreementByACertificateWithoutConsent_IsRefused()
    {
        await using var hub = await TestHub.StartAsync();
        var (_, municipality) = await hub.AgreedPairAsync();
        await hub.JoinAsync(Reader, "thief");
        var proposed = await hub.Operator.ProposeAsync(
            await hub.Operator.DraftAsync(Examples.Agreement("other", "polisen", Reader)));

        await Refused.ForAsync(
            "ACCESS_RESTRICTED", () => municipality.SignAsync(proposed, hub.SignatureOf("thief", proposed.Document.Span)));
    }

    [Fact]
    public async Task Roles_WidenedByTheOperator_WaitAndNarrowedAreGoneAtOnce()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();

        var wider = await SetRolesAsync(hub, PartnerRole.PartnerSystem, PartnerRole.Auditor);
        Assert.Equal([PartnerRole.PartnerSystem], wider.Partner.Roles);
        Assert.Equal([PartnerRole.Auditor], DocumentOf(hub, wider.ConsentRequest).Roles.Added);
        Assert.Equal(wider.ConsentRequest, (await SetRolesAsync(hub, PartnerRole.PartnerSystem, PartnerRole.Auditor)).ConsentRequest);
        await hub.RestartAsync();

        // What was taken away since does not come back with a consent that comes late.
        var narrower = await SetRolesAsync(hub, PartnerRole.Reporter);
        Assert.Equal([PartnerRole.Reporter], narrower.Partner.Roles);
        Assert.Null(narrower.ConsentRequest);
        await Refused.ForAsync("CONSENT_STATE", "name", () => hub.ConsentAsync("polisen", wider.ConsentRequest));

        var again = await SetRolesAsync(hub, PartnerRole.PartnerSystem, PartnerRole.Coordinator);
        Assert.Empty(again.Partner.Roles.Except([PartnerRole.Reporter]));
        await hub.ConsentAsync("polisen", again.ConsentRequest);
        Assert.Equal([PartnerRole.PartnerSystem, PartnerRole.Coordinator], (await PartnerAsync(hub, "polisen")).Roles);
    }

    [Fact]
    public async Task Roles_SetToOthersAlone_AreRemovedAtOnceAndThePartnerCanStillConsent()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();

        var other = await SetRolesAsync(hub, PartnerRole.Auditor);

        Assert.Empty(other.Partner.Roles);
        await Refused.ForAsync("PERMISSION_MISSING", () => police.SubmitAsync(Examples.Incident("one")));
        await hub.ConsentAsync("polisen", other.ConsentRequest);
        Assert.Equal([PartnerRole.Auditor], (await PartnerAsync(hub, "polisen")).Roles);

        // What is in both stays meanwhile.
        var more = await SetRolesAsync(hub, PartnerRole.Auditor, PartnerRole.Coordinator);
        Assert.Equal([PartnerRole.Auditor], more.Partner.Roles);
        Assert.Equal([PartnerRole.Coordinator], DocumentOf(hub, more.ConsentRequest).Roles.Added);
    }

    [Fact]
    public async Task Roles_OfAPartnerThatHasNotJoined_AreSetAtOnce()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.Operator.Partners.CreatePartnerAsync(
            new CreatePartnerRequest { Partner = new Wire.Partner { Id = "revision", DisplayName = "Revision", Kind = PartnerKind.MunicipalUnit } },
            cancellationToken: Cancellation);

        var set = await hub.Operator.Partners.SetPartnerRolesAsync(
            new SetPartnerRolesRequest { Name = "partners/revision", Roles = { PartnerRole.Auditor } }, cancellationToken: Cancellation);

        Assert.Equal([PartnerRole.Auditor], set.Partner.Roles);
        Assert.Null(set.ConsentRequest);
    }

    [Fact]
    public async Task Requests_MoreThanAPartnerCanLookAt_AreRefused()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        for (var i = 0; i < 10; i++)
        {
            await hub.JoinAsync(Reader, "thief" + i);
        }

        Assert.Equal("CONSENT_STATE", await JoinReasonAsync(hub, await CodeAsync(hub), key));
    }

    private static async Task<SetPartnerRolesResponse> SetRolesAsync(TestHub hub, params PartnerRole[] roles) =>
        await hub.Operator.Partners.SetPartnerRolesAsync(
            new SetPartnerRolesRequest { Name = "partners/polisen", Roles = { roles } }, cancellationToken: Cancellation);
}
