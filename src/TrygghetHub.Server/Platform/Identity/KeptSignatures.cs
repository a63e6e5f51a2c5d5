using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Agreements;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>A signature that was checked.</summary>
/// <param name="Thumbprint">SHA-256 of the signer's certificate, upper-case hexadecimal.</param>
/// <param name="Chain">The signer's chain, DER, the signer first and the root last.</param>
internal sealed record KeptSignature(string Thumbprint, ImmutableArray<byte[]> Chain);

/// <summary>
/// Checks signatures over bytes that the hub stores: CMS SignedData (RFC 5652), detached, one signer. Thread-safe.
/// </summary>
internal sealed class KeptSignatures(
    IPrincipalDirectory directory, Authority authority, OutsideAuthorities outside, TimeProvider time)
{
    private const int LargestSignature = 64 * 1024;

    /// <summary>Checks a signature by a certificate that the hub would take a call of a partner with.</summary>
    /// <param name="document">The stored bytes.</param>
    /// <param name="cms">The signature.</param>
    /// <param name="partnerId">Who is to have signed.</param>
    /// <param name="permission">What the signer's certificate must be permitted to do, for its signature to count.</param>
    /// <param name="what">What the bytes are of, such as <c>this version</c>.</param>
    /// <exception cref="HubException">SIGNATURE_INVALID: which part does not hold; ACCESS_RESTRICTED.</exception>
    public KeptSignature CheckPartner(byte[] document, byte[] cms, string partnerId, string permission, string what)
    {
        var signer = SignerOf(document, cms, what);
        if (directory.Find(signer) is not { Principal: { IsOperator: false } principal } || principal.Id != partnerId)
        {
            throw Invalid(
                "The signer's certificate is not one of yours that the hub takes.",
                "Sign with the certificate that you call with.");
        }

        if (!principal.Permissions.Contains(permission))
        {
            throw new HubException(AccessErrors.PermissionMissing(principal, permission));
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
            ? new KeptSignature(
                signer.GetCertHashString(HashAlgorithmName.SHA256), [.. chain.ChainElements.Select(e => e.Certificate.RawData)])
            : throw Invalid("The signer's certificate does not lead to a root that the hub trusts.", "Sign with the certificate that you call with.");
    }

    /// <summary>
    /// Checks a signature whose certificate the caller of this method judges: nothing is said here of who the signer is.
    /// </summary>
    /// <returns>The signer's certificate, which is in the signature.</returns>
    /// <inheritdoc cref="CheckPartner"/>
    public static X509Certificate2 SignerOf(byte[] document, byte[] cms, string what)
    {
        var howToSign = $"Sign the bytes of the document of {what}, detached, in DER, with your certificate alone in the signature.";
        if (cms.Length is 0 or > LargestSignature)
        {
            throw Invalid("A signature has 1 byte to 64 KiB.", howToSign);
        }

        var signed = new SignedCms(new ContentInfo(document), detached: true);
        try
        {
            signed.Decode(cms);
            var certificate = signed.SignerInfos is [{ Certificate: { } one }]
                ? one
                : throw Invalid("It is not CMS SignedData of one signer, with its certificate.", howToSign);
            return SignatureProfile.WhyNot(cms, document, certificate) is { } fault
                ? throw Invalid($"It does not hold for the stored bytes of {what}: {fault}.", howToSign)
                : certificate;
        }
        catch (CryptographicException)
        {
            throw Invalid("It is not CMS SignedData.", howToSign);
        }
    }

    private static HubException Invalid(string rule, string remedy) =>
        new(ErrorReason.SignatureInvalid, "signature", rule, remedy);
}
