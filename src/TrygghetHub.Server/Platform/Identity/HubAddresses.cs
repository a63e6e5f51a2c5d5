namespace TrygghetHub.Server.Platform.Identity;

/// <summary>
/// Where the hub is reached: the public addresses where those are set, else those that it really listens on, which are
/// known once it does. Set once. Thread-safe.
/// </summary>
internal sealed class HubAddresses
{
    private volatile Uri? partners;
    private volatile Uri? open;

    /// <summary>Whether both are known.</summary>
    public bool AreKnown => partners is not null && open is not null;

    /// <summary>The partners' endpoint, which asks for a certificate.</summary>
    /// <exception cref="InvalidOperationException">Read before it was set, or set twice.</exception>
    public Uri Partners
    {
        get => partners ?? throw new InvalidOperationException("The hub does not listen yet.");
        set => partners = partners is null ? value : throw new InvalidOperationException("Addresses are set once.");
    }

    /// <summary>The open endpoint.</summary>
    /// <exception cref="InvalidOperationException">Read before it was set, or set twice.</exception>
    public Uri Open
    {
        get => open ?? throw new InvalidOperationException("The hub does not listen yet.");
        set => open = open is null ? value : throw new InvalidOperationException("Addresses are set once.");
    }
}
