using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Tests.Platform.Identity;

public sealed class CertificateFilesTests
{
    [Theory]
    [InlineData("1.2.840.10045.3.1.7", true)]
    [InlineData("1.3.132.0.34", true)]
    [InlineData("1.3.132.0.35", true)]
    [InlineData("1.3.132.0.10", false)] // secp256k1
    [InlineData("1.3.36.3.3.2.8.1.1.7", false)] // brainpoolP256r1
    public void Key_OfACurve_IsUsableOnlyWhereTheErrorNamesIt(string curve, bool isUsable)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromValue(curve));
        using var certificate = new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));

        Assert.Equal(isUsable, CertificateFiles.HasUsableKey(certificate));
    }
}
