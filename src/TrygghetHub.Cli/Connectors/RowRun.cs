using System.Globalization;
using TrygghetHub.Client;

namespace TrygghetHub.Cli.Connectors;

/// <summary>A run over rows as a command does it: bring them, or only tell what would be brought, and print what became of them.</summary>
internal sealed class RowRun(HubClient client, ReportKind kind, Screen screen, TimeProvider time)
{
    // Lines of one fault that are printed; the JSON has more.
    private const int MostLines = 8;

    /// <summary>Whether nothing is sent.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether the summary is printed as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>What rows are called: <c>Rows</c>, <c>Requests</c>.</summary>
    public required string RowsAre { get; init; }

    /// <summary>What one is found by: <c>line</c>, <c>request</c>.</summary>
    public required string FoundBy { get; init; }

    /// <summary>Brings rows from one source.</summary>
    /// <param name="name">What is read, for the summary.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="cancellation">Ends it; the same again goes on.</param>
    public async Task<int> RunAsync(string name, IAsyncEnumerable<SourceRow> rows, CancellationToken cancellation)
    {
        var real = new GrpcReportingHub(client, kind, time);
        var dryRun = DryRun ? new DryRunHub(real, time, keepsEntries: Json) : null;
        var summary = new RowRunSummary();
        summary.Files.Add(name);
        var begun = time.GetTimestamp();
        await screen.FollowAsync("Reading", async tell =>
        {
            var connector = new RowConnector((IReportingHub?)dryRun ?? real)
            {
                Progress = (read, done) => tell($"{name}: {Screen.Figure(read)} read, {Screen.Figure(done)} done"),
            };
            await connector.RunAsync(rows, summary, cancellation);
        });
        summary.Elapsed = time.GetElapsedTime(begun);
        if (Json)
        {
            screen.WriteJson(summary, dryRun);
        }
        else
        {
            await ShowAsync(summary, dryRun, cancellation);
        }

        return summary.Clean ? ExitCode.Fine : ExitCode.Warnings;
    }

    private async Task ShowAsync(RowRunSummary summary, DryRunHub? dryRun, CancellationToken cancellation)
    {
        screen.ShowFigures(Figures(summary, dryRun is not null));
        foreach (var fault in summary.Faults)
        {
            Show(fault);
        }

        screen.ShowNotes("With the id of an earlier one", summary.Repeated);
        screen.ShowFaults(summary);
        if (summary.UnmappedCodes.Count > 0)
        {
            screen.Line("Codes that the mapping does not have, taken as other:");
            foreach (var (code, rows) in summary.UnmappedCodes)
            {
                screen.Line($"  {TextCell.Printable(code)} ({Screen.Figure(rows)})");
            }
        }

        if (dryRun is not null)
        {
            await screen.ShowTalliesAsync(dryRun, new HubNames(client), cancellation);
            screen.Note("Nothing was sent. Without --dry-run it would be.");
        }

        screen.ShowElapsed(summary);
    }

    private void Show(RowFaultLines fault)
    {
        var column = fault.Fault.Field.Length > 0 ? $"\"{TextCell.Printable(fault.Fault.Field)}\": " : "";
        screen.Line($"{fault.File}, {Lines(fault)}: {column}{fault.Fault.Rule}");
        screen.Line($"  → {fault.Fault.Remedy}");
    }

    private string Lines(RowFaultLines fault)
    {
        var shown = string.Join(
            ", ", fault.Lines.Take(MostLines).Select(l => l.ToString(CultureInfo.InvariantCulture)));
        var more = fault.Count - Math.Min(fault.Count, MostLines);
        return $"{FoundBy}{(fault.Count == 1 ? "" : "s")} " + shown + (more > 0 ? $" and {Screen.Figure(more)} more" : "");
    }

    private IEnumerable<(string, int)> Figures(RowRunSummary summary, bool isDryRun)
    {
        yield return ($"{RowsAre} read", summary.LinesRead);
        yield return (isDryRun ? "Would be sent" : "Sent", summary.Sent);
        yield return (isDryRun ? "Would be corrected" : "Corrected", summary.Corrected);
        if (summary.Withdrawn > 0)
        {
            yield return (isDryRun ? "Would be withdrawn" : "Withdrawn", summary.Withdrawn);
        }

        yield return ("Already held", summary.AlreadyHeld);
        foreach (var (what, howMany) in new[]
        {
            ("Withdrawn by hand, left so", summary.LeftWithdrawn),
            ("Left out by the mapping", summary.Skipped),
            ("With the id of an earlier one, left out", summary.Repeated.Count),
            ("Texts over 500 characters, left out", summary.TextsLeftOut),
            ("Texts that may tell of an individual, left out", summary.TextsOfIndividuals),
        })
        {
            if (howMany > 0)
            {
                yield return (what, howMany);
            }
        }

        yield return ("Could not be read", summary.Faulty);
        yield return (isDryRun ? "Would be refused" : "Refused", summary.Refused.Values.Sum(n => n.Count));
        if (summary.Quarantined.Count > 0)
        {
            yield return ("Kept apart", summary.Quarantined.Count);
        }
    }
}
