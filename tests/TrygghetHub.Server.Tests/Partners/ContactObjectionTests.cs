using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Testing;
using static TrygghetHub.Server.Tests.Partners.ConsentSteps;
using ConsentRequest = TrygghetHub.Partners.V1.ConsentRequest;

namespace TrygghetHub.Server.Tests.Partners;

/// <summary>A partner that has no valid certificate left, and objects by the key of a contact.</summary>
public sealed class ContactObjectionTests : IAsyncLifetime
{
    private const string Reason = "Vi har inte bett om detta.";

    // openssl cms -sign -binary -in objection.txt -signer contact.pem -md sha256 -outform DER, with a key of openssl req.
    private const string MadeByOpenSsl =
        "MIIDSgYJKoZIhvcNAQcCoIIDOzCCAzcCAQExDTALBglghkgBZQMEAgEwCwYJKoZIhvcNAQcBoIIBjDCCAYgwggEtoAMCAQICFF2o4+96rc5cgQ"
        + "83IsbwsFZtXUuGMAoGCCqGSM49BAMCMBkxFzAVBgNVBAMMDlZha3RoYXZhbmRlIElUMB4XDTI2MTIwMTExNTAxOFoXDTM2MTEyODExNTAxOFow"
        + "GTEXMBUGA1UEAwwOVmFrdGhhdmFuZGUgSVQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATii+1IdwYUHkWWeTtJKkJ9CIlxswdLPnyOeADIrJ"
        + "8r5IN0ZL8bPkqljNSbnoUKmFM0j/nabrT591fHcEuUWHCxo1MwUTAdBgNVHQ4EFgQUxXJPJXRltx0BlPgjWD///7qUz+QwHwYDVR0jBBgwFoAU"
        + "xXJPJXRltx0BlPgjWD///7qUz+QwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAwyc+IjjQivqIrZclrQcSmOS5C4Sgi3+VJT"
        + "A/Ffa1yhICIQC9iXWEEDm81U4knpi+BsbWcaiGG0ptoTXNKFET+6vYOzGCAYQwggGAAgEBMDEwGTEXMBUGA1UEAwwOVmFrdGhhdmFuZGUgSVQC"
        + "FF2o4+96rc5cgQ83IsbwsFZtXUuGMAsGCWCGSAFlAwQCAaCB5DAYBgkqhkiG9w0BCQMxCwYJKoZIhvcNAQcBMBwGCSqGSIb3DQEJBTEPFw0yNj"
        + "EyMDExMTUwMThaMC8GCSqGSIb3DQEJBDEiBCD1ptJW2gdgQW44hOmsnOImRYr0ZabyfxNk1jdXKn9ApjB5BgkqhkiG9w0BCQ8xbDBqMAsGCWCG"
        + "SAFlAwQBKjALBglghkgBZQMEARYwCwYJYIZIAWUDBAECMAoGCCqGSIb3DQMHMA4GCCqGSIb3DQMCAgIAgDANBggqhkiG9w0DAgIBQDAHBgUrDg"
        + "MCBzANBggqhkiG9w0DAgIBKDAKBggqhkjOPQQDAgRIMEYCIQDllnWURhmcdecVJMfqzdKqoJaSnfGTIXdTdw6IVOh0zwIhAOa6XIDj9Yu1Z0AN"
        + "mIj84JV8MgG3Mypk5Wq39KPW9U2v";

    private readonly X509Certificate2 contact = Consents.MakeContactCertificate("Vakthavande IT");
    private readonly X509Certificate2 stranger = Consents.MakeContactCertificate("Vakthavande IT");
    private TestHub hub = null!;
    private HubClient police = null!;
    private HubClient thief = null!;
    private ConsentRequest request = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        hub = await TestHub.StartAsync();
        (police, _) = await hub.AgreedPairAsync();
        await SetContactsAsync(hub, Reader, contact);
        await RevokeAllAsync(hub, Reader);
        thief = await hub.JoinAsync(Reader, "thief");
        request = (await SelfAsync(thief)).OpenRequests.Single();
    }

    public async ValueTask DisposeAsync()
    {
        contact.Dispose();
        stranger.Dispose();
        await hub.DisposeAsync();
    }

    [Fact]
    public async Task Objection_ByAnybodyButAContactOfThePartner_ChangesNothing()
    {
        await SetContactsAsync(hub, "polisen", stranger);
        using var identity = IdentityFolder.Load(hub.IdentityPath(Reader));

        // Its own request, and one that is not its concern.
        await Refused.ForAsync("SIGNATURE_INVALID", "signature", () => ObjectAsync(thief, stranger));
        await Refused.ForAsync("SIGNATURE_INVALID", "signature", () => ObjectAsync(thief, identity.Certificate));
        await Refused.ForAsync("NOT_FOUND", "name", () => ObjectAsync(police, stranger));
        await Refused.ForAsync("NOT_FOUND", "name", () => ObjectAsync(police, contact, request.Name + "x"));
        await Refused.ForAsync("NOT_FOUND", "name", () => ObjectAsync(police, contact, request.Id));
        await Refused.ForAsync("NOT_FOUND", "name", () => ObjectAsync(
            hub.Operator, contact, request.Name.Replace(Reader, "polisen", StringComparison.Ordinal)));

        Assert.Equal(ConsentState.Delayed, Assert.Single(await RequestsAsync(hub)).State);
        Assert.Equal(CertificateAccess.Sending, (await SelfAsync(thief)).Certificate.Access);
    }

    [Fact]
    public async Task Objection_OverOtherBytes_IsRefused()
    {
        using var identity = IdentityFolder.Load(hub.IdentityPath(Reader));
        var consent = Consents.Sign(request, identity, contact);
        var objection = Consents.SignObjection(request.Name, Reason, contact);
        foreach (var wrong in new[]
        {
            consent,
            Consents.SignObjection(request.Name, "Another reason.", contact),
            Consents.SignObjection(request.Name + "x", Reason, contact),
            [],
            [1, 2, 3],
        })
        {
            await Refused.ForAsync(
                "SIGNATURE_INVALID", "signature", () => Consents.HandInObjectionAsync(police, request.Name, Reason, wrong));
        }

        // Nor is an objection a consent.
        await Refused.ForAsync("SIGNATURE_INVALID", "signature", () => Consents.HandInAsync(thief, request, objection));
        Assert.Equal(ConsentState.Delayed, Assert.Single(await RequestsAsync(hub)).State);
    }

    [Theory]
    [InlineData("another certificate of the partner")]
    [InlineData("another partner")]
    [InlineData("the operator")]
    public async Task Objection_OfAContact_RefusesTheRequestWhoeverHandsItIn(string through)
    {
        var second = through == "another certificate of the partner" ? await hub.JoinAsync(Reader, "second") : null;
        var client = second ?? (through == "the operator" ? hub.Operator : police);
        var unused = await CodeAsync(hub);

        var at = await ObjectAsync(client, contact);

        var refused = (await RequestsAsync(hub)).Single(r => r.Id == request.Id);
        Assert.Equal((ConsentState.Objected, "contact:Vakthavande IT", Reason), (refused.State, refused.DecidedBy, refused.Reason));
        Assert.Equal(at, refused.DecideTime.ToDateTimeOffset());
        Assert.Equal(at, await ObjectAsync(client, contact));
        await hub.RestartAsync();
        Assert.Equal(refused, (await RequestsAsync(hub)).Single(r => r.Id == request.Id));
        var certificate = (await PartnerAsync(hub, Reader)).Certificates.Single(c => c.ConsentRequest == request.Name);
        Assert.Equal((CertificateState.Revoked, CertificateAccess.None), (certificate.State, certificate.Access));
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        Assert.Equal("ENROLMENT_CODE_USED", await JoinReasonAsync(hub, unused, key));
        Assert.Contains(
            (await SelfAsync(police)).Notices, n => n.Kind == NoticeKind.ConsentObjected && n.ConsentRequest == request.Name);
    }

    [Fact]
    public async Task Objection_AsKept_VerifiesOverTheDocumentedTextWithoutTheHub()
    {
        await ObjectAsync(police, contact);
        var kept = Assert.Single(await RequestsAsync(hub));

        var text = $"TrygghetHub objection 1\n{request.Name}\n{Reason}\n";
        var signed = new System.Security.Cryptography.Pkcs.SignedCms(
            new System.Security.Cryptography.Pkcs.ContentInfo(System.Text.Encoding.UTF8.GetBytes(text)), detached: true);
        signed.Decode(kept.Signature.ToByteArray());
        signed.CheckSignature(verifySignatureOnly: true);

        Assert.Equal(contact.RawData, Assert.Single(kept.Chain).ToByteArray());
    }

    [Fact]
    public async Task Consent_AfterTheObjectionOfAContact_IsRefused()
    {
        await ObjectAsync(police, contact);
        var second = await hub.JoinAsync(Reader, "second");
        using var identity = IdentityFolder.Load(hub.IdentityPath(Reader));

        await Refused.ForAsync("CONSENT_STATE", "name", () => Consents.HandInAsync(
            second, request, Consents.Sign(request, identity, contact)));
    }

    [Fact]
    public async Task Objection_AfterTheConsentOfAContact_IsRefused()
    {
        await HandInAsync(hub, thief, contact, request);

        await Refused.ForAsync("CONSENT_STATE", "name", () => ObjectAsync(police, contact));
    }

    [Fact]
    public async Task Objection_OfAContactRegisteredAfterTheRequest_IsRefused()
    {
        await HandInAsync(hub, thief, contact, request);
        var late = await hub.JoinAsync(Reader, "late");
        var second = (await SelfAsync(late)).OpenRequests.Single();
        await SetContactsAsync(hub, "thief", stranger);

        await Refused.ForAsync("SIGNATURE_INVALID", "signature", () => ObjectAsync(police, stranger, second.Name));
    }

    [Fact]
    public void Signature_MadeByOpenSsl_HoldsOverTheText()
    {
        var document = Consents.ObjectionDocument("partners/polisen/consentRequests/abcdefghij", " " + Reason);

        using var signer = KeptSignatures.SignerOf(document, Convert.FromBase64String(MadeByOpenSsl), "this objection");

        Assert.Equal("CN=Vakthavande IT", signer.Subject);
    }

    [Fact]
    public void Objection_AsBytes_IsNoProtobufMessage() => Assert.Throws<InvalidProtocolBufferException>(
        () => ConsentDocument.Parser.ParseFrom(Consents.ObjectionDocument(request.Name, Reason)));

    private Task<DateTimeOffset> ObjectAsync(HubClient client, X509Certificate2 signer, string? name = null) =>
        Consents.HandInObjectionAsync(
            client, name ?? request.Name, Reason, Consents.SignObjection(name ?? request.Name, Reason, signer), Cancellation);
}
