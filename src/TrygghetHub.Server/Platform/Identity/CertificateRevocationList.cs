using System.Collections.Frozen;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// A complete list of the certificates that an authority has revoked (RFC 5280, section 5). It was signed by
/// <see cref="Issuer"/>: an instance that was not does not exist. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// Lists that cover a part, that only tell changes, or that speak for other authorities are refused, as is whatever
/// marks as critical something unknown here: to read such a list as complete would let revoked certificates in.
/// </remarks>
internal sealed class CertificateRevocationList
{
    private const string PemLabel = "X509 CRL";
    private const string AuthorityKeyIdentifier = "2.5.29.35";
    private const string Number = "2.5.29.20";
    private const string DeltaIndicator = "2.5.29.27";
    private const string IssuingDistributionPoint = "2.5.29.28";
    private const string ReasonCode = "2.5.29.21";
    private const string InvalidityDate = "2.5.29.24";
    private const string CertificateIssuer = "2.5.29.29";
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0, isConstructed: true);

    private readonly FrozenDictionary<string, RevokedCertificate> revoked;

    private CertificateRevocationList(
        X509Certificate2 issuer, DateTimeOffset thisUpdate, DateTimeOffset nextUpdate,
        FrozenDictionary<string, RevokedCertificate> revoked)
    {
        Issuer = issuer;
        ThisUpdate = thisUpdate;
        NextUpdate = nextUpdate;
        this.revoked = revoked;
    }

    /// <summary>The certificate with whose key it is signed.</summary>
    public X509Certificate2 Issuer { get; }

    /// <summary>When it was made; it says nothing of the time before.</summary>
    public DateTimeOffset ThisUpdate { get; }

    /// <summary>When the next one is there at the latest; it says nothing of the time after.</summary>
    public DateTimeOffset NextUpdate { get; }

    /// <summary>How many certificates it lists.</summary>
    public int Count => revoked.Count;

    /// <summary>Reads the lists of a file: one in DER, or one or more in PEM (RFC 7468).</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="issuers">Who may have signed them.</param>
    /// <exception cref="InvalidDataException">One of them cannot be relied on; the message says why.</exception>
    public static IReadOnlyList<CertificateRevocationList> ReadAll(
        ReadOnlyMemory<byte> file, IReadOnlyCollection<X509Certificate2> issuers)
    {
        try
        {
            return [.. Encoded(file).Select(der => Read(der, issuers))];
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            throw new InvalidDataException("it is damaged", e);
        }
    }

    /// <summary>The entry of a certificate of this issuer, or null when it is not listed.</summary>
    public RevokedCertificate? Find(X509Certificate2 certificate) =>
        revoked.TryGetValue(Serial(certificate.SerialNumberBytes.Span), out var entry) ? entry : null;

    private static List<ReadOnlyMemory<byte>> Encoded(ReadOnlyMemory<byte> file)
    {
        if (file.Span.IndexOf("-----BEGIN "u8) < 0)
        {
            return [file];
        }

        var text = Encoding.UTF8.GetString(file.Span);
        var found = new List<ReadOnlyMemory<byte>>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label].SequenceEqual(PemLabel))
            {
                var der = new byte[fields.DecodedDataLength];
                Convert.TryFromBase64Chars(rest[fields.Base64Data], der, out _);
                found.Add(der);
            }

            rest = rest[fields.Location.End..];
        }

        // A block without an end would be skipped without a word otherwise.
        return found.Count > 0 && text.AsSpan().Count($"-----BEGIN {PemLabel}-----") == found.Count
            ? found
            : throw new InvalidDataException("it is cut off, or holds no revocation list");
    }

    private static CertificateRevocationList Read(ReadOnlyMemory<byte> der, IReadOnlyCollection<X509Certificate2> issuers)
    {
        var signed = SignedStructure.Read(der);
        var list = new AsnReader(signed.Content, AsnEncodingRules.DER).ReadSequence();

        // 1. Version and algorithm: the algorithm inside is signed, and must be the one that is used (5.1.1.2).
        var extensible = list.PeekTag().HasSameClassAndValue(Asn1Tag.Integer);
        if (extensible && !(list.TryReadInt32(out var version) && version == 1))
        {
            throw new InvalidDataException("its version is not 2");
        }

        if (!list.ReadEncodedValue().Span.SequenceEqual(signed.Algorithm.Span))
        {
            throw new InvalidDataException("it names two different signature algorithms");
        }

        // 2. Who signed it. Before anything else is believed.
        var issuer = Verified(signed, new X500DistinguishedName(list.ReadEncodedValue().Span), issuers);

        // 3. Its time. Without an end it could be held up as current for ever.
        var thisUpdate = ReadTime(list);
        if (!list.HasData || !IsTime(list.PeekTag()))
        {
            throw new InvalidDataException("it does not say when the next one is due (nextUpdate)");
        }

        var nextUpdate = ReadTime(list);
        if (nextUpdate < thisUpdate)
        {
            throw new InvalidDataException("its nextUpdate lies before its thisUpdate");
        }

        // 4. What is revoked, and what else it says.
        var revoked = new Dictionary<string, RevokedCertificate>(StringComparer.Ordinal);
        if (list.HasData && list.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            var entries = list.ReadSequence();
            while (entries.HasData)
            {
                var entry = entries.ReadSequence();
                var serial = Serial(entry.ReadIntegerBytes().Span);
                var date = ReadTime(entry);
                var reason = entry.HasData ? ReadEntryExtensions(entry, extensible) : 0;
                entry.ThrowIfNotEmpty();
                revoked[serial] = new RevokedCertificate(date, reason);
            }
        }

        if (list.HasData)
        {
            RequireKnownExtensions(list, extensible);
        }

        list.ThrowIfNotEmpty();
        return new CertificateRevocationList(
            issuer, thisUpdate, nextUpdate, revoked.ToFrozenDictionary(StringComparer.Ordinal));
    }

    private static X509Certificate2 Verified(
        SignedStructure signed, X500DistinguishedName name, IReadOnlyCollection<X509Certificate2> issuers)
    {
        var named = issuers.Where(i => CertificateFiles.SameName(i.SubjectName, name)).ToList();
        InvalidDataException problem = new($"it is by {name.Name}, which is not among the authority's certificates");
        foreach (var issuer in named)
        {
            if (!CertificateFiles.HasUsage(issuer, X509KeyUsageFlags.CrlSign))
            {
                problem = new InvalidDataException($"{issuer.Subject} may not sign revocation lists (keyUsage lacks cRLSign)");
                continue;
            }

            try
            {
                signed.Verify(issuer);
                return issuer;
            }
            catch (InvalidDataException e)
            {
                problem = e;
            }
        }

        throw problem;
    }

    // CRLReason as number (5.3.1); 0 is "unspecified".
    private static int ReadEntryExtensions(AsnReader entry, bool extensible)
    {
        var reason = 0;
        foreach (var (oid, critical, value) in ReadExtensions(entry.ReadSequence(), extensible))
        {
            if (oid == CertificateIssuer)
            {
                throw new InvalidDataException("it speaks for other authorities too (certificateIssuer)");
            }

            if (oid == ReasonCode)
            {
                var code = new AsnReader(value, AsnEncodingRules.DER);
                var bytes = code.ReadEnumeratedBytes();
                code.ThrowIfNotEmpty();
                reason = bytes is { Length: 1, Span: [< 0x80 and var only] }
                    ? only
                    : throw new InvalidDataException("it gives a reason that is none");
                if (reason == (int)X509RevocationReason.RemoveFromCrl)
                {
                    throw new InvalidDataException("it takes an entry back, which only a list of changes does (removeFromCRL)");
                }
            }
            else if (critical && oid != InvalidityDate)
            {
                throw new InvalidDataException($"an entry holds a critical extension that is unknown here: {oid}");
            }
        }

        return reason;
    }

    private static void RequireKnownExtensions(AsnReader list, bool extensible)
    {
        var wrapped = list.ReadSequence(Context0);
        foreach (var (oid, critical, _) in ReadExtensions(wrapped.ReadSequence(), extensible))
        {
            if (oid == DeltaIndicator)
            {
                throw new InvalidDataException("it only tells changes (deltaCRLIndicator); give the complete list");
            }

            // By 5.2.5 this one is there only when the list is partial or indirect, or may be one of several.
            if (oid == IssuingDistributionPoint)
            {
                throw new InvalidDataException("it covers a part only (issuingDistributionPoint); give the complete list");
            }

            if (critical && oid is not (AuthorityKeyIdentifier or Number))
            {
                throw new InvalidDataException($"it holds a critical extension that is unknown here: {oid}");
            }
        }

        wrapped.ThrowIfNotEmpty();
    }

    private static List<(string Oid, bool Critical, ReadOnlyMemory<byte> Value)> ReadExtensions(
        AsnReader extensions, bool extensible)
    {
        if (!extensible)
        {
            throw new InvalidDataException("it holds extensions, and its version is 1");
        }

        var found = new List<(string, bool, ReadOnlyMemory<byte>)>();
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var oid = extension.ReadObjectIdentifier();
            var critical = extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean();
            found.Add((oid, critical, extension.ReadOctetString()));
            extension.ThrowIfNotEmpty();
        }

        return found;
    }

    private static bool IsTime(Asn1Tag tag) =>
        tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    // Without leading zeros: whether a sign byte is kept differs between those who read certificates.
    private static string Serial(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes.TrimStart((byte)0));
}

/// <summary>An entry of a revocation list.</summary>
/// <param name="At">Since when the certificate is revoked.</param>
/// <param name="Reason">CRLReason as number (RFC 5280, 5.3.1): 0 unspecified, 1 key compromise, and so on.</param>
internal readonly record struct RevokedCertificate(DateTimeOffset At, int Reason);
