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

    /// <summary>The source says that nothing is there: 204, 404, 406, 410, 415, or an empty answer.</summary>
    public bool IsNothing { get; init; }

    /// <summary>The source does not take what was asked: 400, 416, 422, or errors in place of a list.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>The source has failed on what was asked: 5xx other than 503.</summary>
    public bool IsFailure { get; init; }

    /// <summary>How long the source wants to be left alone; null where it did not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
