using System.Buffers.Text;
using System.Text;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// Makes and reads page tokens. A placeholder for slices to be written against: its tokens are bound to
/// their scope, but neither encrypted nor authenticated.
/// </summary>
internal sealed class PageTokens
{
    /// <summary>A token for the position, good for the same scope only.</summary>
    public string Seal(string scope, string position) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{scope}\n{position}"));

    /// <summary>The position that <see cref="Seal"/> was given.</summary>
    /// <exception cref="HubException">The token was not made for this scope.</exception>
    public string Open(string scope, string token)
    {
        if (Base64Url.IsValid(token))
        {
            var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));
            if (text.StartsWith($"{scope}\n", StringComparison.Ordinal))
            {
                return text[(scope.Length + 1)..];
            }
        }

        throw new HubException(
            ErrorReason.PageTokenInvalid,
            "page_token",
            "The token was not made by this hub for this request.",
            "Begin again without a token.");
    }
}
