using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Testing;
using static TrygghetHub.Server.Tests.Partners.ConsentSteps;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Tests.Partners;

/// <summary>A partner's consents, its contacts, and what it is told.</summary>
public sealed class ConsentTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Consent_OfThePartner_GrantsAllAndEndsTheOthersUnlessTheyAreKept(bool keep)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(-5));
        await using var hub = await TestHub.StartAsync(
            time, settings: new HubSettings { Certificates = new CertificateSettings { OverlapHours = 2 } });
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));
        var request = await JoinedRequestAsync(hub, "new");
        Assert.Equal("ACCESS_RESTRICTED", await ReadAsync(hub, "new"));

        var given = await hub.ConsentAsync(Reader, request, keep);

        Assert.Equal((ConsentState.Consented, keep), (given.State, given.KeepExisting));
        Assert.NotEmpty(given.Signature);
        Assert.Equal(given, await hub.ConsentAsync(Reader, request, keep));
        Assert.Null(await ReadAsync(hub, "new"));
        Assert.Null(await ReadAsync(hub, Reader));
        var old = (await SelfAsync(municipality)).Certificate;
        Assert.Equal(keep ? CertificateState.Valid : CertificateState.Retiring, old.State);

        await hub.RestartAsync();
        time.Advance(TimeSpan.FromHours(2) + TimeSpan.FromSeconds(1));
        Assert.Null(await ReadAsync(hub, "new"));
        Assert.Equal(keep, (await PartnerAsync(hub, Reader)).Certificates
            .Single(c => c.ThumbprintSha256 == old.ThumbprintSha256).State == CertificateState.Valid);
        Assert.Equal(given, Assert.Single(await RequestsAsync(hub)));
    }

    [Fact]
    public async Task Consent_AsKept_VerifiesOverTheKeptBytesWithoutTheHub()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        var given = await hub.ConsentAsync(Reader, await JoinedRequestAsync(hub, "new"));

        var document = DocumentOf(hub, given);
        using var identity = IdentityFolder.Load(hub.IdentityPath(Reader));
        var signed = new System.Security.Cryptography.Pkcs.SignedCms(
            new System.Security.Cryptography.Pkcs.ContentInfo(given.Document.ToByteArray()), detached: true);
        signed.Decode(given.Signature.ToByteArray());
        signed.CheckSignature(verifySignatureOnly: true);

        Assert.Equal(identity.Certificate.RawData, signed.SignerInfos[0].Certificate!.RawData);
        Assert.Equal(identity.Certificate.RawData, given.Chain[0].ToByteArray());
        Assert.Equal((Reader, "urn:trygghet:operator:operator, with an enrolment code"), (document.Partner, document.RequestedBy));
        using var added = IdentityFolder.Load(hub.IdentityPath("new"));
        Assert.Equal(
            added.Certificate.PublicKey.ExportSubjectPublicKeyInfo(), document.Certificate.PublicKey.ToByteArray());
    }

    [Fact]
    public async Task Request_OfAnotherHubOrPartner_IsNotSigned()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var request = await JoinedRequestAsync(hub, "new");
        using var own = IdentityFolder.Load(hub.IdentityPath(Reader));
        using var polices = IdentityFolder.Load(hub.IdentityPath("polisen"));
        using var operators = IdentityFolder.Load(hub.Hub.OperatorFolder);
        using var contact = Consents.MakeContactCertificate("Vakthavande IT");

        AssertUnfit("is for upplands-bro, and the identity folder", request, polices);
        foreach (var (why, change) in new (string, Action<ConsentDocument>)[]
        {
            ("is of another hub", d => d.HubRootSha256 = new string('0', 64)),
            ("is of another hub", d => d.HubRootSha256 = ""),
            ("something else than the document", d => d.Partner = "polisen"),
            ("something else than the document", d => d.Request += "x"),
            ("something else than the document", d => d.Type = "TrygghetHub consent request 2"),
        })
        {
            var changed = ConsentDocument.Parser.ParseFrom(request.Document);
            change(changed);
            AssertUnfit(why, new Wire.ConsentRequest(request) { Document = changed.ToByteString() }, own);
        }

        Assert.Equal(Reader, Consents.Read(request, operators).Partner);
        Assert.Equal(Reader, Consents.Read(request, own).Partner);
        Assert.Equal(ConsentState.Waiting, Assert.Single(await RequestsAsync(hub)).State);

        void AssertUnfit(string why, Wire.ConsentRequest unfit, IdentityFolder identity)
        {
            var refused = Assert.Throws<HubException>(() => Consents.Sign(unfit, identity));
            Assert.Contains(why, refused.Message, StringComparison.Ordinal);
            Assert.StartsWith("Sign nothing.", refused.Remedy, StringComparison.Ordinal);
            Assert.Throws<HubException>(() => Consents.Sign(unfit, identity, contact));
        }
    }

    [Fact]
    public async Task FirstCertificate_OfAPartner_ReadsAtOnce()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.Operator.Partners.CreatePartnerAsync(
            new CreatePartnerRequest { Partner = new Wire.Partner { Id = "skolan", DisplayName = "Skolan", Kind = PartnerKind.School } },
            cancellationToken: Cancellation);

        var client = await hub.JoinAsync("skolan", "skolan");

        var self = await SelfAsync(client);
        Assert.Equal((CertificateAccess.Full, ""), (self.Certificate.Access, self.Certificate.ConsentRequest));
        Assert.Empty(self.OpenRequests);
    }

    [Fact]
    public async Task Certificate_OfAPartnerThatLostAll_SendsAndConfirmsAndReadsNothingMeanwhileAlsoOverARestart()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await RevokeAllAsync(hub, "polisen");
        var again = await hub.JoinAsync("polisen", "new");
        await hub.RestartAsync();

        await again.SubmitAsync(Examples.Incident("one"));
        await again.StreamAsync(Examples.Incidents("s", 2));
        await again.ConfirmAsync(2024, 20, TrygghetHub.Pictures.V1.WeekStatement.Complete);

        await Refused.ForAsync("ACCESS_RESTRICTED", () => again.HeldAsync("one"));
        await Refused.ForAsync("ACCESS_RESTRICTED", () => again.WithdrawIncidentAsync("one"));
        var told = await Refused.ForAsync("ACCESS_RESTRICTED", () => again.IncidentPagesAsync(10));
        Assert.Contains("may send reports and confirm weeks, and reads from", told.Rule, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Contact_ThatWasRegisteredBefore_ConsentsForAPartnerThatLostAll()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, _) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one"));
        using var contact = Consents.MakeContactCertificate("Vakthavande IT");
        using var stranger = Consents.MakeContactCertificate("Vakthavande IT");
        await SetContactsAsync(hub, Reader, contact);
        await RevokeAllAsync(hub, Reader);
        var again = await hub.JoinAsync(Reader, "new");
        var request = (await SelfAsync(again)).OpenRequests.Single();
        using var own = IdentityFolder.Load(hub.IdentityPath("new"));

        await Refused.ForAsync("SIGNATURE_INVALID", "signature", () => HandInAsync(hub, again, stranger, request));
        await Refused.ForAsync("SIGNATURE_INVALID", "signature", () => HandInAsync(hub, again, own.Certificate, request));
        var given = await HandInAsync(hub, again, contact, request);

        Assert.Equal((ConsentState.Consented, "contact:Vakthavande IT"), (given.State, given.DecidedBy));
        Assert.Equal(given, await HandInAsync(hub, again, contact, request));
        Assert.Null(await ReadAsync(hub, "new"));
    }

    [Fact]
    public async Task Contact_OfAPartnerThatCanConsentItself_Cannot()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        using var contact = Consents.MakeContactCertificate("Vakthavande IT");
        await SetContactsAsync(hub, Reader, contact);
        var request = await JoinedRequestAsync(hub, "new");
        using var identity = IdentityFolder.Load(hub.IdentityPath(Reader));
        using var municipality = HubClient.Connect(identity);

        await Refused.ForAsync("CONSENT_STATE", "name", () => HandInAsync(hub, municipality, contact, request));
    }

    [Fact]
    public async Task Contact_ThatWasChangedAfterTheRequest_CannotConsentToIt()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        using var before = Consents.MakeContactCertificate("Vakthavande IT");
        using var after = Consents.MakeContactCertificate("Vakthavande IT");
        await SetContactsAsync(hub, Reader, before);
        await RevokeAllAsync(hub, Reader);
        var first = await hub.JoinAsync(Reader, "first");
        var second = await hub.JoinAsync(Reader, "second");
        await HandInAsync(hub, first, before, (await SelfAsync(first)).OpenRequests.Single());
        await SetContactsAsync(hub, "first", after);

        var request = (await SelfAsync(second)).OpenRequests.Single();

        // The second waits again, since the first can consent: it is the first that may hand in.
        await Refused.ForAsync("ACCESS_RESTRICTED", () => HandInAsync(hub, second, before, request));
        using var full = IdentityFolder.Load(hub.IdentityPath("first"));
        using var client = HubClient.Connect(full);
        await Refused.ForAsync("SIGNATURE_INVALID", "signature", () => HandInAsync(hub, client, before, request));
        await Refused.ForAsync("SIGNATURE_INVALID", "signature", () => HandInAsync(hub, client, after, request));
    }

    [Fact]
    public async Task Contact_OfTheOperator_IsAnAddressAtTheCreationAndNothingMore()
    {
        await using var hub = await TestHub.StartAsync();
        using var key = Consents.MakeContactCertificate("Vakthavande IT");
        var request = new CreatePartnerRequest
        {
            Partner = new Wire.Partner { Id = "skolan", DisplayName = "Skolan", Kind = PartnerKind.School },
            Contact = new PartnerContact
            {
                Function = "Vakthavande IT",
                Address = "it@skolan.example",
                CertificateDer = ByteString.CopyFrom(key.RawData),
            },
        };
        await Refused.ForAsync("FIELD_INVALID", "contact.certificate_der", async () =>
            await hub.Operator.Partners.CreatePartnerAsync(request, cancellationToken: Cancellation));
        request.Contact.CertificateDer = ByteString.Empty;
        await hub.Operator.Partners.CreatePartnerAsync(request, cancellationToken: Cancellation);
        request.Contact.Address = "operator@hub.example";
        await hub.Operator.Partners.CreatePartnerAsync(request, cancellationToken: Cancellation);

        var client = await hub.JoinAsync("skolan", "skolan");

        Assert.Equal("it@skolan.example", Assert.Single((await SelfAsync(client)).Contacts).Address);
        await Refused.ForAsync("PERMISSION_MISSING", async () => await hub.Operator.Caller.SetContactsAsync(
            new SetContactsRequest(), cancellationToken: Cancellation));
    }

    [Theory]
    [InlineData("Vakthavande IT", "it", "contacts[0].address")]
    [InlineData("Vakthavande IT", "it@example", "contacts[0].address")]
    [InlineData("Vakthavande IT", "it@exa mple.se", "contacts[0].address")]
    [InlineData("Vakthavande IT", "it@example.se\nBcc: a@b.se", "contacts[0].address")]
    [InlineData("Vakthavande IT", "<it@example.se>", "contacts[0].address")]
    [InlineData("Vakthavande IT", "0101234567", "contacts[0].address")]
    [InlineData("Vakthavande IT", "+46 10 123 45 67", "contacts[0].address")]
    [InlineData("Vakthavande IT", "", "contacts[0].address")]
    [InlineData("", "it@example.se", "contacts[0].function")]
    [InlineData("Två\nrader", "it@example.se", "contacts[0].function")]
    public async Task Contact_ThatCannotBeReached_IsRefused(string function, string address, string field)
    {
        await using var hub = await TestHub.StartAsync();
        var police = await hub.PartnerAsync("polisen", PartnerKind.Police);

        await Refused.ForAsync("FIELD_INVALID", field, async () => await police.Caller.SetContactsAsync(
            new SetContactsRequest { Contacts = { new PartnerContact { Function = function, Address = address } } },
            cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Notices_OfWhatIsDoneInItsName_ReachThePartnerAndThoseOfRequestsTheOtherParty()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var school = await hub.PartnerAsync("skolan", PartnerKind.School);
        var request = await JoinedRequestAsync(hub, "new");
        await hub.ConsentAsync(Reader, request);
        await hub.Operator.Partners.SetPartnerRolesAsync(
            new SetPartnerRolesRequest { Name = ReaderName, Roles = { PartnerRole.Coordinator } }, cancellationToken: Cancellation);
        await hub.Operator.Partners.SuspendPartnerAsync(
            new SuspendPartnerRequest { Name = ReaderName, Reason = "An inquiry." }, cancellationToken: Cancellation);
        await hub.Operator.Partners.ResumePartnerAsync(
            new ResumePartnerRequest { Name = ReaderName }, cancellationToken: Cancellation);

        var own = (await SelfAsync(municipality)).Notices;
        Assert.Equal(
            [
                NoticeKind.Resumed, NoticeKind.Suspended, NoticeKind.RolesChanged, NoticeKind.CertificateRetiring,
                NoticeKind.ConsentGiven, NoticeKind.CertificateIssued, NoticeKind.ConsentAsked, NoticeKind.CodeMade,
                NoticeKind.CertificateIssued,
            ],
            own.Where(n => n.Partner == Reader).Select(n => n.Kind));
        Assert.Equal("An inquiry.", own.Single(n => n.Kind == NoticeKind.Suspended).Reason);

        // The other party is told of the consent and its outcome alone, and not by whom.
        var others = (await SelfAsync(police)).Notices.Where(n => n.Partner == Reader).ToList();
        Assert.Equal([NoticeKind.ConsentGiven, NoticeKind.ConsentAsked], others.Select(n => n.Kind));
        Assert.All(others, n => Assert.Equal(("", request.Name), (n.By, n.ConsentRequest)));
        Assert.DoesNotContain((await SelfAsync(school)).Notices, n => n.Partner != "skolan");
        var page = await municipality.Caller.ListNoticesAsync(new ListNoticesRequest { PageSize = 4 }, cancellationToken: Cancellation);
        var next = await municipality.Caller.ListNoticesAsync(
            new ListNoticesRequest { PageSize = 100, PageToken = page.NextPageToken }, cancellationToken: Cancellation);
        Assert.Equal(own, page.Notices.Concat(next.Notices));
    }

    [Fact]
    public async Task Letters_OfACodeAndARequest_SayWhatWhenAndHowToObject()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.AgreedPairAsync();
        await SetContactsAsync(hub, Reader, certificate: null);

        var code = await hub.Operator.Partners.CreateEnrolmentCodeAsync(
            new CreateEnrolmentCodeRequest { Name = ReaderName }, cancellationToken: Cancellation);
        var request = await JoinedRequestAsync(hub, "new");
        var item = Assert.Single((await hub.Operator.Partners.ListConsentRequestsAsync(
            new ListConsentRequestsRequest(), cancellationToken: Cancellation)).Items);

        Assert.Equal("it@polisen.example", Assert.Single(code.Letter.Recipients).Address);
        Assert.Contains("anslutningskod", code.Letter.Text, StringComparison.Ordinal);
        Assert.Equal(request, item.Request);
        Assert.Contains("thub cert object " + request.Id, item.Letter.Text, StringComparison.Ordinal);
        Assert.Contains(DocumentOf(hub, request).Certificate.ThumbprintSha256, item.Letter.Text, StringComparison.Ordinal);
        Assert.Contains("av den som driver hubben, med en anslutningskod.", item.Letter.Text, StringComparison.Ordinal);
    }

    private static async Task<Wire.ConsentRequest> JoinedRequestAsync(TestHub hub, string folder) =>
        (await SelfAsync(await hub.JoinAsync(Reader, folder))).OpenRequests.Single();
}
