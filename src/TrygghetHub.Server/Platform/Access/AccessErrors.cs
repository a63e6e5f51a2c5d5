using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>Why a call is not let in, where neither certificate nor token is to blame.</summary>
internal static class AccessErrors
{
    public static readonly Refusal NotDeclared = new(
        ErrorReason.PermissionMissing, "", "This RPC declares no permission and is denied to everyone.",
        "Call another; if it should be one of yours, tell the hub's developers.");

    public static readonly Refusal OpenOnly = new(
        ErrorReason.EndpointWrong, "", "Joining stands on the hub's open endpoint.", "Call that address.");

    public static readonly Refusal PartnersOnly = new(
        ErrorReason.EndpointWrong, "", "The open endpoint serves joining, discovery and health alone.",
        "Call the partners' endpoint with your certificate.");

    public static readonly Refusal NoCertificate = new(
        ErrorReason.CertificateUnknown, "", "The call came without a client certificate.",
        "Call the partners' endpoint with your certificate.");

    public static readonly Refusal NotAdmitted = new(
        ErrorReason.Internal, "", "The call did not go through admission.", "Tell the operator.");

    /// <summary>Why a caller does not have a permission.</summary>
    public static Refusal PermissionMissing(Principal caller, string permission) =>
        caller.Restriction is { } restriction && !restriction.Allowed.Contains(permission)
            ? restriction.Why
            : PermissionMissing(permission);

    private static Refusal PermissionMissing(string permission) => new(
        ErrorReason.PermissionMissing, "", $"Your roles and your token do not hold the permission {permission} together.",
        "Ask for a token with this scope; if your roles lack it, ask the operator.");
}
