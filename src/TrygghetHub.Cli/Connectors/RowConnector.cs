using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Connectors;

/// <summary>Brings rows to a hub, a thousand at a time: ask what it holds, plan, send, tell.</summary>
/// <remarks>
/// The first row with an id counts, later ones with the same do not: were it otherwise, two rows would correct each
/// other at every run. A correction that no agreement names is not taken, and what stood is no longer true: it is withdrawn.
/// Running the same again changes nothing, and a run that is cut off is taken up by running it again. Rows
/// that are gone from the source are left as they are: without a memory nobody knows whose they were. Not thread-safe.
/// </remarks>
internal sealed class RowConnector(IReportingHub hub)
{
    // ListRevisions takes at most so many.
    private const int AtOnce = 1000;

    private static readonly string NothingThere = GrpcReportingHub.NameOf(ErrorReason.NotFound);

    private sealed record Planned(SourceRow Row, RowStep Step)
    {
        public Report Report => Row.Report!.Report;
    }

    /// <summary>Told how many rows are read, and how many of them are done.</summary>
    public Action<int, int> Progress { get; init; } = (_, _) => { };

    /// <summary>Brings all rows.</summary>
    public async Task RunAsync(IAsyncEnumerable<SourceRow> rows, RowRunSummary summary, CancellationToken cancellation)
    {
        // Of the ids 128 bits each are kept: a file may have millions.
        var seen = new HashSet<UInt128>();
        var done = 0;
        await foreach (var together in rows.Chunk(AtOnce).WithCancellation(cancellation))
        {
            Progress(summary.LinesRead + together.Length, done);
            var fresh = Take(together, seen, summary);
            if (fresh.Count > 0)
            {
                await SendAsync(await PlanAsync(fresh, summary, cancellation), summary, cancellation);
            }

            done += together.Length;
            Progress(summary.LinesRead, done);
        }
    }

    private static List<SourceRow> Take(SourceRow[] rows, HashSet<UInt128> seen, RowRunSummary summary)
    {
        var fresh = new List<SourceRow>(rows.Length);
        foreach (var row in rows)
        {
            summary.LinesRead++;
            if (row.UnmappedCode.Length > 0)
            {
                summary.UnmappedCodes[row.UnmappedCode] = summary.UnmappedCodes.GetValueOrDefault(row.UnmappedCode) + 1;
            }

            if (row.Fault is { } fault)
            {
                summary.Add(row.File, row.Line, fault);
            }
            else if (row.Skipped)
            {
                summary.Skipped++;
            }
            else if (!seen.Add(Short(row.Report!.Report.SourceRef)))
            {
                summary.Repeated.Add(row.File, row.Line, "an earlier one has the same id, and counts");
            }
            else
            {
                fresh.Add(row);
                summary.TextsLeftOut += row.TextLeftOut ? 1 : 0;
                summary.TextsOfIndividuals += row.IsTextOfIndividual ? 1 : 0;
            }
        }

        return fresh;
    }

    private static UInt128 Short(string sourceRef) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(sourceRef)));

    private async Task<List<Planned>> PlanAsync(
        List<SourceRow> rows, RowRunSummary summary, CancellationToken cancellation)
    {
        var held = await hub.ListRevisionsAsync([.. rows.Select(r => r.Report!.Report.SourceRef)], cancellation);
        if (held.Count != rows.Count)
        {
            throw new InvalidDataException($"The hub answered {held.Count} of {rows.Count} ids.");
        }

        var left = new List<Planned>();
        for (var i = 0; i < rows.Count; i++)
        {
            var digest = RowPlan.Digest(rows[i].Report!);
            var (step, revision) = RowPlan.For(digest, held[i].Revisions);
            switch (step)
            {
                case RowStep.Held:
                    summary.AlreadyHeld++;
                    break;
                case RowStep.LeftWithdrawn:
                    summary.LeftWithdrawn++;
                    break;
                default:
                    rows[i].Report!.Report.Revision = revision;
                    rows[i].Report!.Report.SourceVersion = digest;
                    left.Add(new(rows[i], step));
                    break;
            }
        }

        return left;
    }

    private async Task SendAsync(List<Planned> planned, RowRunSummary summary, CancellationToken cancellation)
    {
        if (planned.Count == 0)
        {
            return;
        }

        var outdated = new List<Planned>();
        var unanswered = planned.ToDictionary(p => p.Report.SourceRef, StringComparer.Ordinal);
        await foreach (var result in hub.SendAsync(Reports(planned, cancellation), cancellation))
        {
            if (!unanswered.Remove(result.SourceRef, out var one))
            {
                continue;
            }

            if (!summary.Tell(result, one.Row.File, one.Row.Line))
            {
                if (one.Step == RowStep.Correction
                    && result.Refused?.Reason is ErrorReason.AreaNotAgreed or ErrorReason.CategoryNotAgreed)
                {
                    outdated.Add(one);
                }
            }
            else if (one.Step == RowStep.Correction)
            {
                summary.Corrected++;
            }
            else
            {
                summary.Sent++;
            }
        }

        if (unanswered.Count > 0)
        {
            throw new InvalidDataException(
                $"The sending ended with {unanswered.Count} reports unanswered; run it again to go on.");
        }

        foreach (var one in outdated)
        {
            await WithdrawAsync(one, summary, cancellation);
        }
    }

    private static async IAsyncEnumerable<TypedReport> Reports(
        List<Planned> planned, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await ValueTask.CompletedTask;
        foreach (var one in planned)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return one.Row.Report!;
        }
    }

    private async Task WithdrawAsync(Planned one, RowRunSummary summary, CancellationToken cancellation)
    {
        var refused = await hub.WithdrawAsync(
            new Withdrawal(
                one.Report.SourceRef, one.Report.Revision, one.Report.SourceVersion, WithdrawalReason.NotShareable),
            cancellation);
        if (refused is null)
        {
            summary.Withdrawn++;
        }
        else if (refused != NothingThere)
        {
            summary.Refuse(
                refused, one.Row.File, one.Row.Line,
                "its correction is not agreed, and the hub did not withdraw what stands");
        }
    }
}
