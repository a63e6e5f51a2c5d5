using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>Refusals of access tokens. None repeats anything of the token.</summary>
internal static class TokenErrors
{
    private const string GetOne =
        "Get one at the issuer's token endpoint, with the certificate of this call, and send it as "
        + "`authorization: Bearer TOKEN`.";

    public static readonly Refusal Required = Refused(
        ErrorReason.TokenRequired, "The call carries no access token.", GetOne);

    public static readonly Refusal NotBearer = Refused(
        ErrorReason.TokenInvalid, "The authorization header is not one Bearer token.", GetOne);

    public static readonly Refusal Unreadable = Refused(
        ErrorReason.TokenInvalid, "The access token is no signed JWT that this hub takes.", GetOne);

    public static readonly Refusal Algorithm = Refused(
        ErrorReason.TokenInvalid, "The access token is not signed by an algorithm that this hub takes.",
        "Have the issuer sign with ES256, or another algorithm that the hub's documents name.");

    public static readonly Refusal Signature = Refused(
        ErrorReason.TokenInvalid, "The signature of the access token does not hold.", "Send the token as the issuer gave it. " + GetOne);

    public static readonly Refusal Key = Refused(
        ErrorReason.TokenInvalid, "The access token is signed by a key that its issuer does not publish.", GetOne);

    public static readonly Refusal Expired = Refused(
        ErrorReason.TokenExpired, "The access token has expired.", "Get a new one and call again.");

    public static readonly Refusal NotYet = Refused(
        ErrorReason.TokenExpired, "The access token is not valid yet.", "Check that the issuer's clock and the hub's agree.");

    public static readonly Refusal Audience = Refused(
        ErrorReason.TokenAudience, "The access token was issued for somebody else than this hub.",
        "Ask the issuer for a token whose audience is this hub.");

    public static readonly Refusal Issuer = Refused(
        ErrorReason.TokenIssuer, "The access token was issued by somebody else than the issuer that this hub trusts.", GetOne);

    public static readonly Refusal Unbound = Refused(
        ErrorReason.TokenUnbound, "The access token is bound to no certificate (cnf with x5t#S256, RFC 8705).",
        "Ask the issuer for the token over mutual TLS, with the certificate of this call.");

    public static readonly Refusal OfAnotherCertificate = Refused(
        ErrorReason.TokenOfAnother, "The access token is bound to another certificate than that of this call.",
        "Get one with the certificate of this call; after a renewal that is the new one.");

    public static readonly Refusal OfAnotherPrincipal = Refused(
        ErrorReason.TokenOfAnother, "The access token names another client than the one whose certificate this is.",
        "Get one as the client that this certificate is registered to; the operator can say which that is.");

    public static readonly Refusal Unavailable = new(
        ErrorReason.Unavailable, "", "The issuer of access tokens does not answer, so no token can be checked.",
        "Try again; if it lasts, tell the operator.")
    {
        RetryDelay = TimeSpan.FromSeconds(5),
    };

    private static Refusal Refused(ErrorReason reason, string rule, string remedy) => new(reason, "", rule, remedy);
}
