using System.Security.Cryptography;
using TrygghetHub.Client;

namespace TrygghetHub.Cli;

/// <summary>An identity folder that a command has made, as its <c>--json</c> prints it.</summary>
/// <param name="Id">Who it is, such as <c>urn:trygghet:partner:polisen</c>.</param>
/// <param name="Hub">The hub's address.</param>
/// <param name="Folder">As an absolute path.</param>
/// <param name="CertificateSha256">SHA-256 of the certificate, in hexadecimal.</param>
/// <param name="NotAfter">Until when the certificate is valid, UTC.</param>
internal sealed record MadeIdentity(string Id, string Hub, string Folder, string CertificateSha256, DateTime NotAfter)
{
    /// <summary>The same of a folder.</summary>
    public static MadeIdentity Of(IdentityFolder folder) => new(
        folder.Id, folder.Url.GetLeftPart(UriPartial.Authority), Path.GetFullPath(folder.Path),
        Convert.ToHexStringLower(SHA256.HashData(folder.Certificate.RawData)), folder.Certificate.NotAfter.ToUniversalTime());
}
