using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// What certificates and revocation lists have in common: content, algorithm, signature (RFC 5280, 4.1 and 5.1).
/// Immutable and thread-safe.
/// </summary>
/// <remarks>The platform verifies certificates in chains alone, and revocation lists not at all.</remarks>
internal sealed class SignedStructure
{
    private const int LeastRsaBits = 2048;
    private static readonly Asn1Tag Context0 = new(TagClass.ContextSpecific, 0, isConstructed: true);
    private static readonly Asn1Tag Context1 = new(TagClass.ContextSpecific, 1, isConstructed: true);
    private static readonly Asn1Tag Context2 = new(TagClass.ContextSpecific, 2, isConstructed: true);
    private static readonly Asn1Tag Context3 = new(TagClass.ContextSpecific, 3, isConstructed: true);

    private readonly byte[] signature;

    private SignedStructure(ReadOnlyMemory<byte> content, ReadOnlyMemory<byte> algorithm, byte[] signature)
    {
        Content = content;
        Algorithm = algorithm;
        this.signature = signature;
    }

    /// <summary>What is signed, with its header.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>The AlgorithmIdentifier, with its header.</summary>
    public ReadOnlyMemory<byte> Algorithm { get; }

    /// <exception cref="InvalidDataException">It has another structure.</exception>
    public static SignedStructure Read(ReadOnlyMemory<byte> der)
    {
        try
        {
            var outer = new AsnReader(der, AsnEncodingRules.DER);
            var parts = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var content = parts.PeekEncodedValue();
            parts.ReadSequence();
            var algorithm = parts.PeekEncodedValue();
            parts.ReadSequence();
            var signature = parts.ReadBitString(out var unused);
            parts.ThrowIfNotEmpty();
            return unused == 0
                ? new SignedStructure(content, algorithm, signature)
                : throw new InvalidDataException("its signature is not made of whole bytes");
        }
        catch (AsnContentException e)
        {
            throw new InvalidDataException("it is damaged", e);
        }
    }

    /// <summary>
    /// Verifies the signature: ECDSA on P-256, P-384 or P-521, RSA PKCS #1 or PSS from 2,048 bits, each with SHA-256,
    /// SHA-384 or SHA-512.
    /// </summary>
    /// <exception cref="InvalidDataException">It is not by this signer, or of an algorithm that is not taken.</exception>
    public void Verify(X509Certificate2 signer)
    {
        bool verified;
        try
        {
            verified = IsBy(signer);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            throw new InvalidDataException("its signature is damaged", e);
        }

        if (!verified)
        {
            throw new InvalidDataException($"it is not signed with the key of {signer.Subject}");
        }
    }

    private bool IsBy(X509Certificate2 signer)
    {
        var algorithm = new AsnReader(Algorithm, AsnEncodingRules.DER).ReadSequence();
        var oid = algorithm.ReadObjectIdentifier();
        return oid switch
        {
            "1.2.840.10045.4.3.2" => IsEcdsa(signer, HashAlgorithmName.SHA256),
            "1.2.840.10045.4.3.3" => IsEcdsa(signer, HashAlgorithmName.SHA384),
            "1.2.840.10045.4.3.4" => IsEcdsa(signer, HashAlgorithmName.SHA512),
            "1.2.840.113549.1.1.11" => IsRsa(signer, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            "1.2.840.113549.1.1.12" => IsRsa(signer, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1),
            "1.2.840.113549.1.1.13" => IsRsa(signer, HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1),
            "1.2.840.113549.1.1.10" => IsRsa(signer, PssHash(algorithm), RSASignaturePadding.Pss),
            _ => throw NotTaken(oid),
        };
    }

    private bool IsEcdsa(X509Certificate2 signer, HashAlgorithmName hash)
    {
        using var key = signer.GetECDsaPublicKey();
        if (key is null)
        {
            return false;
        }

        var curve = key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value;
        return curve is "1.2.840.10045.3.1.7" or "1.3.132.0.34" or "1.3.132.0.35"
            ? key.VerifyData(Content.Span, signature, hash, DSASignatureFormat.Rfc3279DerSequence)
            : throw NotTaken("ECDSA on another curve than P-256, P-384 and P-521");
    }

    private bool IsRsa(X509Certificate2 signer, HashAlgorithmName hash, RSASignaturePadding padding)
    {
        using var key = signer.GetRSAPublicKey();
        if (key is null)
        {
            return false;
        }

        return key.KeySize >= LeastRsaBits
            ? key.VerifyData(Content.Span, signature, hash, padding)
            : throw NotTaken($"RSA of less than {LeastRsaBits} bits");
    }

    // RFC 4055, 3.1. One hash throughout and a salt of its size: what everybody uses, and what the platform verifies.
    private static HashAlgorithmName PssHash(AsnReader algorithm)
    {
        var parameters = algorithm.ReadSequence();
        algorithm.ThrowIfNotEmpty();
        var hash = parameters.ReadSequence(Context0).ReadSequence().ReadObjectIdentifier();
        var mask = parameters.ReadSequence(Context1).ReadSequence();
        var maskFunction = mask.ReadObjectIdentifier();
        var maskHash = mask.ReadSequence().ReadObjectIdentifier();
        var (name, size) = hash switch
        {
            "2.16.840.1.101.3.4.2.1" => (HashAlgorithmName.SHA256, 32),
            "2.16.840.1.101.3.4.2.2" => (HashAlgorithmName.SHA384, 48),
            "2.16.840.1.101.3.4.2.3" => (HashAlgorithmName.SHA512, 64),
            _ => throw NotTaken("RSA-PSS with " + hash),
        };
        if (!parameters.ReadSequence(Context2).TryReadInt32(out var salt) || salt != size)
        {
            throw NotTaken("RSA-PSS with a salt of another size than the hash");
        }

        var trailer = !parameters.HasData || (parameters.ReadSequence(Context3).TryReadInt32(out var field) && field == 1);
        return trailer && maskFunction == "1.2.840.113549.1.1.8" && maskHash == hash
            ? name
            : throw NotTaken("RSA-PSS with another mask than MGF1 with the same hash");
    }

    private static InvalidDataException NotTaken(string algorithm) =>
        new($"its signature's algorithm is not taken: {algorithm}");
}
