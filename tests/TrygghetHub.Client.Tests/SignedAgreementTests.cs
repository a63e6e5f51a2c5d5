using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Client.Tests;

public sealed class SignedAgreementTests : IDisposable
{
    private static readonly string[] Parties = ["polisen", "upplands-bro"];
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly string directory = Directory.CreateTempSubdirectory("trygghethub-signing-").FullName;
    private readonly FakeAuthority authority = new();
    private readonly Dictionary<string, IdentityFolder> identities = [];

    public void Dispose()
    {
        foreach (var identity in identities.Values)
        {
            identity.Dispose();
        }

        authority.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Sign_ByAnIdentity_IsDetachedWithSha256AndTheCertificateAlone()
    {
        byte[] document = [1, 2, 3];

        var cms = AgreementSigning.Sign(document, Identity("polisen"));

        var decoded = new SignedCms(new ContentInfo(document), detached: true);
        decoded.Decode(cms);
        Assert.True(decoded.Detached);
        var signer = Assert.Single(decoded.SignerInfos.Cast<SignerInfo>());
        Assert.Equal("2.16.840.1.101.3.4.2.1", signer.DigestAlgorithm.Value);
        Assert.Equal(Identity("polisen").Certificate.RawData, Assert.Single(decoded.Certificates).RawData);
        signer.CheckSignature(verifySignatureOnly: true);
    }

    [Fact]
    public void Verify_SignedByAll_HoldsAndSaysByWhom()
    {
        var file = Signed();

        var verified = Verify(file);

        Assert.True(verified.Holds, Said(verified));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(file.Document.Span)), verified.DocumentSha256);
        Assert.Equal(Parties, verified.Signatures.Select(s => s.Party));
        Assert.All(verified.Signatures, s => Assert.Equal(PartyNaming.Certificate, s.NamedBy));
        Assert.Equal("est", verified.Agreement!.Id);
    }

    // Exhaustive: every byte of the document, of a signature and of its certificates, by one bit and by all.
    [Fact]
    public void Verify_AnyByteChanged_DoesNotHold()
    {
        var file = Signed();
        Assert.True(Verify(file).Holds);

        AssertEveryFlipFails("document", file.Document, (changed, bytes) => changed.Document = bytes);
        AssertEveryFlipFails(
            "signature", file.Signatures[0].Signature, (changed, bytes) => changed.Signatures[0].Signature = bytes);
        for (var c = 0; c < file.Signatures[0].Chain.Count; c++)
        {
            var link = c;
            AssertEveryFlipFails(
                $"certificate {c}", file.Signatures[0].Chain[c],
                (changed, bytes) => changed.Signatures[0].Chain[link] = bytes);
        }

        void AssertEveryFlipFails(string what, ByteString bytes, Action<SignedAgreement, ByteString> change)
        {
            for (var at = 0; at < bytes.Length; at++)
            {
                foreach (var flip in (byte[])[(byte)(1 << at % 8), 0xFF])
                {
                    var other = bytes.ToByteArray();
                    other[at] ^= flip;
                    var changed = file.Clone();
                    change(changed, ByteString.CopyFrom(other));
                    Assert.False(Verify(changed).Holds, $"{what}: byte {at}, by {flip:X2}");
                }
            }
        }
    }

    // Of the file's own wrapping a change may be harmless: the number and the times are the hub's word. What was signed
    // and by whom never changes with it.
    [Fact]
    public void Verify_AnyByteOfTheFileChanged_IsRefusedOrSaysTheSameOfTheDocument()
    {
        var file = Signed();
        var bytes = file.ToByteArray();
        var sha256 = Verify(file).DocumentSha256;

        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Byte[1, 255]).Sample((at, change) =>
        {
            var other = bytes.ToArray();
            other[at] ^= change;
            try
            {
                var verified = SignedAgreementVerification.Verify(other, [authority.Root]);
                Assert.True(!verified.Holds || verified.DocumentSha256 == sha256);
            }
            catch (InvalidDataException)
            {
                // Refused.
            }
        });
    }

    [Fact]
    public void Read_CutOffAnywhereOrNotAFile_IsRefusedOrDoesNotHold()
    {
        var bytes = Signed().ToByteArray();
        for (var length = 0; length < bytes.Length; length++)
        {
            try
            {
                // Cut between two parts, what is left is a file: of fewer signatures, or without its number.
                var verified = SignedAgreementVerification.Verify(bytes.AsSpan(0, length), [authority.Root]);
                Assert.True(!verified.Holds || verified.Version == 0, $"Cut off at {length}");
            }
            catch (InvalidDataException exception)
            {
                Assert.Contains("Get the file again", exception.Message, StringComparison.Ordinal);
            }
        }

        Assert.Throws<InvalidDataException>(() => SignedAgreementVerification.Read("{\"id\": \"est\"}"u8));
        Assert.Throws<InvalidDataException>(() => SignedAgreementVerification.Read([]));
    }

    [Fact]
    public void Verify_PartyThatHasNotSigned_IsNamed()
    {
        var file = Signed();
        file.Signatures.RemoveAt(1);

        AssertFails(file, "upplands-bro", "It has not signed.");
    }

    [Fact]
    public void Verify_SignedTwice_DoesNotHold()
    {
        var file = Signed();
        file.Signatures.Add(file.Signatures[0].Clone());

        AssertFails(file, "polisen", "It has signed 2 times; one is wanted.");
    }

    [Fact]
    public void Verify_SignerThatIsNoParty_DoesNotHold()
    {
        var file = Signed();
        file.Signatures.Add(Signature(file, "bostad-bro"));

        AssertFails(file, "bostad-bro", "It is no party to the document.");
    }

    [Fact]
    public void Verify_SignatureOfAnotherParty_DoesNotHold()
    {
        var file = Signed();
        file.Signatures[1].MergeFrom(new AgreementSignature { Signature = file.Signatures[0].Signature });
        file.Signatures[1].Chain.Clear();
        file.Signatures[1].Chain.Add(file.Signatures[0].Chain);

        AssertFails(file, "upplands-bro", "The certificate does not name urn:trygghet:partner:upplands-bro and nobody else.");
    }

    [Fact]
    public void Verify_AnotherRoot_DoesNotHoldAndNamesTheOneItEndsAt()
    {
        using var other = new FakeAuthority();

        var verified = SignedAgreementVerification.Verify(Signed(), [other.Root]);

        Assert.False(verified.Holds);
        Assert.All(verified.Signatures, s => Assert.EndsWith("its chain ends at CN=Test root.", s.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void Verify_CertificateThatWasNotValidThen_DoesNotHold()
    {
        var file = Signed();
        file.Signatures[0].SignTime = Now.AddDays(-30).ToTimestamp();

        AssertFails(file, "polisen", "The certificate does not lead to a trusted root, or was not valid then; its chain ends at CN=Test root.");
    }

    [Fact]
    public void Verify_CertificateOfAnOutsideAuthority_HoldsByItsRootAloneAndSaysWhoNamesTheParty()
    {
        using var outside = new FakeAuthority("Outside root");
        using var one = outside.Enrol(Path.Combine(directory, "outside"), new Uri("https://localhost:1"), "https://example.org/police");
        var file = Signed();
        file.Signatures[0] = Signature(file, "polisen", one, outside);

        Assert.False(Verify(file).Holds);
        var verified = SignedAgreementVerification.Verify(file, [authority.Root], [outside.Root]);

        Assert.True(verified.Holds, Said(verified));
        Assert.Equal(PartyNaming.Hub, verified.Signatures[0].NamedBy);
        Assert.Contains("is the hub's word", verified.Signatures[0].Text, StringComparison.Ordinal);
        Assert.Equal(PartyNaming.Certificate, verified.Signatures[1].NamedBy);
        // As the hub's own root it names nobody.
        Assert.False(SignedAgreementVerification.Verify(file, [authority.Root, outside.Root]).Holds);
    }

    [Fact]
    public void Verify_OutsideAuthorityThatNamesAPartner_IsNotBelieved()
    {
        using var outside = new FakeAuthority("Outside root");
        using var one = outside.Enrol(Path.Combine(directory, "outside"), new Uri("https://localhost:1"));
        var file = Signed();
        file.Signatures[0] = Signature(file, "polisen", one, outside);

        var verified = SignedAgreementVerification.Verify(file, [authority.Root], [outside.Root]);

        Assert.Equal(PartyNaming.Hub, verified.Signatures[0].NamedBy);
    }

    [Fact]
    public void Verify_WhatNobodySignedInsideTheSignature_IsNotTaken()
    {
        var file = Signed();
        Assert.Contains("something that is not signed", Refused(cms => cms.SignerInfos[0].AddUnsignedAttribute(
            new AsnEncodedData(new Oid("1.2.3.4"), [5, 0]))), StringComparison.Ordinal);
        Assert.Contains("other certificates", Refused(cms => cms.AddCertificate(authority.Issuing)), StringComparison.Ordinal);
        Assert.Contains("more signers", Refused(cms =>
        {
            cms.ComputeSignature(Signer(Identity("polisen").Certificate));
            cms.RemoveCertificate(Identity("polisen").Certificate);
            cms.AddCertificate(Identity("polisen").Certificate);
        }), StringComparison.Ordinal);

        string Refused(Action<SignedCms> change)
        {
            var cms = new SignedCms(new ContentInfo(file.Document.ToByteArray()), detached: true);
            cms.Decode(file.Signatures[0].Signature.Span);
            change(cms);
            var changed = file.Clone();
            changed.Signatures[0].Signature = ByteString.CopyFrom(cms.Encode());
            var verified = Verify(changed);
            Assert.False(verified.Holds);
            return verified.Signatures[0].Text;
        }
    }

    // Other tools sign as well: with the key's identifier, with SHA-512; but not without signed attributes.
    [Theory]
    [InlineData("2.16.840.1.101.3.4.2.1", true, true)]
    [InlineData("2.16.840.1.101.3.4.2.2", true, true)]
    [InlineData("2.16.840.1.101.3.4.2.3", true, true)]
    [InlineData("1.3.14.3.2.26", true, false)]
    [InlineData("2.16.840.1.101.3.4.2.1", false, false)]
    public void Verify_SignatureOfAnotherTool_HoldsByItsDigestAndSignedAttributes(string digest, bool attributes, bool holds)
    {
        var file = Signed();
        var cms = new SignedCms(new ContentInfo(file.Document.ToByteArray()), detached: true);
        var signer = Signer(Identity("polisen").Certificate);
        signer.DigestAlgorithm = new Oid(digest);
        if (attributes)
        {
            signer.SignedAttributes.Add(new Pkcs9SigningTime());
        }

        cms.ComputeSignature(signer);
        file.Signatures[0].Signature = ByteString.CopyFrom(cms.Encode());

        Assert.Equal(holds, Verify(file).Holds);
    }

    [Fact]
    public void Verify_RsaCertificates_Hold()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=An office", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(Now.AddHours(-1), Now.AddDays(1));
        var file = Signed();
        var cms = AgreementSigning.Sign(file.Document.Memory, certificate);
        file.Signatures[0].Signature = ByteString.CopyFrom(cms);
        file.Signatures[0].Chain.Clear();
        file.Signatures[0].Chain.Add(ByteString.CopyFrom(certificate.RawData));

        var verified = SignedAgreementVerification.Verify(file, [authority.Root], [certificate]);

        Assert.True(verified.Holds, Said(verified));
    }

    [Fact]
    public void Verify_TermsThatNobodyKnows_DoesNotHold()
    {
        // Field 4000, a varint of 1, after all that is known.
        var document = Examples.Agreement("est", Parties[0], Parties[1]).ToByteArray().Concat((byte[])[0x80, 0xFA, 0x01, 0x01]).ToArray();
        var file = Signed(document);

        var verified = Verify(file);

        Assert.False(verified.Holds);
        Assert.Contains("terms that this version does not know", Assert.Single(verified.Faults), StringComparison.Ordinal);
    }

    private static CmsSigner Signer(X509Certificate2 certificate) =>
        new(SubjectIdentifierType.IssuerAndSerialNumber, certificate) { IncludeOption = X509IncludeOption.EndCertOnly };

    private static string Said(AgreementVerification verified) =>
        string.Join('\n', verified.Faults.Concat(verified.Signatures.Select(s => $"{s.Party}: {s.Text}")));

    private AgreementVerification Verify(SignedAgreement file) => SignedAgreementVerification.Verify(file, [authority.Root]);

    private void AssertFails(SignedAgreement file, string party, string text)
    {
        var verified = Verify(file);
        Assert.False(verified.Holds);
        Assert.Equal(text, verified.Signatures.Single(s => s.Party == party).Text);
        Assert.Single(verified.Signatures, s => !s.Holds);
    }

    private SignedAgreement Signed(byte[]? document = null)
    {
        var file = new SignedAgreement
        {
            Document = ByteString.CopyFrom(document ?? Examples.Agreement("est", Parties[0], Parties[1]).ToByteArray()),
            Version = 1,
        };
        file.Signatures.Add(Parties.Select(party => Signature(file, party)));
        return file;
    }

    private AgreementSignature Signature(SignedAgreement file, string party) =>
        Signature(file, party, Identity(party), authority);

    private static AgreementSignature Signature(
        SignedAgreement file, string party, IdentityFolder identity, FakeAuthority issuer) => new()
        {
            Partner = party,
            Signature = ByteString.CopyFrom(AgreementSigning.Sign(file.Document.Memory, identity)),
            Chain =
        {
            new[] { identity.Certificate, issuer.Issuing, issuer.Root }.Select(c => ByteString.CopyFrom(c.RawData)),
        },
            SignTime = Now.ToTimestamp(),
        };

    private IdentityFolder Identity(string party)
    {
        if (!identities.TryGetValue(party, out var identity))
        {
            identity = authority.Enrol(
                Path.Combine(directory, party), new Uri("https://localhost:1"), "urn:trygghet:partner:" + party);
            identities[party] = identity;
        }

        return identity;
    }
}
