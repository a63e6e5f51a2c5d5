using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace TrygghetHub.Client;

/// <summary>Signs a version of an agreement for a party.</summary>
/// <remarks>
/// What is signed is the version's <c>document</c>, byte for byte as the hub gave it: written anew by another program, the
/// same terms may have other bytes. Thread-safe.
/// </remarks>
public static class AgreementSigning
{
    private const string Sha256 = "2.16.840.1.101.3.4.2.1";

    /// <summary>Signs with the certificate and the key of an identity folder.</summary>
    /// <param name="document">The stored bytes.</param>
    /// <param name="identity">Who signs.</param>
    /// <param name="time">The signer's clock, which stands in the signature; null for the system's.</param>
    /// <returns>What <c>SignAgreement</c> takes: CMS SignedData (RFC 5652), DER, detached, SHA-256, one signer, whose
    /// certificate is in it.</returns>
    public static byte[] Sign(ReadOnlyMemory<byte> document, IdentityFolder identity, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return Sign(document, identity.Certificate, time);
    }

    /// <summary>The same with any certificate that has its private key.</summary>
    /// <exception cref="CryptographicException">The certificate has no private key, or one that cannot sign.</exception>
    public static byte[] Sign(ReadOnlyMemory<byte> document, X509Certificate2 certificate, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        var signed = new SignedCms(new ContentInfo(document.ToArray()), detached: true);
        // With an attribute that is signed the type and the digest of the content are signed too: the signature then
        // cannot be passed off as one over something that is not an agreement.
        signed.ComputeSignature(
            new CmsSigner(SubjectIdentifierType.IssuerAndSerialNumber, certificate)
            {
                DigestAlgorithm = new Oid(Sha256),
                IncludeOption = X509IncludeOption.EndCertOnly,
                SignedAttributes = { new Pkcs9SigningTime((time ?? TimeProvider.System).GetUtcNow().UtcDateTime) },
            },
            silent: true);
        return signed.Encode();
    }
}
