using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>Reads certificates that somebody put into a file, and says what is wrong with them. Thread-safe.</summary>
internal static class CertificateFiles
{
    private const string BeginMarker = "-----BEGIN CERTIFICATE-----";

    /// <summary>The certificates of a PEM file (RFC 7468), in its order; at least one.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="path">The file's name, for the error.</param>
    /// <exception cref="InvalidDataException">There is none, or one is cut off or damaged.</exception>
    public static X509Certificate2[] Read(ReadOnlySpan<byte> content, string path)
    {
        var text = Encoding.UTF8.GetString(content);
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(text);
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException($"{path} holds a certificate that is damaged.", e);
        }

        if (found.Count == 0)
        {
            throw new InvalidDataException($"{path} holds no certificate in PEM.");
        }

        // A block without an end is skipped by the reader, and a trusted root would be missing without a word.
        return text.AsSpan().Count(BeginMarker) == found.Count
            ? [.. found]
            : throw new InvalidDataException($"{path} is cut off: it begins more certificates than it ends.");
    }

    /// <summary>Certificates of a certification authority say so (RFC 5280, 4.2.1.3 and 4.2.1.9).</summary>
    /// <exception cref="InvalidDataException">This one may not sign certificates.</exception>
    public static void RequireAuthority(X509Certificate2 certificate, string path)
    {
        try
        {
            if (certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault() is not { CertificateAuthority: true })
            {
                throw new InvalidDataException($"{path}: {certificate.Subject} is not an authority's certificate (basicConstraints).");
            }

            if (!HasUsage(certificate, X509KeyUsageFlags.KeyCertSign))
            {
                throw new InvalidDataException($"{path}: {certificate.Subject} may not sign certificates (keyUsage lacks keyCertSign).");
            }
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException($"{path}: {certificate.Subject} has an extension that is damaged.", e);
        }
    }

    /// <summary>Whether the certificate has a keyUsage extension that names this usage.</summary>
    /// <exception cref="CryptographicException">The extension is damaged.</exception>
    public static bool HasUsage(X509Certificate2 certificate, X509KeyUsageFlags usage) =>
        certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault() is { } usages
        && usages.KeyUsages.HasFlag(usage);

    /// <summary>A certificate's kind of key, such as <c>RSA 3072</c>, <c>ECDSA P-384</c> or <c>Ed25519</c>; else its object identifier.</summary>
    public static string KeyName(X509Certificate2 certificate)
    {
        try
        {
            using var rsa = certificate.GetRSAPublicKey();
            using var ecdsa = certificate.GetECDsaPublicKey();
            return rsa is not null ? $"RSA {rsa.KeySize}"
                : ecdsa is not null ? "ECDSA " + CurveName(ecdsa.ExportParameters(includePrivateParameters: false).Curve.Oid)
                : certificate.PublicKey.Oid.Value switch
                {
                    "1.3.101.112" => "Ed25519",
                    "1.3.101.113" => "Ed448",
                    var other => other ?? "of an unknown kind",
                };
        }
        catch (CryptographicException)
        {
            return certificate.PublicKey.Oid.Value ?? "of an unknown kind";
        }
    }

    /// <summary>Whether a client's key is of a kind that .NET can use and that is strong: ECDSA P-256, P-384 or P-521, RSA from 2,048 bits.</summary>
    public static bool HasUsableKey(X509Certificate2 certificate)
    {
        try
        {
            using var ecdsa = certificate.GetECDsaPublicKey();
            using var rsa = certificate.GetRSAPublicKey();
            return (ecdsa is not null && IsNist(certificate.PublicKey.EncodedParameters?.RawData)) || rsa is { KeySize: >= 2048 };
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    // The certificate names its curve alike on every system.
    private static bool IsNist(byte[]? parameters)
    {
        try
        {
            return AsnDecoder.ReadObjectIdentifier(parameters, AsnEncodingRules.DER, out _)
                is "1.2.840.10045.3.1.7" or "1.3.132.0.34" or "1.3.132.0.35";
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    // As NIST names them; .NET names them otherwise on each system.
    private static string? CurveName(Oid curve) => curve.Value switch
    {
        "1.2.840.10045.3.1.7" => "P-256",
        "1.3.132.0.34" => "P-384",
        "1.3.132.0.35" => "P-521",
        _ => curve.FriendlyName ?? curve.Value,
    };

    /// <summary>Names are compared as bytes: whoever signs copies its own name.</summary>
    public static bool SameName(X500DistinguishedName one, X500DistinguishedName other) =>
        one.RawData.AsSpan().SequenceEqual(other.RawData);

    /// <summary>Whether a certificate names itself as its issuer.</summary>
    public static bool IsRoot(X509Certificate2 certificate) => SameName(certificate.SubjectName, certificate.IssuerName);
}
