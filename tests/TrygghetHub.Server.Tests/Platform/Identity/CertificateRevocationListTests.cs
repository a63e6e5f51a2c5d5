using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Identity;

public sealed class CertificateRevocationListTests : IDisposable
{
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly DateTimeOffset From = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TestAuthority authority = new("Outside root");

    [Fact]
    public void List_ChangedInAnyByte_IsRefused()
    {
        var list = List();
        for (var i = 0; i < list.Length; i++)
        {
            var changed = (byte[])list.Clone();
            changed[i] ^= 1;
            Assert.Throws<InvalidDataException>(() => Read(changed));
            Assert.Throws<InvalidDataException>(() => Read(list[..i]));
        }

        Assert.Throws<InvalidDataException>(() => Read([.. list, 0]));
    }

    [Fact]
    public void Garbage_OfAnyKind_IsRefusedAndNothingElseIsThrown()
    {
        var list = List();
        var pem = System.Text.Encoding.ASCII.GetBytes(Pem(list));
        Gen.Byte.Array[0, 300].Sample(bytes => Refuses(bytes), iter: 2000);
        Gen.Select(Gen.Int[0, list.Length - 1], Gen.Byte.Array[1, 8])
            .Sample((at, bytes) => bytes.AsSpan().SequenceEqual(list.AsSpan(at, Math.Min(bytes.Length, list.Length - at)))
                || Refuses([.. list[..at], .. bytes, .. list[Math.Min(list.Length, at + bytes.Length)..]]), iter: 2000);

        // In PEM a change may hit what does not matter, as the kind of line end.
        Gen.Select(Gen.Int[0, pem.Length - 1], Gen.Byte)
            .Sample((at, value) =>
            {
                var changed = (byte[])pem.Clone();
                changed[at] = value;
                try
                {
                    Read(changed);
                }
                catch (InvalidDataException)
                {
                    // The one exception that there is.
                }
            }, iter: 1000);
    }

    [Fact]
    public void List_OfAnotherAuthority_IsRefused()
    {
        using var another = new TestAuthority("Another root");
        using var sameName = new TestAuthority("Outside root");

        AssertRefused(another.RevocationList(another.Issuing), "not among the authority's certificates");
        AssertRefused(sameName.RevocationList(sameName.Issuing), "not signed with the key of");
    }

    [Fact]
    public void List_ByACertificateThatMaySignNone_IsRefused()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=No lists", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var issuer = request.CreateSelfSigned(From, From.AddYears(9));

        var refused = Assert.Throws<InvalidDataException>(() => CertificateRevocationList.ReadAll(
            Written(new Parts { Issuer = issuer }), [issuer]));

        Assert.Contains("cRLSign", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2.5.29.27", true, "deltaCRLIndicator")]
    [InlineData("2.5.29.27", false, "deltaCRLIndicator")]
    [InlineData("2.5.29.28", true, "issuingDistributionPoint")]
    [InlineData("1.2.3.4", true, "unknown here: 1.2.3.4")]
    public void List_WithAnExtensionThatNarrowsIt_IsRefused(string oid, bool critical, string why) =>
        AssertRefused(Written(new Parts { Extension = (oid, critical, [5, 0]) }), why);

    [Theory]
    [InlineData("2.5.29.29", true, new byte[] { 5, 0 }, "certificateIssuer")]
    [InlineData("2.5.29.29", false, new byte[] { 5, 0 }, "certificateIssuer")]
    [InlineData("1.2.3.4", true, new byte[] { 5, 0 }, "unknown here: 1.2.3.4")]
    [InlineData("2.5.29.21", false, new byte[] { 10, 1, 8 }, "removeFromCRL")]
    [InlineData("2.5.29.21", false, new byte[] { 10, 2, 8, 8 }, "a reason that is none")]
    [InlineData("2.5.29.21", false, new byte[] { 5, 0 }, "damaged")]
    public void List_WithAnEntryThatCannotBeRelied_IsRefused(string oid, bool critical, byte[] value, string why) =>
        AssertRefused(Written(new Parts { EntryExtension = (oid, critical, value) }), why);

    [Fact]
    public void List_WithoutNextUpdate_IsRefused() =>
        AssertRefused(Written(new Parts { NextUpdate = null }), "nextUpdate");

    [Fact]
    public void List_WhoseTimeEndsBeforeItBegins_IsRefused() =>
        AssertRefused(Written(new Parts { NextUpdate = From.AddDays(-1) }), "before its thisUpdate");

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void List_OfAnotherVersion_IsRefused(int version) =>
        AssertRefused(Written(new Parts { Version = version }), "version is not 2");

    [Fact]
    public void List_OfVersion1WithExtensions_IsRefused() =>
        AssertRefused(Written(new Parts { Version = null, Extension = ("2.5.29.20", false, [2, 1, 1]) }), "its version is 1");

    [Fact]
    public void List_ThatNamesTwoAlgorithms_IsRefused() =>
        AssertRefused(Written(new Parts { InnerAlgorithm = "1.2.840.10045.4.3.4" }), "two different signature algorithms");

    [Fact]
    public void List_SignedWithSha1_IsRefused() => AssertRefused(
        Written(new Parts { InnerAlgorithm = "1.2.840.10045.4.1", Algorithm = "1.2.840.10045.4.1" }), "not taken: 1.2.840.10045.4.1");

    [Fact]
    public void File_ThatIsCutOffOrHoldsNoList_IsRefused()
    {
        var pem = Pem(List());

        AssertRefused(System.Text.Encoding.ASCII.GetBytes((pem + pem)[..^40]), "cut off");
        AssertRefused(System.Text.Encoding.ASCII.GetBytes(authority.Root.ExportCertificatePem()), "no revocation list");
        AssertRefused([], "damaged");
    }

    [Fact]
    public void List_MadeByHandWithKnownExtensions_IsRead()
    {
        var list = Read(Written(new Parts
        {
            Extension = ("2.5.29.20", true, [2, 1, 1]),
            EntryExtension = ("2.5.29.21", false, [10, 1, 6]),
        }));

        Assert.Equal(1, list.Count);
        Assert.Equal((From, From.AddDays(7)), (list.ThisUpdate, list.NextUpdate));
        Assert.Equal(1, Read(Written(new Parts { Version = null })).Count);
    }

    [Theory]
    [InlineData(false, "SHA256")]
    [InlineData(false, "SHA384")]
    [InlineData(false, "SHA512")]
    [InlineData(true, "SHA256")]
    [InlineData(true, "SHA384")]
    [InlineData(true, "SHA512")]
    public void List_OfAnIntermediate_NamesWhatWasRevokedAndNothingElse(bool rsa, string hash)
    {
        using var outside = new TestAuthority("Outside", intermediate: true, rsa: rsa);
        using var revoked = outside.Issue(null);
        using var good = outside.Issue(null);
        var file = outside.RevocationList(outside.Issuing, [revoked], hash: new HashAlgorithmName(hash));

        var list = CertificateRevocationList.ReadAll(file, [outside.Root, outside.Issuing]).Single();

        Assert.Same(outside.Issuing, list.Issuer);
        Assert.Equal((int)X509RevocationReason.KeyCompromise, list.Find(revoked)!.Value.Reason);
        Assert.Null(list.Find(good));
    }

    [Fact]
    public void List_SignedWithRsaPss_IsRead()
    {
        using var outside = new TestAuthority("Outside", rsa: true);
        var file = new CertificateRevocationListBuilder().Build(
            outside.Root, 1, From.AddDays(1), HashAlgorithmName.SHA256, RSASignaturePadding.Pss, From);

        Assert.Equal(From, CertificateRevocationList.ReadAll(file, [outside.Root]).Single().ThisUpdate);
    }

    [Fact]
    public void Entry_TakenOutOfANewerList_IsNotListedThere()
    {
        using var held = authority.Issue(null);

        Assert.NotNull(Read(authority.RevocationList(authority.Root, [held])).Find(held));
        Assert.Null(Read(authority.RevocationList(authority.Root)).Find(held));
    }

    [Fact]
    public void Serials_OfAnyLength_AreFoundAsTheCertificateHasThem() => Gen.Byte.Array[1, 20].Sample(bytes =>
    {
        bytes[0] &= 0x7F;
        if (bytes.All(b => b == 0))
        {
            bytes[^1] = 1;
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issuerKey = authority.Root.GetECDsaPrivateKey()!;
        var serial = Minimal(bytes);
        using var certificate = new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).Create(
            authority.Root.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), From, From.AddDays(1), serial);
        var builder = new CertificateRevocationListBuilder();
        builder.AddEntry(serial, From);
        var file = builder.Build(authority.Root, 1, From.AddDays(1), HashAlgorithmName.SHA256, thisUpdate: From);

        return Read(file).Find(certificate) == new RevokedCertificate(From, 0);
    }, iter: 50);

    [Fact]
    public void File_OfSeveralListsInPem_GivesEach()
    {
        var text = "Made on a Monday\n" + Pem(List()) + Pem(authority.RevocationList(authority.Root));

        Assert.Equal(2, CertificateRevocationList.ReadAll(System.Text.Encoding.ASCII.GetBytes(text), [authority.Root]).Count);
    }

    public void Dispose() => authority.Dispose();

    private static string Pem(byte[] list) => PemEncoding.WriteString("X509 CRL", list) + "\n";

    private static byte[] Minimal(byte[] bytes)
    {
        var trimmed = bytes.AsSpan().TrimStart((byte)0);
        return trimmed[0] < 0x80 ? trimmed.ToArray() : [0, .. trimmed];
    }

    private byte[] List()
    {
        using var revoked = authority.Issue(null);
        return authority.RevocationList(authority.Root, [revoked]);
    }

    private CertificateRevocationList Read(byte[] file) => CertificateRevocationList.ReadAll(file, [authority.Root]).Single();

    private bool Refuses(byte[] file)
    {
        try
        {
            Read(file);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    private void AssertRefused(byte[] file, string why) => Assert.Contains(
        why, Assert.Throws<InvalidDataException>(() => Read(file)).Message, StringComparison.Ordinal);

    // What the platform's builder does not make.
    private byte[] Written(Parts parts)
    {
        var issuer = parts.Issuer ?? authority.Root;
        var content = new AsnWriter(AsnEncodingRules.DER);
        using (content.PushSequence())
        {
            if (parts.Version is { } version)
            {
                content.WriteInteger(version);
            }

            WriteAlgorithm(content, parts.InnerAlgorithm);
            content.WriteEncodedValue(issuer.SubjectName.RawData);
            content.WriteUtcTime(From);
            if (parts.NextUpdate is { } nextUpdate)
            {
                content.WriteUtcTime(nextUpdate);
            }

            using (content.PushSequence())
            using (content.PushSequence())
            {
                content.WriteInteger(4711);
                content.WriteUtcTime(From);
                if (parts.EntryExtension is { } extension)
                {
                    WriteExtensions(content, extension);
                }
            }

            if (parts.Extension is { } ofList)
            {
                using (content.PushSequence(Context0))
                {
                    WriteExtensions(content, ofList);
                }
            }
        }

        using var key = issuer.GetECDsaPrivateKey()!;
        var list = new AsnWriter(AsnEncodingRules.DER);
        using (list.PushSequence())
        {
            list.WriteEncodedValue(content.Encode());
            WriteAlgorithm(list, parts.Algorithm);
            list.WriteBitString(key.SignData(
                content.Encode(), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }

        return list.Encode();
    }

    private static void WriteAlgorithm(AsnWriter writer, string oid)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
        }
    }

    private static void WriteExtensions(AsnWriter writer, (string Oid, bool Critical, byte[] Value) extension)
    {
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(extension.Oid);
            if (extension.Critical)
            {
                writer.WriteBoolean(true);
            }

            writer.WriteOctetString(extension.Value);
        }
    }

    private sealed record Parts
    {
        public X509Certificate2? Issuer { get; init; }

        public int? Version { get; init; } = 1;

        public string InnerAlgorithm { get; init; } = "1.2.840.10045.4.3.2";

        public string Algorithm { get; init; } = "1.2.840.10045.4.3.2";

        public DateTimeOffset? NextUpdate { get; init; } = From.AddDays(7);

        public (string Oid, bool Critical, byte[] Value)? Extension { get; init; }

        public (string Oid, bool Critical, byte[] Value)? EntryExtension { get; init; }
    }
}
