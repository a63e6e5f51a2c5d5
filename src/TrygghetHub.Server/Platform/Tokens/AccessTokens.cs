using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>
/// Checks access tokens (RFC 9068) that are bound to the caller's certificate (RFC 8705), the same way for the embedded
/// and an outside issuer. Thread-safe.
/// </summary>
/// <remarks>
/// A signature is verified once for each token and key set; audience, time, binding and client are looked at in every
/// call. Keys that change, also by going, empty what was verified.
/// </remarks>
internal sealed class AccessTokens(IIssuerKeys issuer, TokenRules rules, TimeProvider time)
{
    /// <summary>By how much clocks may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private const string Scheme = "Bearer";
    private const int LongestToken = 16 * 1024;
    private const int MostVerified = 4096;

    private readonly JsonWebTokenHandler handler = new() { MaximumTokenSizeInBytes = LongestToken };
    private volatile Verified verified = new(null);

    /// <summary>What a call's token permits, or why it permits nothing.</summary>
    /// <param name="authorization">The header as it came; null when there was none.</param>
    /// <param name="caller">Whose certificate the call came with.</param>
    /// <param name="thumbprint">SHA-256 of that certificate's DER, upper-case hexadecimal.</param>
    /// <param name="cancellation">The call's.</param>
    public async ValueTask<TokenVerdict> CheckAsync(
        string? authorization, Principal caller, string thumbprint, CancellationToken cancellation)
    {
        if (string.IsNullOrWhiteSpace(authorization))
        {
            return Refused(TokenErrors.Required);
        }

        if (TokenIn(authorization) is not { } token)
        {
            return Refused(TokenErrors.NotBearer);
        }

        var keys = await issuer.GetAsync(cancellation);
        if (keys is null)
        {
            return Refused(TokenErrors.Unavailable);
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(token));
        var known = verified.Of(keys, hash);
        if (known is null)
        {
            (known, keys, var refusal) = await VerifyAsync(token, keys, cancellation);
            if (known is null)
            {
                return Refused(refusal!);
            }

            Keep(keys, hash, known);
        }

        var at = time.GetUtcNow();
        if (Judge(known, caller, thumbprint, at) is { } wrong)
        {
            return Refused(wrong);
        }

        // Most tokens hold all that the roles permit, and a set costs more to make than to compare.
        var granted = rules.PermissionsOf(known.Scopes).ToHashSet(StringComparer.Ordinal);
        return new TokenVerdict(null, caller.Permissions.IsSubsetOf(granted)
            ? caller.Permissions
            : granted.Where(caller.Permissions.Contains).ToFrozenSet(StringComparer.Ordinal));
    }

    private static TokenVerdict Refused(Refusal refusal) => new(refusal, FrozenSet<string>.Empty);

    private static string? TokenIn(string authorization)
    {
        var space = authorization.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || !authorization.AsSpan(0, space).Equals(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var token = authorization[(space + 1)..].Trim();
        return token.Length is > 0 and <= LongestToken && token.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? token
            : null;
    }

    // What does not change with the caller or the clock. The issuer comes before the signature, although nothing vouches
    // for it yet: it can only lead to a refusal, and to one that says more than "unknown key".
    private async ValueTask<(AccessToken? Token, IssuerKeySet Keys, Refusal? Refusal)> VerifyAsync(
        string token, IssuerKeySet keys, CancellationToken cancellation)
    {
        JsonWebToken jwt;
        AccessToken? content;
        try
        {
            jwt = handler.ReadJsonWebToken(token);
            content = AccessToken.Read(jwt, rules);
        }
        catch (Exception e) when (e is ArgumentException or SecurityTokenException or FormatException)
        {
            return (null, keys, TokenErrors.Unreadable);
        }

        // "crit" names extensions that whoever cannot handle them must refuse (RFC 7515, 4.1.11); this hub handles none.
        if (content is null || jwt.IsEncrypted || !rules.Types.Contains(TypeOf(jwt)) || jwt.TryGetHeaderValue<object>("crit", out _))
        {
            return (null, keys, TokenErrors.Unreadable);
        }

        if (!rules.Algorithms.Contains(jwt.Alg, StringComparer.Ordinal))
        {
            return (null, keys, TokenErrors.Algorithm);
        }

        if (content.Issuer != keys.Issuer)
        {
            return (null, keys, TokenErrors.Issuer);
        }

        var named = keys.Named(jwt.Kid);
        if (named.Count == 0)
        {
            keys = await issuer.RefreshAsync(cancellation) ?? keys;
            named = keys.Named(jwt.Kid);
            if (named.Count == 0)
            {
                return (null, keys, TokenErrors.Key);
            }
        }

        var result = await handler.ValidateTokenAsync(jwt, new TokenValidationParameters
        {
            IssuerSigningKeys = named,
            ValidAlgorithms = rules.Algorithms,
            RequireSignedTokens = true,
            // Each of these has a refusal of its own: see Judge.
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        return result.IsValid ? (content, keys, null) : (null, keys, TokenErrors.Signature);
    }

    // What is asked of every call.
    private Refusal? Judge(AccessToken token, Principal caller, string thumbprint, DateTimeOffset at) =>
        !token.Audiences.Contains(rules.Audience, StringComparer.Ordinal) ? TokenErrors.Audience
        : at >= token.Expires + ClockSkew ? TokenErrors.Expired
        : at < token.NotBefore - ClockSkew ? TokenErrors.NotYet
        : token.CertificateHash is not { } bound ? TokenErrors.Unbound
        : !bound.AsSpan().SequenceEqual(Convert.FromHexString(thumbprint)) ? TokenErrors.OfAnotherCertificate
        : token.Client is not { } client || rules.PrincipalOf(client) != caller.Uri ? TokenErrors.OfAnotherPrincipal
        : null;

    private static string TypeOf(JsonWebToken jwt) => jwt.Typ?.ToLowerInvariant() ?? "";

    private void Keep(IssuerKeySet keys, byte[] hash, AccessToken token)
    {
        var held = verified;
        if (!ReferenceEquals(held.Keys, keys) || held.Count >= MostVerified)
        {
            // Full: those still in use are verified again, which costs less than to find out which they are.
            verified = held = new Verified(keys);
        }

        held.Add(hash, token);
    }

    /// <summary>Tokens whose signature holds by one key set.</summary>
    private sealed class Verified(IssuerKeySet? keys)
    {
        private readonly ConcurrentDictionary<string, AccessToken> tokens = new(StringComparer.Ordinal);

        public IssuerKeySet? Keys => keys;

        public int Count => tokens.Count;

        public AccessToken? Of(IssuerKeySet current, byte[] hash) =>
            ReferenceEquals(keys, current) ? tokens.GetValueOrDefault(Convert.ToBase64String(hash)) : null;

        public void Add(byte[] hash, AccessToken token) => tokens[Convert.ToBase64String(hash)] = token;
    }
}

/// <summary>What a token permits, or the refusal.</summary>
internal readonly record struct TokenVerdict(Refusal? Refusal, FrozenSet<string> Permissions);
