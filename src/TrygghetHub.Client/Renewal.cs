using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Grpc.Core;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.Client;

/// <summary>Gets a folder's identity a new certificate for a new key.</summary>
internal static class Renewal
{
    /// <summary>Makes the key, has the hub certify it, and puts both in place.</summary>
    /// <remarks>After a crash anywhere in it the folder holds a pair that fits, and the same again goes on from there.</remarks>
    public static async Task<RenewCertificateResponse> RunAsync(
        CallerService.CallerServiceClient caller, IdentityFolder identity, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            // Several programs may share the folder, and their renewals fall due together.
            using var held = IdentityFiles.HoldForRenewal(identity.Path);
            using var key = IdentityFiles.NextKey(identity.Path, identity.Passphrase);
            var answer = await caller.RenewCertificateAsync(new RenewCertificateRequest
            {
                CsrDer = ByteString.CopyFrom(SigningRequest(key, identity.Id)),
            }, cancellationToken: cancellation).ConfigureAwait(false);
            // What does not fit must not take the place of what does.
            Check(answer, key, time);
            IdentityFiles.Replace(identity.Path, answer.CertificateChainPem, answer.RootPem);
            return answer;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw IdentityFolder.NotWritten(identity.Path, exception);
        }
    }

    /// <summary>A PKCS #10 signing request, DER. The hub looks at its key alone.</summary>
    public static byte[] SigningRequest(ECDsa key, string id) => new CertificateRequest(
        new X500DistinguishedName("CN=" + new string([.. id.Where(char.IsAsciiLetterOrDigit)])),
        key, HashAlgorithmName.SHA256).CreateSigningRequest();

    private static void Check(RenewCertificateResponse answer, ECDsa key, TimeProvider time)
    {
        try
        {
            using var certificate = X509Certificate2.CreateFromPem(answer.CertificateChainPem);
            using var certified = certificate.GetECDsaPublicKey();
            using var root = X509Certificate2.CreateFromPem(answer.RootPem);
            if (certified?.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()) == true
                && certificate.NotAfter > time.GetUtcNow())
            {
                return;
            }
        }
        catch (CryptographicException)
        {
            // Said below.
        }
        throw new HubException(StatusCode.Internal, "The hub answered with a certificate that cannot be used.",
            remedy: "The old one is still in place. Report it to the hub's operator.");
    }
}
