using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>What an access token says. Immutable.</summary>
/// <param name="Issuer">Who issued it.</param>
/// <param name="Audiences">For whom.</param>
/// <param name="Expires">From when on it is over.</param>
/// <param name="NotBefore">Until when it does not hold.</param>
/// <param name="CertificateHash">SHA-256 of the certificate that it is bound to; null where it is bound to none.</param>
/// <param name="Client">Who it was issued to, as the issuer names it.</param>
/// <param name="Scopes">What it is good for, as the issuer names it.</param>
internal sealed record AccessToken(
    string? Issuer, IReadOnlyList<string> Audiences, DateTimeOffset Expires, DateTimeOffset NotBefore, byte[]? CertificateHash,
    string? Client, IReadOnlyList<string> Scopes)
{
    // Two claims of one name could be read one way by the issuer and another way here.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>Null where a claim that every token needs is missing or of another type.</summary>
    /// <exception cref="FormatException">The payload is no base64url.</exception>
    public static AccessToken? Read(JsonWebToken jwt, TokenRules rules)
    {
        try
        {
            using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedPayload), Strict);
            var claims = payload.RootElement;
            return claims.ValueKind == JsonValueKind.Object && InstantOf(claims, "exp") is { } expires
                ? new AccessToken(
                    TextOf(claims, "iss"), ListOf(claims, "aud"), expires,
                    InstantOf(claims, "nbf") ?? DateTimeOffset.MinValue + AccessTokens.ClockSkew, HashOf(claims),
                    TextOf(claims, rules.ClientClaim), [.. ListOf(claims, rules.ScopeClaim).SelectMany(Words)])
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string? TextOf(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // One text, or a list of texts.
    private static List<string> ListOf(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out var value) ? []
        : value.ValueKind == JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)]
        : [];

    // RFC 7519: seconds since 1970, with a fraction if the issuer likes. Years beyond 9000 are a mistake.
    private static DateTimeOffset? InstantOf(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetDouble(out var seconds) && seconds is >= 0 and < 2.2e11
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static byte[]? HashOf(JsonElement claims)
    {
        if (!claims.TryGetProperty("cnf", out var confirmation) || confirmation.ValueKind != JsonValueKind.Object
            || TextOf(confirmation, "x5t#S256") is not { } thumbprint)
        {
            return null;
        }

        try
        {
            return Base64UrlEncoder.DecodeBytes(thumbprint) is { Length: 32 } hash ? hash : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
