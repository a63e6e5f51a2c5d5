namespace TrygghetHub.Cli.Connectors;

/// <summary>A source could not be asked, or answered with something else than was asked for.</summary>
/// <param name="message">What happened; never the content.</param>
/// <param name="remedy">What to do.</param>
internal sealed class SourceException(string message, string remedy) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Remedy => remedy;

    /// <summary>The same may succeed later without any change.</summary>
    public bool IsTransient { get; init; }

    /// <summary>How long the source wants to be left alone; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
