namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>What the connector must remember between runs to be a good guest of the feed. Immutable.</summary>
internal sealed record PoliceFeedState
{
    /// <summary>When the feed was asked, oldest first.</summary>
    public IReadOnlyList<DateTimeOffset> Calls { get; init; } = [];

    /// <summary>Not before this, as the feed said itself.</summary>
    public DateTimeOffset NotBefore { get; init; }

    /// <summary>What the validators below are of: feed, hub, caller and options. Of anything else they mean nothing.</summary>
    public string ValidFor { get; init; } = "";

    /// <summary>Of the last answer that was brought to the hub whole.</summary>
    public string ETag { get; init; } = "";

    /// <summary>Likewise.</summary>
    public string LastModified { get; init; } = "";
}
