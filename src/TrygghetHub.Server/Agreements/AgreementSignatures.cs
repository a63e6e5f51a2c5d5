using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Agreements;
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

    private const string HowToSign =
        "Sign the bytes of the version's document, detached, in DER, with your certificate alone in the signature.";

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
            throw Invalid("A signature has 1 byte to 64 KiB.", HowToSign);
        }

        var signed = new SignedCms(new ContentInfo(document), detached: true);
        try
        {
            signed.Decode(cms);
            var certificate = signed.SignerInfos is [{ Certificate: { } one }]
                ? one
                : throw Invalid("It is not CMS SignedData of one signer, with its certificate.", HowToSign);
            return SignatureProfile.WhyNot(cms, document, certificate) is { } fault
                ? throw Invalid($"It does not hold for the stored bytes of this version: {fault}.", HowToSign)
                : certificate;
        }
        catch (CryptographicException)
        {
            throw Invalid("It is not CMS SignedData.", HowToSign);
        }
    }

    private static HubException Invalid(string rule, string remedy) =>
        new(ErrorReason.SignatureInvalid, "signature", rule, remedy);
}
