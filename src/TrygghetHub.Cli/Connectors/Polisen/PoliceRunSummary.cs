namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>What a run over the police's feed did. Filled while it runs; not thread-safe.</summary>
internal sealed class PoliceRunSummary : RunSummary
{
    /// <summary>Events in the files, each by its latest version; the sum of the four below.</summary>
    public int Events { get; set; }

    /// <summary>Events whose latest version is of a type that is never taken.</summary>
    public int NeverTaken { get; set; }

    /// <summary>Events whose latest version is context.</summary>
    public int Context { get; set; }

    /// <summary>Events whose latest version is counted.</summary>
    public int Counted { get; set; }

    /// <summary>Events whose latest version is of a type that the hub does not know.</summary>
    public int HeldBack { get; set; }

    /// <summary>Lines of a type that the hub does not know, by type; the hub refuses and lists them.</summary>
    public SortedDictionary<string, int> UnknownTypes { get; } = new(StringComparer.Ordinal);
}
