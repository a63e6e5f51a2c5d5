using System.Collections.Frozen;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>Who is calling: established from the client certificate alone, never from what a request says.</summary>
/// <param name="Uri"><c>urn:trygghet:partner:ID</c> or <c>urn:trygghet:operator:ID</c>.</param>
/// <param name="Id">The partner's id, or the operator's.</param>
/// <param name="Roles">Decide the permissions.</param>
/// <param name="Permissions">What the roles let it do.</param>
internal sealed record Principal(string Uri, string Id, FrozenSet<Role> Roles, FrozenSet<string> Permissions)
{
    public const string PartnerUri = "urn:trygghet:partner:";
    public const string OperatorUri = "urn:trygghet:operator:";

    /// <summary>
    /// Why the certificate of this call has fewer permissions than its partner's roles give; null where it has all.
    /// </summary>
    public Restriction? Restriction { get; init; }

    /// <summary>
    /// What its connections, calls and log lines count against. Certificates to which a partner has not consented have one of
    /// their own: they use up nothing of the partner's.
    /// </summary>
    public string ShareKey => Restriction is null ? Uri : Uri + " restricted";

    /// <summary>The principal as one of its certificates that may do less.</summary>
    /// <param name="allowed">All that the certificate may do where the roles permit it.</param>
    /// <param name="why">What is answered to other calls.</param>
    public Principal RestrictedTo(FrozenSet<string> allowed, Refusal why) => this with
    {
        Permissions = Permissions.Where(allowed.Contains).ToFrozenSet(StringComparer.Ordinal),
        Restriction = new Restriction(allowed, why),
    };

    /// <summary>Runs the hub, and is no partner.</summary>
    public bool IsOperator => Uri.StartsWith(OperatorUri, StringComparison.Ordinal);
}

/// <summary>What a certificate may do at most, whatever its partner's roles give.</summary>
/// <param name="Allowed">All permissions that it may have.</param>
/// <param name="Why">What is answered to calls that need another.</param>
internal sealed record Restriction(FrozenSet<string> Allowed, Refusal Why);

/// <summary>What a principal may do; see <see cref="Permissions"/>.</summary>
internal enum Role
{
    /// <summary>A partner's system: sends, confirms, reads what agreements let the partner see.</summary>
    PartnerSystem = 1,

    /// <summary>Runs the hub. Is no partner and reads no reports.</summary>
    Operator = 2,

    /// <summary>Sends and reads nothing.</summary>
    Reporter = 3,

    /// <summary>Reads, and has pictures compiled.</summary>
    Coordinator = 4,

    /// <summary>Reads who takes part and what was agreed.</summary>
    Auditor = 5,
}

/// <summary>
/// The question that access control asks and the Partners slice answers: whose certificate is this, and does it stand?
/// </summary>
internal interface IPrincipalDirectory
{
    /// <summary>
    /// The principal that a certificate is registered to, or why it is taken for nobody. Unknown fails closed.
    /// </summary>
    Standing Find(X509Certificate2 certificate);

    /// <summary>Told after every change that may end somebody's rights; on the thread that made it, so be brief.</summary>
    event Action? Changed;
}

/// <summary>How a certificate stands: its principal, or the refusal.</summary>
internal readonly record struct Standing(Principal? Principal, Refusal? Refusal)
{
    public static implicit operator Standing(Principal principal) => new(principal, null);

    public static implicit operator Standing(Refusal refusal) => new(null, refusal);
}

internal static class CallerExtensions
{
    private static readonly object Key = new();
    private static readonly object RunningKey = new();

    /// <summary>The caller of an RPC that the access interceptor has let through.</summary>
    public static Principal Caller(this ServerCallContext context) => (Principal)context.UserState[Key];

    /// <summary>The stream that an RPC answers with: a handler that waits looks whether it may go on.</summary>
    public static RunningCall Running(this ServerCallContext context) => (RunningCall)context.UserState[RunningKey];

    public static void SetRunning(this ServerCallContext context, RunningCall running) =>
        context.UserState[RunningKey] = running;

    public static void SetCaller(this ServerCallContext context, Principal caller) => context.UserState[Key] = caller;
}
