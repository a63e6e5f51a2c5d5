using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace TrygghetHub.Agreements;

/// <summary>
/// The one form in which a kept signature is taken: CMS SignedData (RFC 5652 §5) in which every byte is either signed or
/// fixed.
/// </summary>
/// <remarks>
/// CMS has much that no signature covers: further certificates, revocation lists, unsigned attributes, other ways to write
/// the same. None of it is taken, so that a changed byte never goes unnoticed. What is left free is what the mathematics
/// leaves: whoever changes (r, s) of an ECDSA signature to (r, n − s) has another signature that holds, over the same
/// bytes and by the same key; and the parameters of RSA-PSS, which .NET checks. Pure. Compiled into the hub too, so that it
/// takes exactly what can be verified without it.
/// </remarks>
internal static class SignatureProfile
{
    private const string SignedData = "1.2.840.113549.1.7.2";
    private const string Data = "1.2.840.113549.1.7.1";
    private const string RsaEncryption = "1.2.840.113549.1.1.1";
    private const string RsaPss = "1.2.840.113549.1.1.10";

    // By digest: the algorithms of signature that go with it (RFC 5754, RFC 8017).
    private static readonly Dictionary<string, string[]> Digests = new(StringComparer.Ordinal)
    {
        ["2.16.840.1.101.3.4.2.1"] = ["1.2.840.10045.4.3.2", "1.2.840.113549.1.1.11", RsaEncryption, RsaPss],
        ["2.16.840.1.101.3.4.2.2"] = ["1.2.840.10045.4.3.3", "1.2.840.113549.1.1.12", RsaEncryption, RsaPss],
        ["2.16.840.1.101.3.4.2.3"] = ["1.2.840.10045.4.3.4", "1.2.840.113549.1.1.13", RsaEncryption, RsaPss],
    };

    private static readonly Asn1Tag Zero = new(TagClass.ContextSpecific, 0);

    /// <summary>Checks a signature over a document by one certificate.</summary>
    /// <param name="cms">The signature.</param>
    /// <param name="document">The stored bytes.</param>
    /// <param name="signer">Whose it is to be.</param>
    /// <param name="issuers">
    /// The certificates that stand in the signature beside the signer's, where its chain is not kept elsewhere; no others may.
    /// </param>
    /// <returns>Why it does not hold, as the end of a sentence; null when it does.</returns>
    public static string? WhyNot(
        byte[] cms, byte[] document, X509Certificate2 signer, params IReadOnlyList<X509Certificate2> issuers)
    {
        try
        {
            if (FormFault(cms, signer, issuers) is { } fault)
            {
                return fault;
            }

            var signed = new SignedCms(new ContentInfo(document), detached: true);
            signed.Decode(cms);
            if (!signed.Detached || signed.SignerInfos is not [{ Certificate: { } certificate } one]
                || !certificate.RawDataMemory.Span.SequenceEqual(signer.RawDataMemory.Span))
            {
                return "it is not a detached signature of one signer";
            }

            one.CheckSignature(verifySignatureOnly: true);
            return null;
        }
        catch (AsnContentException)
        {
            return "it is not CMS SignedData in DER";
        }
        catch (CryptographicException)
        {
            return "it is no signature over these bytes: the document or the signature was changed";
        }
    }

    private static string? FormFault(byte[] cms, X509Certificate2 signer, IReadOnlyList<X509Certificate2> issuers)
    {
        var outer = new AsnReader(cms, AsnEncodingRules.DER);
        var content = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (content.ReadObjectIdentifier() != SignedData)
        {
            return "it is not CMS SignedData";
        }

        var wrapped = content.ReadSequence(Zero);
        content.ThrowIfNotEmpty();
        var data = wrapped.ReadSequence();
        wrapped.ThrowIfNotEmpty();

        if (!data.TryReadInt32(out var version))
        {
            return "its version is none that is known";
        }

        var digests = data.ReadSetOf();
        var digest = Algorithm(digests);
        digests.ThrowIfNotEmpty();
        if (digest is null || !Digests.TryGetValue(digest, out var algorithms))
        {
            return "its digest is not SHA-256, SHA-384 or SHA-512";
        }

        var encapsulated = data.ReadSequence();
        if (encapsulated.ReadObjectIdentifier() != Data || encapsulated.HasData)
        {
            return "it is not detached";
        }

        if (!data.HasData || !data.PeekTag().HasSameClassAndValue(Zero))
        {
            return "the signer's certificate is not in it";
        }

        var wanted = issuers.Append(signer).Select(c => c.RawDataMemory).ToList();
        for (var certificates = data.ReadSetOf(Zero); certificates.HasData;)
        {
            var certificate = certificates.ReadEncodedValue();
            if (wanted.RemoveAll(w => w.Span.SequenceEqual(certificate.Span)) != 1)
            {
                return "it holds other certificates than the signer's own";
            }
        }

        if (wanted.Count > 0)
        {
            return "it lacks a certificate of the signer's chain";
        }

        var signers = data.ReadSetOf();
        data.ThrowIfNotEmpty();
        var one = signers.ReadSequence();
        return signers.HasData ? "it has more signers than one" : SignerFault(one, version, digest, algorithms, signer);
    }

    private static string? SignerFault(
        AsnReader one, int dataVersion, string digest, string[] algorithms, X509Certificate2 signer)
    {
        // 1 names the signer by issuer and number, 3 by the identifier of its key; the whole is then 1 or 3 (§5.1).
        if (!one.TryReadInt32(out var version) || version != dataVersion || version is not (1 or 3))
        {
            return "its version is none that is known";
        }

        if (version == 1)
        {
            var named = one.ReadSequence();
            var isSigner = named.ReadEncodedValue().Span.SequenceEqual(signer.IssuerName.RawData)
                && named.ReadIntegerBytes().Span.SequenceEqual(signer.SerialNumberBytes.Span);
            named.ThrowIfNotEmpty();
            if (!isSigner)
            {
                return "it names another signer than its certificate";
            }
        }
        else
        {
            var key = signer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().SingleOrDefault();
            if (key is null || !one.ReadOctetString(Zero).AsSpan().SequenceEqual(key.SubjectKeyIdentifierBytes.Span))
            {
                return "it names another signer than its certificate";
            }
        }

        if (Algorithm(one) != digest)
        {
            return "its digests are not one and the same";
        }

        if (!one.PeekTag().HasSameClassAndValue(Zero))
        {
            // Without them the attributes of another signature could be passed off as a document (RFC 5652 §5.3, §11).
            return "it has no signed attributes";
        }

        // Signed as a whole; DER leaves one way to write it.
        one.ReadSetOf(Zero);

        var parameters = one.PeekEncodedValue();
        var isPss = new AsnReader(parameters, AsnEncodingRules.DER).ReadSequence().ReadObjectIdentifier() == RsaPss;
        var algorithm = isPss ? RsaPss : Algorithm(one);
        if (isPss)
        {
            one.ReadEncodedValue();
        }

        if (algorithm is null || !algorithms.Contains(algorithm, StringComparer.Ordinal))
        {
            return "its algorithm does not go with its digest";
        }

        one.ReadOctetString();
        return one.HasData ? "it holds something that is not signed" : null;
    }

    // Null where it has parameters other than none.
    private static string? Algorithm(AsnReader reader)
    {
        var sequence = reader.ReadSequence();
        var oid = sequence.ReadObjectIdentifier();
        if (sequence.HasData)
        {
            if (!sequence.PeekTag().HasSameClassAndValue(Asn1Tag.Null))
            {
                return null;
            }

            sequence.ReadNull();
        }

        sequence.ThrowIfNotEmpty();
        return oid;
    }
}
