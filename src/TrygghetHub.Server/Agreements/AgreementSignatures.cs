using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// Checks a party's signature over the stored bytes of a document: CMS SignedData (RFC 5652), detached, one signer, by
/// a certificate that the hub would take a call with. Thread-safe.
/// </summary>
internal sealed class AgreementSignatures(
    IPrincipalDirectory directory, Authority authority, OutsideAuthorities outside, TimeProvider time)
{
    private const int LargestSignature = 64 * 1024;

    private static readonly string[] Digests =
        ["2.16.840.1.101.3.4.2.1", "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"];

    /// <summary>The signer's chain, DER, the signer first and the root last.</summary>
    /// <param name="document">The stored bytes.</param>
    /// <param name="cms">The signature.</param>
    /// <param name="party">Who is to have signed.</param>
    /// <exception cref="HubException">SIGNATURE_INVALID: which part does not hold.</exception>
    public ImmutableArray<byte[]> Check(byte[] document, byte[] cms, PartnerId party)
    {
        var signer = SignerOf(document, cms);
        if (directory.Find(signer) is not { Principal: { IsOperator: false } principal } || principal.Id != party.Value)
        {
            throw Invalid(
                "The signer's certificate is not one of yours that the hub takes.",
                "Sign with the certificate that you call with.");
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authority.Roots);
        chain.ChainPolicy.CustomTrustStore.AddRange(outside.Roots);
        chain.ChainPolicy.ExtraStore.AddRange(authority.IssuingAll);
        chain.ChainPolicy.ExtraStore.AddRange(outside.Intermediates);
        // Revocation is the register's and the outside authorities' to know: the directory has asked them.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().LocalDateTime;
        return chain.Build(signer)
            ? [.. chain.ChainElements.Select(e => e.Certificate.RawData)]
            : throw Invalid("The signer's certificate does not lead to a root that the hub trusts.", "Sign with the certificate that you call with.");
    }

    private static X509Certificate2 SignerOf(byte[] document, byte[] cms)
    {
        if (cms.Length is 0 or > LargestSignature)
        {
            throw Invalid("A signature has 1 byte to 64 KiB.", "Send CMS SignedData with the signer's certificate alone.");
        }

        var signed = new SignedCms(new ContentInfo(document), detached: true);
        try
        {
            signed.Decode(cms);
            if (!signed.Detached || signed.SignerInfos is not [{ Certificate: { } certificate } signer])
            {
                throw Invalid("It is not detached CMS SignedData of one signer, with its certificate.",
                    "Sign the document's bytes, detached, and put the signer's certificate into the signature.");
            }

            if (!Digests.Contains(signer.DigestAlgorithm.Value, StringComparer.Ordinal))
            {
                throw Invalid("Its digest is not SHA-256, SHA-384 or SHA-512.", "Sign with SHA-256.");
            }

            signer.CheckSignature(verifySignatureOnly: true);
            return certificate;
        }
        catch (CryptographicException)
        {
            throw Invalid("It is no signature over the stored bytes of this version.",
                "Get the version again and sign its document byte for byte.");
        }
    }

    private static HubException Invalid(string rule, string remedy) =>
        new(ErrorReason.SignatureInvalid, "signature", rule, remedy);
}
