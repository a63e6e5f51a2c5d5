namespace TrygghetHub.Cli.Connectors;

/// <summary>What a run of a connector did. Filled while it runs; not thread-safe.</summary>
internal class RunSummary
{
    /// <summary>Names of the files read, or of what was fetched, in order.</summary>
    public List<string> Files { get; } = [];

    /// <summary>Lines, rows or elements with something in them.</summary>
    public int LinesRead { get; set; }

    /// <summary>Lines that could not be read.</summary>
    public LineNotes Broken { get; } = new();

    /// <summary>Reports that the hub took for the first time under their id.</summary>
    public int Sent { get; set; }

    /// <summary>Reports that the hub took as a correction.</summary>
    public int Corrected { get; set; }

    /// <summary>Withdrawals that the hub took.</summary>
    public int Withdrawn { get; set; }

    /// <summary>Reports about which there was nothing left to tell the hub.</summary>
    public int AlreadyHeld { get; set; }

    /// <summary>Texts over the hub's limit, sent without.</summary>
    public int TextsLeftOut { get; set; }

    /// <summary>Reports refused, here or by the hub, by reason.</summary>
    public SortedDictionary<string, LineNotes> Refused { get; } = new(StringComparer.Ordinal);

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
