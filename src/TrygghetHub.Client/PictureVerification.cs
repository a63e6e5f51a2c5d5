using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Agreements;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Seals;

namespace TrygghetHub.Client;

/// <summary>Verifies, without the hub, that it has sealed some bytes: an approved picture, or what it has delivered.</summary>
/// <remarks>
/// The seal holds when it is over exactly these bytes, by a certificate for sealing that leads to a trusted root and was valid
/// at the seal's own time. That time is the hub's word, and signed. Whether the certificate was revoked since is not asked: a
/// hub whose sealing key was taken moves to another issuing certificate. Immutable.
/// </remarks>
/// <param name="ContentSha256">SHA-256 of the bytes, in hexadecimal.</param>
/// <param name="SealTime">When the hub sealed them; null where the seal does not say.</param>
/// <param name="Subject">Subject of the sealing certificate; null where there is none to read.</param>
/// <param name="Fault">Why the seal does not hold, as a sentence; null when it does.</param>
public sealed record PictureVerification(string ContentSha256, DateTimeOffset? SealTime, string? Subject, string? Fault)
{
    private const string SigningTime = "1.2.840.113549.1.9.5";

    /// <summary>The hub has sealed exactly these bytes.</summary>
    public bool Holds => Fault is null;

    /// <summary>
    /// The picture that a verified page shows; null for other files, for a page that shows a part of one, and where the seal does
    /// not hold.
    /// </summary>
    public SituationalPicture? Picture { get; init; }

    /// <summary>Whether a file is a page that holds its own seal, or was one before it was altered or cut short.</summary>
    public static bool IsSealedPage(ReadOnlyMemory<byte> file) => SealedPage.IsMarked(file);

    /// <summary>Verifies a page of HTML by the seal that it holds, and the sealed picture in it, if there is one, by its own.</summary>
    /// <param name="file">The file as it was given: a browser that saves a page writes it anew.</param>
    /// <param name="roots">Roots of the hub's authority.</param>
    public static PictureVerification VerifyPage(ReadOnlyMemory<byte> file, IEnumerable<X509Certificate2> roots)
    {
        var trusted = roots.ToList();
        if (SealedPage.Read(file) is not { } parts)
        {
            return new PictureVerification(
                Convert.ToHexStringLower(SHA256.HashData(file.Span)), null, null,
                SealedPage.IsMarked(file)
                    ? "It looks altered or cut short: a page with a seal ends with it. A browser that saves a page writes it anew."
                    : "It is no page with a seal.");
        }

        var page = Verify(parts.Page, parts.Seal, trusted);
        if (!page.Holds || parts.Picture is not { } held)
        {
            return page;
        }

        var picture = Verify(held.Content, held.Seal, trusted);
        if (!picture.Holds)
        {
            return page with { Fault = $"The picture in it: {picture.Fault}" };
        }

        try
        {
            return page with { Picture = SituationalPicture.Parser.ParseFrom(held.Content) };
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return page with { Fault = "What is sealed in it is no picture." };
        }
    }

    /// <summary>Verifies a seal.</summary>
    /// <param name="content">The bytes as they were given; written anew, the same picture may have other bytes.</param>
    /// <param name="seal">CMS SignedData in DER, detached.</param>
    /// <param name="roots">Roots of the hub's authority, such as those in <c>ca.crt</c>.</param>
    public static PictureVerification Verify(
        ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> seal, IEnumerable<X509Certificate2> roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        var (bytes, cms) = (content.ToArray(), seal.ToArray());
        var signed = new SignedCms(new ContentInfo(bytes), detached: true);
        try
        {
            signed.Decode(cms);
            if (signed.SignerInfos is not [{ Certificate: { } signer } one])
            {
                return new PictureVerification(sha256, null, null, "It is no seal of one hub with its certificate.");
            }

            var sealTime = TimeOf(one);
            return new PictureVerification(
                sha256, sealTime, signer.Subject, FaultOf(bytes, cms, signer, signed.Certificates, sealTime, roots));
        }
        catch (CryptographicException)
        {
            return new PictureVerification(sha256, null, null, "It is no seal: CMS SignedData in DER is wanted.");
        }
    }

    private static string? FaultOf(
        byte[] content, byte[] seal, X509Certificate2 signer, X509Certificate2Collection certificates,
        DateTimeOffset? sealTime, IEnumerable<X509Certificate2> roots)
    {
        var issuers = certificates.Where(c => !c.RawDataMemory.Span.SequenceEqual(signer.RawDataMemory.Span)).ToList();
        return issuers.Count > SealProfile.MostIssuers ? "It holds more certificates than a chain has."
            : SignatureProfile.WhyNot(seal, content, signer, issuers) is { } why ? $"The seal does not hold: {why}."
            : sealTime is not { } at ? "It lacks the time at which it was made."
            : !IsForSealing(signer) ? $"{signer.Subject} is no certificate for sealing: a partner may have signed it, the hub has not."
            : !Leads(signer, issuers, roots, at) ? "Its certificate does not lead to a trusted root, or was not valid at its time."
            : null;
    }

    // One usage and no other: a certificate that may do anything else is in other hands than the hub's seal.
    private static bool IsForSealing(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().ToList() is [var usages]
        && usages.EnhancedKeyUsages is [{ Value: SealProfile.Usage }];

    // Every certificate in the seal is a link of the chain; nothing is fetched, and none is there for nothing.
    private static bool Leads(
        X509Certificate2 signer, IReadOnlyCollection<X509Certificate2> issuers, IEnumerable<X509Certificate2> roots,
        DateTimeOffset at)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(roots.ToArray());
        chain.ChainPolicy.ExtraStore.AddRange(issuers.ToArray());
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = at.LocalDateTime;
        return chain.Build(signer)
            && issuers.All(i => chain.ChainElements.Any(e => e.Certificate.RawDataMemory.Span.SequenceEqual(i.RawDataMemory.Span)));
    }

    private static DateTimeOffset? TimeOf(SignerInfo signer)
    {
        foreach (var attribute in signer.SignedAttributes)
        {
            if (attribute.Oid?.Value == SigningTime && attribute.Values is [Pkcs9SigningTime time])
            {
                return new DateTimeOffset(DateTime.SpecifyKind(time.SigningTime, DateTimeKind.Utc));
            }
        }

        return null;
    }
}
