using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Partners;

/// <summary>Certificate signing requests (PKCS #10, RFC 2986), as three RPCs take them.</summary>
internal static class SigningRequest
{
    private const int Largest = 8 * 1024;
    private const string Remedy = "Make an ECDSA P-256 key and sign a PKCS #10 request with it; thub does both.";

    /// <summary>Reads a request. The signature inside proves that whoever made it holds the key.</summary>
    /// <exception cref="HubException">CSR_INVALID.</exception>
    public static CertificateRequest Read(ByteString der)
    {
        if (der.Length is 0 or > Largest)
        {
            throw Invalid("A signing request has 1 byte to 8 KiB.");
        }

        CertificateRequest request;
        try
        {
            request = CertificateRequest.LoadSigningRequest(der.ToByteArray(), HashAlgorithmName.SHA256);
        }
        catch (Exception e) when (e is CryptographicException or NotSupportedException or ArgumentException)
        {
            throw Invalid("It is not a signing request, or its signature does not hold.");
        }

        using var key = request.PublicKey.GetECDsaPublicKey();
        return key is not null && key.ExportParameters(false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
            ? request
            : throw Invalid("The key must be ECDSA P-256.");
    }

    private static HubException Invalid(string rule) => new(ErrorReason.CsrInvalid, "csr_der", rule, Remedy);
}
