namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// Where the hub is reached, as it tells others: set once, when it listens, since a port may be any free one.
/// </summary>
internal sealed class HubAddresses
{
    /// <summary>Under the partners' endpoint.</summary>
    public const string TokenPath = "connect/token";

    private volatile Uri? partners;
    private volatile Uri? open;
    private volatile Uri? tokenEndpoint;

    /// <summary>Whether the hub listens.</summary>
    public bool AreKnown => tokenEndpoint is not null;

    /// <summary>The partners' endpoint.</summary>
    public Uri Partners => partners ?? throw NotYet();

    /// <summary>The open endpoint.</summary>
    public Uri Open => open ?? throw NotYet();

    /// <summary>Where tokens are issued: the hub's own mutual-TLS alias (RFC 8705, 5), or an outside issuer's.</summary>
    public Uri TokenEndpoint => tokenEndpoint ?? throw NotYet();

    public void Set(Uri partnersUrl, Uri openUrl, Uri? outsideTokenEndpoint)
    {
        (partners, open) = (partnersUrl, openUrl);
        tokenEndpoint = outsideTokenEndpoint ?? new Uri(partnersUrl, TokenPath);
    }

    private static InvalidOperationException NotYet() => new("The hub does not listen yet.");
}
