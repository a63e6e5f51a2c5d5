using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Client;

/// <summary>
/// What a partner decides about itself: consents to further certificates and wider roles, and objections. Thread-safe.
/// </summary>
/// <remarks>
/// A consent is a signature over the bytes of <see cref="ConsentRequest.Document"/>. <see cref="Read"/> shows what stands in
/// them: look at that, and not at what stands beside.
/// </remarks>
public static class Consents
{
    private const string DocumentType = "TrygghetHub consent request 1";

    /// <summary>What a request asks for, read from the bytes that are signed.</summary>
    /// <exception cref="HubException">The document is none, or is of another request.</exception>
    public static ConsentDocument Read(ConsentRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ConsentDocument? document = null;
        try
        {
            document = ConsentDocument.Parser.ParseFrom(request.Document);
        }
        catch (InvalidProtocolBufferException)
        {
            // Then it is none.
        }

        return document is { Type: DocumentType } && document.Request == request.Name
            ? document
            : throw new HubException(
                StatusCode.DataLoss, "What the hub gave as the document of this request is not one.",
                remedy: "Sign nothing. Tell the hub's operator.");
    }

    /// <summary>Signs a request with a certificate that has its private key.</summary>
    /// <param name="request">As the hub gave it.</param>
    /// <param name="certificate">A standing certificate of the partner; for a contact's consent the contact's.</param>
    /// <param name="time">The signer's clock, which stands in the signature; null for the system's.</param>
    /// <returns>What <c>GiveConsent</c> and <c>HandInContactConsent</c> take: CMS SignedData, DER, detached.</returns>
    /// <exception cref="CryptographicException">The certificate has no private key, or one that cannot sign.</exception>
    public static byte[] Sign(ConsentRequest request, X509Certificate2 certificate, TimeProvider? time = null)
    {
        Read(request);
        return AgreementSigning.Sign(request.Document.Memory, certificate, time);
    }

    /// <summary>Consents to a request with the certificate of an identity folder.</summary>
    /// <param name="client">The partner's.</param>
    /// <param name="identity">Who signs: a certificate with full access, and not the one that is asked for.</param>
    /// <param name="request">As the hub gave it; look at it first.</param>
    /// <param name="keepExisting">Whether the partner's other certificates go on beside a new one.</param>
    /// <param name="cancellation">Ends the wait; the same again changes nothing.</param>
    /// <returns>The request as it stands then.</returns>
    /// <exception cref="HubException">SIGNATURE_INVALID, CONSENT_STATE, ACCESS_RESTRICTED, NOT_FOUND.</exception>
    public static async Task<ConsentRequest> GiveAsync(
        HubClient client, IdentityFolder identity, ConsentRequest request, bool keepExisting = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(identity);
        return (await client.Caller.GiveConsentAsync(
            new GiveConsentRequest
            {
                Name = request.Name,
                Signature = ByteString.CopyFrom(Sign(request, identity.Certificate)),
                KeepExisting = keepExisting,
            },
            cancellationToken: cancellation).ConfigureAwait(false)).Request;
    }

    /// <summary>Hands in the consent of a registered contact.</summary>
    /// <param name="client">Of the new certificate, which may send and not read yet.</param>
    /// <param name="contact">The contact's certificate with its private key.</param>
    /// <param name="request">As the hub gave it.</param>
    /// <param name="cancellation">Ends the wait; the same again changes nothing.</param>
    /// <returns>The request as it stands then.</returns>
    /// <exception cref="HubException">SIGNATURE_INVALID, CONSENT_STATE, NOT_FOUND.</exception>
    public static async Task<ConsentRequest> HandInAsync(
        HubClient client, X509Certificate2 contact, ConsentRequest request, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return (await client.Caller.HandInContactConsentAsync(
            new HandInContactConsentRequest
            {
                Name = request.Name,
                Signature = ByteString.CopyFrom(Sign(request, contact)),
            },
            cancellationToken: cancellation).ConfigureAwait(false)).Request;
    }

    /// <summary>Objects to a request: it is dead for good.</summary>
    /// <param name="client">Of a certificate with full access.</param>
    /// <param name="request">As the hub gave it.</param>
    /// <param name="reason">Why, 1 to 200 characters, naming no person.</param>
    /// <param name="cancellation">Ends the wait; the same again changes nothing.</param>
    /// <exception cref="HubException">CONSENT_STATE, ACCESS_RESTRICTED, NOT_FOUND.</exception>
    public static async Task<ConsentRequest> ObjectAsync(
        HubClient client, ConsentRequest request, string reason, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        return (await client.Caller.RaiseObjectionAsync(
            new RaiseObjectionRequest { Name = request.Name, Reason = reason },
            cancellationToken: cancellation).ConfigureAwait(false)).Request;
    }

    /// <summary>Makes a contact's certificate, self-signed, with a new ECDSA P-256 key.</summary>
    /// <param name="function">Whose it is, such as <c>Vakthavande IT</c>.</param>
    /// <param name="years">How long it holds.</param>
    /// <param name="time">From when on it holds; null for the system's clock.</param>
    public static X509Certificate2 MakeContactCertificate(string function, int years = 10, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(function);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(function);
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        // Clocks differ by minutes.
        var from = (time ?? TimeProvider.System).GetUtcNow().AddMinutes(-5);
        return request.CreateSelfSigned(from, from.AddYears(years));
    }
}
