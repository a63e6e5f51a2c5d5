namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>Where something was found.</summary>
/// <param name="File">Name of the file, without its folder.</param>
/// <param name="Line">From 1.</param>
/// <param name="Text">What about it.</param>
internal sealed record PoliceLineNote(string File, int Line, string Text);

/// <summary>How often something was found, and the first few places.</summary>
internal sealed class PoliceLineNotes
{
    private const int MostShown = 10;

    private readonly List<PoliceLineNote> first = [];

    /// <summary>How often.</summary>
    public int Count { get; private set; }

    /// <summary>The first ten.</summary>
    public IReadOnlyList<PoliceLineNote> First => first;

    /// <summary>Adds one.</summary>
    public void Add(string file, int line, string text)
    {
        Count++;
        if (first.Count < MostShown)
        {
            first.Add(new(file, line, text));
        }
    }
}

/// <summary>What a run of the connector did. Filled while it runs; not thread-safe.</summary>
internal sealed class PoliceRunSummary
{
    /// <summary>Names of the files read, in order.</summary>
    public List<string> Files { get; } = [];

    /// <summary>Lines with something in them.</summary>
    public int LinesRead { get; set; }

    /// <summary>Lines that could not be read.</summary>
    public PoliceLineNotes Broken { get; } = new();

    /// <summary>Events in the files, each by its latest version; the sum of the three below.</summary>
    public int Events { get; set; }

    /// <summary>Events whose latest version is of a type that is never taken.</summary>
    public int NeverTaken { get; set; }

    /// <summary>Events whose latest version is context.</summary>
    public int Context { get; set; }

    /// <summary>Events whose latest version is counted.</summary>
    public int Counted { get; set; }

    /// <summary>Versions that the hub took for the first time under their event's id.</summary>
    public int Sent { get; set; }

    /// <summary>Versions that the hub took as a correction.</summary>
    public int Corrected { get; set; }

    /// <summary>Withdrawals that the hub took.</summary>
    public int Withdrawn { get; set; }

    /// <summary>Versions about which there was nothing left to tell the hub.</summary>
    public int AlreadyHeld { get; set; }

    /// <summary>Texts over the hub's limit, sent without.</summary>
    public int TextsLeftOut { get; set; }

    /// <summary>Versions refused, here or by the hub, by reason.</summary>
    public SortedDictionary<string, PoliceLineNotes> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Lines of a type that the table does not know, counted under <c>other</c>, by type.</summary>
    public SortedDictionary<string, int> UnknownTypes { get; } = new(StringComparer.Ordinal);

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>True when no line was broken and nothing refused.</summary>
    public bool Clean => Broken.Count == 0 && Refused.Count == 0;

    /// <summary>Adds a refusal.</summary>
    public void Refuse(string reason, string file, int line, string text)
    {
        if (!Refused.TryGetValue(reason, out var notes))
        {
            Refused.Add(reason, notes = new());
        }

        notes.Add(file, line, text);
    }
}
