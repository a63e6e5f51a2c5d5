using System.Globalization;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Partners;

/// <summary>Why a certificate or its partner is not taken.</summary>
internal static class PartnerErrors
{
    public static readonly Refusal CertificateUnknown = new(
        ErrorReason.CertificateUnknown, "", "This certificate is not registered with the hub.",
        "Use the certificate that joining gave you; if it is the one, ask the operator whether it still stands.");

    public static Refusal CertificateExpired(DateTimeOffset at) => new(
        ErrorReason.CertificateExpired, "", $"This certificate was taken until {Utc(at)}.",
        "Use its successor; if there is none, ask the operator for an enrolment code and join again.");

    private static string Utc(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
