#pragma warning disable CA1822 // until merged
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Identity;

/// <summary>Placeholder until the authorities from outside are read.</summary>
internal sealed class OutsideAuthorities
{
    public X509Certificate2Collection Roots { get; } = [];

    public X509Certificate2Collection Intermediates { get; } = [];

    public IEnumerable<(string Name, DateTimeOffset? NextUpdate, string? Problem)> Status => [];

    public bool Reload() => Roots.Count > 0;

    public Refusal? Check(X509Certificate2 certificate, DateTimeOffset at) => new(
        ErrorReason.CertificateStatusUnknown, "", $"No outside authority is known {certificate.Subject} {at}", "");
}
