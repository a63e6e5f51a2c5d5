using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Partners;

/// <summary>Why a certificate or its partner is not taken, and what the operator's requests may break.</summary>
internal static class PartnerErrors
{
    public static readonly Refusal CertificateUnknown = new(
        ErrorReason.CertificateUnknown, "", "This certificate is not registered with the hub.",
        "Use the certificate that joining gave you; if it is the one, ask the operator whether it is still valid.");

    public static Refusal CertificateExpired(DateTimeOffset at) => new(
        ErrorReason.CertificateExpired, "", $"This certificate was taken until {SwedishClock.Minute(at)}.",
        "Use its successor; if there is none, ask the operator for an enrolment code and join again.");

    public static Refusal CertificateRevoked(RegisteredCertificate certificate) => new(
        ErrorReason.CertificateRevoked, "",
        $"This certificate was revoked at {SwedishClock.Minute(certificate.RevokedAt!.Value)}: {Sentence(certificate.RevocationReason)}",
        "Stop using it. Ask the operator for an enrolment code and join again with a new key.");

    public static Refusal NotTakingPart(Partner partner) => partner.State == PartnerState.Left
        ? new Refusal(
            ErrorReason.PartnerLeft, "", $"{partner.Id} has left the hub at {SwedishClock.Minute(partner.StateAt)}.",
            "A partner that comes back gets a new id: ask the operator.")
        : new Refusal(
            ErrorReason.PartnerSuspended, "",
            $"{partner.Id} is suspended since {SwedishClock.Minute(partner.StateAt)}: {Sentence(partner.StateReason)}", "Talk to the operator.");

    public static Refusal Pending(ConsentRequest request) => new(
        ErrorReason.AccessRestricted, "",
        $"{request.Partner} has not consented to this certificate, which may only ask what its access is.",
        $"Consent with another valid certificate: thub cert consent {request.Id} --as DIR. Until then use that one.");

    public static Refusal Sending(ConsentRequest request) => new(
        ErrorReason.AccessRestricted, "",
        $"This certificate may send reports and confirm weeks, and reads from {SwedishClock.Minute(request.FullAt!.Value)}, unless "
            + $"{request.Partner} objects.",
        $"Wait, or hand in what a registered contact signs: thub cert consent {request.Id} --contact FILE, or thub cert object.");

    public static HubException RequestUnknown() => new(
        ErrorReason.NotFound, "name", "You have no consent request of this name.",
        "thub cert requests lists yours; names have the form partners/ID/consentRequests/REQUEST.");

    public static HubException RequestClosed(ConsentRequest request, ConsentState state) => new(
        ErrorReason.ConsentState, "name", state switch
        {
            ConsentState.Consented => $"{request.Partner} has consented to it already.",
            ConsentState.Elapsed => $"Nobody objected to it until {SwedishClock.Minute(request.FullAt!.Value)}: it is granted.",
            ConsentState.Objected => $"{request.Partner} has objected to it: it is refused for good.",
            _ => $"It has ended: {Sentence(request.Outcome!.Reason)}",
        },
        state is ConsentState.Consented or ConsentState.Elapsed
            ? "If it should not have been granted, have the operator revoke the certificate or take the roles away at once."
            : "If it is still wanted, let the operator ask again: thub partner code ID, or thub partner roles ID.");

    public static HubException RequestWithoutCertificate() => new(
        ErrorReason.ConsentState, "name", "The certificate that it is for has expired or was revoked.",
        "If it is still wanted, let the operator ask again: thub partner code ID.");

    public static HubException PartnerUnknown(string field) => new(
        ErrorReason.PartnerUnknown, field, "No partner has this name.",
        "Names have the form partners/ID; list them to see the ids.");

    public static HubException StateWrong(Partner partner) => new(
        ErrorReason.PartnerState, "name", $"{partner.Id} {(partner.State == PartnerState.Left ? "has left" : "is suspended")}.",
        partner.State == PartnerState.Left ? "Create it again under another id." : "Resume it first.");

    // Another sentence follows.
    private static string Sentence(string reason) => reason.TrimEnd('.') + ".";
}
