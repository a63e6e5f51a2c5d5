using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>How tokens of the issuer in use are read. Immutable.</summary>
/// <param name="Audience">What <c>aud</c> must hold.</param>
/// <param name="ClientClaim">The claim that names the client.</param>
/// <param name="ScopeClaim">The claim that holds the scopes.</param>
/// <param name="Clients">Which client is which principal; one that is not here is a principal's own URI, or nobody.</param>
/// <param name="Scopes">Which scope is which permissions; one that is not here is the permission itself.</param>
/// <param name="Algorithms">Of signatures; none of them symmetric.</param>
/// <param name="Types">What the header's <c>typ</c> may be, in lower case; empty text where it may be missing.</param>
internal sealed record TokenRules(
    string Audience, string ClientClaim, string ScopeClaim, FrozenDictionary<string, string> Clients,
    FrozenDictionary<string, IReadOnlyList<string>> Scopes, string[] Algorithms, FrozenSet<string> Types)
{
    public const string HubAudience = "urn:trygghet:hub";

    private static readonly FrozenSet<string> Rfc9068 = FrozenSet.Create("at+jwt", "application/at+jwt");

    public static readonly TokenRules Embedded = new(
        HubAudience, "client_id", "scope", FrozenDictionary<string, string>.Empty,
        FrozenDictionary<string, IReadOnlyList<string>>.Empty, [SecurityAlgorithms.EcdsaSha256], Rfc9068);

    // Issuers that are older than RFC 9068 write JWT, or nothing; the audience keeps their other tokens out.
    public static TokenRules Of(OutsideIssuerSettings settings) => new(
        settings.Audience, settings.ClientClaim, settings.ScopeClaim,
        settings.Clients.ToFrozenDictionary(StringComparer.Ordinal), settings.Scopes.ToFrozenDictionary(StringComparer.Ordinal),
        [
            SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.RsaSha256,
            SecurityAlgorithms.RsaSsaPssSha256,
        ],
        [.. Rfc9068, "jwt", ""]);

    /// <summary>The permissions that a token's scopes stand for.</summary>
    public IEnumerable<string> PermissionsOf(IEnumerable<string> scopes) =>
        scopes.SelectMany(scope => Scopes.TryGetValue(scope, out var permissions) ? permissions : [scope]);

    /// <summary>The principal that a client is.</summary>
    public string PrincipalOf(string client) => Clients.GetValueOrDefault(client, client);
}
