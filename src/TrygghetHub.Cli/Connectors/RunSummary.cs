using TrygghetHub.Reports.V1;

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

    /// <summary>Texts of published events that were left out because a word in them says that they may tell of an individual.</summary>
    public int TextsOfIndividuals { get; set; }

    /// <summary>Reports refused, here or by the hub, by reason.</summary>
    public SortedDictionary<string, LineNotes> Refused { get; } = new(StringComparer.Ordinal);

    /// <summary>Reports that the hub keeps apart, in the sender's own space, until the sender decides.</summary>
    public LineNotes Quarantined { get; } = new();

    /// <summary>What the screening of texts found, whether it blocks or not: kinds and spans.</summary>
    public LineNotes Findings { get; } = new();

    /// <summary>How long it took.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>True when no line was broken and nothing refused or kept apart.</summary>
    public virtual bool Clean => Broken.Count == 0 && Refused.Count == 0 && Quarantined.Count == 0;

    /// <summary>Notes what is to be said of an answer; true when the report was taken.</summary>
    public bool Tell(ReportResult result, string file, int line)
    {
        foreach (var finding in result.Warnings.Concat(result.Refused?.Findings ?? []).Concat(result.Quarantined?.Findings ?? []))
        {
            Findings.Add(
                file, line,
                $"{finding.Field}: {Words.Of(finding.Kind).Replace('-', ' ')} at {finding.Start}, {finding.Length} characters"
                + (finding.Blocking ? "; not taken because of it" : ""));
        }

        if (result.Refused is { } refused)
        {
            var field = refused.Field.Length > 0 ? refused.Field + ": " : "";
            var remedy = refused.Remedy.Length > 0 ? " → " + refused.Remedy : "";
            Refuse(GrpcReportingHub.NameOf(refused.Reason), file, line, field + refused.Rule + remedy);
            return false;
        }

        if (result.Quarantined is { } quarantined)
        {
            Quarantined.Add(file, line, quarantined.Name);
            return false;
        }

        TextsOfIndividuals += result.Accepted is { TextLeftOut: true } ? 1 : 0;
        return true;
    }

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
