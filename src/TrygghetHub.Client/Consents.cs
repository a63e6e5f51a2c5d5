using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using TrygghetHub.Partners;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Client;

/// <summary>
/// What a partner decides about itself: consents to further certificates and wider roles, and objections. Thread-safe.
/// </summary>
/// <remarks>
/// A consent is a signature over the bytes of <see cref="ConsentRequest.Document"/>. <see cref="Read"/> shows what these bytes
/// say: decide by that, and not by the other fields of the request.
/// </remarks>
public static class Consents
{
    private const string DocumentType = "TrygghetHub consent request 1";
    private const string PartnerUri = "urn:trygghet:partner:";

    /// <summary>What a request asks for, read from the bytes that are signed.</summary>
    /// <param name="request">As the hub gave it.</param>
    /// <param name="identity">The identity folder in use: the request must be of its hub and, unless it is an operator's, of its partner.</param>
    /// <exception cref="HubException">
    /// The document cannot be read, or is of another request, another hub or another partner. Nothing must be signed then.
    /// </exception>
    public static ConsentDocument Read(ConsentRequest request, IdentityFolder identity)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(identity);
        ConsentDocument? document = null;
        try
        {
            document = ConsentDocument.Parser.ParseFrom(request.Document);
        }
        catch (InvalidProtocolBufferException)
        {
            // Then it is none.
        }

        if (document is not { Type: DocumentType } || document.Request != request.Name
            || !document.Request.StartsWith($"partners/{document.Partner}/", StringComparison.Ordinal))
        {
            throw Unfit("The hub sent something else than the document of this request.", "Sign nothing. Tell the hub's operator.");
        }

        if (!identity.Roots.Any(root => root.GetCertHashString(HashAlgorithmName.SHA256)
            .Equals(document.HubRootSha256, StringComparison.OrdinalIgnoreCase)))
        {
            throw Unfit(
                $"Request {request.Id} is of another hub than the identity folder {identity.Path}.",
                "Sign nothing. If the hub has moved to a new root, run thub cert renew and try again; else tell the hub's operator.");
        }

        return !identity.Id.StartsWith(PartnerUri, StringComparison.Ordinal) || identity.Id == PartnerUri + document.Partner
            ? document
            : throw Unfit(
                $"Request {request.Id} is for {document.Partner}, and the identity folder {identity.Path} is of {identity.Id}.",
                "Sign nothing. Use the identity folder of the partner that the request is for.");
    }

    /// <summary>Signs a request with the certificate of an identity folder.</summary>
    /// <param name="request">As the hub gave it.</param>
    /// <param name="identity">A valid certificate of the partner, and not the one that is asked for.</param>
    /// <param name="time">The signer's clock, which is in the signature; null for the system's.</param>
    /// <returns>What <c>GiveConsent</c> takes: CMS SignedData, DER, detached.</returns>
    /// <exception cref="HubException">As <see cref="Read"/>.</exception>
    public static byte[] Sign(ConsentRequest request, IdentityFolder identity, TimeProvider? time = null)
    {
        Read(request, identity);
        return AgreementSigning.Sign(request.Document.Memory, identity, time);
    }

    /// <summary>Signs a request with the certificate of a registered contact.</summary>
    /// <param name="request">As the hub gave it.</param>
    /// <param name="identity">The partner's identity folder, which the request is compared with.</param>
    /// <param name="contact">The contact's certificate with its private key.</param>
    /// <param name="time">The signer's clock, which is in the signature; null for the system's.</param>
    /// <returns>What <c>HandInContactConsent</c> takes: CMS SignedData, DER, detached.</returns>
    /// <exception cref="HubException">As <see cref="Read"/>.</exception>
    /// <exception cref="CryptographicException">The certificate has no private key, or one that cannot sign.</exception>
    public static byte[] Sign(
        ConsentRequest request, IdentityFolder identity, X509Certificate2 contact, TimeProvider? time = null)
    {
        Read(request, identity);
        return AgreementSigning.Sign(request.Document.Memory, contact, time);
    }

    /// <summary>Consents to a request with the certificate of an identity folder.</summary>
    /// <param name="client">The partner's.</param>
    /// <param name="identity">Who signs: a certificate with full access, and not the one that is asked for.</param>
    /// <param name="request">As the hub gave it; look at it first.</param>
    /// <param name="keepExisting">Whether the partner's other certificates continue beside a new one.</param>
    /// <param name="cancellation">Ends the wait; the same again changes nothing.</param>
    /// <returns>The request as it is then.</returns>
    /// <exception cref="HubException">As <see cref="Read"/>; SIGNATURE_INVALID, CONSENT_STATE, ACCESS_RESTRICTED, NOT_FOUND.</exception>
    public static async Task<ConsentRequest> GiveAsync(
        HubClient client, IdentityFolder identity, ConsentRequest request, bool keepExisting = false,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        return (await client.Caller.GiveConsentAsync(
            new GiveConsentRequest
            {
                Name = request.Name,
                Signature = ByteString.CopyFrom(Sign(request, identity)),
                KeepExisting = keepExisting,
            },
            cancellationToken: cancellation).ConfigureAwait(false)).Request;
    }

    /// <summary>Hands in the consent of a registered contact.</summary>
    /// <param name="client">Of the new certificate, which may send and not read yet.</param>
    /// <param name="request">As the hub gave it.</param>
    /// <param name="signature">CMS SignedData, DER, detached, over the request's document, by the contact.</param>
    /// <param name="cancellation">Ends the wait; the same again changes nothing.</param>
    /// <returns>The request as it is then.</returns>
    /// <exception cref="HubException">SIGNATURE_INVALID, CONSENT_STATE, NOT_FOUND.</exception>
    public static async Task<ConsentRequest> HandInAsync(
        HubClient client, ConsentRequest request, ReadOnlyMemory<byte> signature, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(request);
        return (await client.Caller.HandInContactConsentAsync(
            new HandInContactConsentRequest { Name = request.Name, Signature = ByteString.CopyFrom(signature.Span) },
            cancellationToken: cancellation).ConfigureAwait(false)).Request;
    }

    /// <summary>Objects to a request: it is refused for good.</summary>
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

    /// <summary>What a contact signs to object to a request: a text in UTF-8, three lines that each end with a line feed.</summary>
    /// <param name="name">Resource name of the request: <c>partners/ID/consentRequests/REQUEST</c>.</param>
    /// <param name="reason">Why, 1 to 200 characters, naming no person; space around it is left out.</param>
    public static byte[] ObjectionDocument(string name, string reason)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(reason);
        return ObjectionText.Of(name, reason.Trim());
    }

    /// <summary>Signs the objection of a registered contact.</summary>
    /// <param name="name">Resource name of the request.</param>
    /// <param name="reason">Why, 1 to 200 characters, naming no person.</param>
    /// <param name="contact">The contact's certificate with its private key.</param>
    /// <param name="time">The signer's clock, which is in the signature; null for the system's.</param>
    /// <returns>What <c>HandInContactObjection</c> takes: CMS SignedData, DER, detached.</returns>
    /// <exception cref="CryptographicException">The certificate has no private key, or one that cannot sign.</exception>
    public static byte[] SignObjection(string name, string reason, X509Certificate2 contact, TimeProvider? time = null) =>
        AgreementSigning.Sign(ObjectionDocument(name, reason), contact, time);

    /// <summary>Hands in the objection of a registered contact: the request is refused for good.</summary>
    /// <param name="client">Of any certificate that the hub accepts: the signature says who objects.</param>
    /// <param name="name">Resource name of the request.</param>
    /// <param name="reason">The reason that was signed.</param>
    /// <param name="signature">CMS SignedData, DER, detached, over <see cref="ObjectionDocument"/>, by the contact.</param>
    /// <param name="cancellation">Ends the wait; the same again changes nothing.</param>
    /// <returns>When the hub recorded the objection.</returns>
    /// <exception cref="HubException">SIGNATURE_INVALID, CONSENT_STATE, NOT_FOUND.</exception>
    public static async Task<DateTimeOffset> HandInObjectionAsync(
        HubClient client, string name, string reason, ReadOnlyMemory<byte> signature, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return (await client.Caller.HandInContactObjectionAsync(
            new HandInContactObjectionRequest { Name = name, Reason = reason, Signature = ByteString.CopyFrom(signature.Span) },
            cancellationToken: cancellation).ConfigureAwait(false)).ObjectTime.ToDateTimeOffset();
    }

    /// <summary>Makes a contact's certificate, self-signed, with a new ECDSA P-256 key.</summary>
    /// <param name="function">Whose it is, such as <c>Vakthavande IT</c>.</param>
    /// <param name="years">How many years it is valid.</param>
    /// <param name="time">From when on it is valid; null for the system's clock.</param>
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

    private static HubException Unfit(string rule, string remedy) => new(StatusCode.DataLoss, rule, remedy: remedy);
}
