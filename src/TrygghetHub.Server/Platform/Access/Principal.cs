using Grpc.Core;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>Who is calling: established from the client certificate alone, never from what a request says.</summary>
/// <param name="Role">Decides the permissions.</param>
/// <param name="Id">The partner's id, or the operator's.</param>
internal sealed record Principal(Role Role, string Id);

/// <summary>What a principal may do; see <see cref="Permissions"/>.</summary>
internal enum Role
{
    /// <summary>A partner's system.</summary>
    PartnerSystem = 1,

    /// <summary>Runs the hub. Is no partner and reads no reports.</summary>
    Operator = 2,
}

/// <summary>
/// The question that access control asks and the Partners slice answers: whose certificate is this?
/// </summary>
internal interface IPrincipalDirectory
{
    /// <summary>
    /// The principal that a certificate is registered to, or null when it is registered to nobody. Both the
    /// identity written in the certificate and its registered thumbprint must agree; unknown fails closed.
    /// </summary>
    Principal? Find(System.Security.Cryptography.X509Certificates.X509Certificate2 certificate);
}

internal static class CallerExtensions
{
    private static readonly object Key = new();

    /// <summary>The caller of an RPC that the access interceptor has let through.</summary>
    public static Principal Caller(this ServerCallContext context) => (Principal)context.UserState[Key];

    public static void SetCaller(this ServerCallContext context, Principal caller) => context.UserState[Key] = caller;
}
