using System.Buffers.Text;
using System.Text;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;

namespace TrygghetHub.Server.Platform.Access;

/// <summary>
/// Page tokens that say where to go on and nothing else: sealed, so that they reveal no journal number, and
/// bound to a scope (caller, RPC, filter), so that they fit only the request that they came from. They grant
/// nothing: every page is authorised anew. Thread-safe.
/// </summary>
internal sealed class PageTokens(HubKeys keys) : IDisposable
{
    private const int DefaultPageSize = 100;
    private const int LargestPageSize = 1000;
    private readonly Sealer sealer = new(keys, "page-token");

    public string Seal(string scope, string position) =>
        Base64Url.EncodeToString(sealer.Seal(Encoding.UTF8.GetBytes($"{scope}\n{position}")));

    /// <summary>The position, or "" for the first page.</summary>
    /// <exception cref="HubException">PAGE_TOKEN_INVALID: not ours, or from another request.</exception>
    public string Open(string scope, string token)
    {
        if (token.Length == 0)
        {
            return "";
        }

        if (token.Length <= 4096 && Base64Url.IsValid(token)
            && sealer.Open(Base64Url.DecodeFromChars(token)) is { } text)
        {
            var lines = Encoding.UTF8.GetString(text).Split('\n');
            if (lines.Length == 2 && lines[0] == scope)
            {
                return lines[1];
            }
        }

        throw new HubException(
            ErrorReason.PageTokenInvalid, "page_token", "The token was not given for this request.",
            "Send the next_page_token of the answer before, with the other fields unchanged; or start over without one.");
    }

    /// <summary>The page size to use: 0 means 100, more than 1,000 means 1,000.</summary>
    public static int SizeOf(int requested) => requested switch
    {
        < 0 => throw new HubException(
            ErrorReason.FieldInvalid, "page_size", "A page size is not negative.", "Leave it out or send 1 to 1,000."),
        0 => DefaultPageSize,
        _ => Math.Min(requested, LargestPageSize),
    };

    public void Dispose() => sealer.Dispose();
}
