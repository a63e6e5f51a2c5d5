using System.Runtime.CompilerServices;
using TrygghetHub.Areas.V1;
using TrygghetHub.Cli.Connectors;
using TrygghetHub.Codes.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

/// <summary>A hub in memory that keeps to the rules of revisions, and to nothing else.</summary>
internal sealed class FakeReportingHub(IReadOnlyList<Area> areas) : IReportingHub
{
    private readonly Dictionary<string, List<(HeldRevision Held, TypedReport? Report)>> reports = [];
    private int previews;

    /// <summary>Reports that the hub refuses, whatever else they are.</summary>
    public Predicate<Report> Refuses { get; init; } = _ => false;

    /// <summary>How many reports the hub takes before its stream breaks.</summary>
    public int BreaksAfter { get; set; } = int.MaxValue;

    /// <summary>How often something changed.</summary>
    public int Changes { get; private set; }

    /// <summary>How often the areas of a municipality were asked for.</summary>
    public int Lookups { get; private set; }

    /// <summary>How often a preview was asked for.</summary>
    public int Previews => previews;

    /// <summary>What stands: the latest revision of every report that is not withdrawn.</summary>
    public IEnumerable<TypedReport> Standing =>
        reports.Values.Select(r => r[^1].Report).OfType<TypedReport>();

    public IReadOnlyList<HeldRevision> Held(string sourceRef) =>
        reports.TryGetValue(sourceRef, out var revisions) ? [.. revisions.Select(r => r.Held)] : [];

    public Task<IReadOnlyList<Area>> ListAreasAsync(CancellationToken cancellation) => Task.FromResult(areas);

    public Task<IReadOnlyList<Area>> ListAreasInAsync(string municipality, CancellationToken cancellation)
    {
        Lookups++;
        return Task.FromResult<IReadOnlyList<Area>>([.. areas.Where(a => a.Parent == municipality)]);
    }

    /// <summary>What becomes of events by type; those that nobody knows the hub refuses.</summary>
    public EventTypeList Types { get; set; } = EventTypeList.Embedded;

    public Task<EventTypeList> ListEventTypesAsync(CancellationToken cancellation) => Task.FromResult(Types);

    public Task<Refused?> PreviewAsync(TypedReport report, CancellationToken cancellation)
    {
        Interlocked.Increment(ref previews);
        return Task.FromResult(Refuses(report.Report) ? new Refused { Reason = ErrorReason.AreaNotAgreed } : null);
    }

    public Task<IReadOnlyList<HeldRevisions>> ListRevisionsAsync(
        IReadOnlyList<string> sourceRefs, CancellationToken cancellation)
    {
        Assert.InRange(sourceRefs.Count, 1, 1000);
        return Task.FromResult<IReadOnlyList<HeldRevisions>>(
            [.. sourceRefs.Select(r => new HeldRevisions { SourceRef = r, Revisions = { Held(r) } })]);
    }

    public async IAsyncEnumerable<ReportResult> SendAsync(
        IAsyncEnumerable<TypedReport> sent, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var typed in sent.WithCancellation(cancellation))
        {
            if (BreaksAfter-- == 0)
            {
                throw new IOException("The stream broke.");
            }

            var report = typed.Report;
            var result = new ReportResult { SourceRef = report.SourceRef, Revision = report.Revision };
            if (Submit(typed) is { } reason)
            {
                result.Refused = new Refused { Reason = reason };
            }
            else
            {
                result.Accepted = new Accepted();
            }

            yield return result;
        }
    }

    public ErrorReason? Submit(TypedReport typed)
    {
        var report = typed.Report;
        Assert.InRange(report.SourceVersion.Length, 1, 64);
        if (Refuses(report))
        {
            return ErrorReason.AreaNotAgreed;
        }

        if (typed.Incident is { Origin: IncidentOrigin.Published })
        {
            switch (Types.Find(report.SourceCategory)?.Treatment)
            {
                case null:
                    // Nothing is told of what nobody has decided about.
                    Assert.Equal(("", ""), (report.Summary, report.Category));
                    return ErrorReason.SourceTypeUnknown;
                case EventTreatment.NeverTaken:
                    Assert.Fail($"\"{report.SourceCategory}\" left the connector.");
                    break;
                default:
                    break;
            }
        }

        return Add(report.SourceRef, report.Revision, report.SourceVersion, typed);
    }

    public Task<string?> WithdrawAsync(Withdrawal request, CancellationToken cancellation) =>
        Task.FromResult(Withdraw(request.SourceRef, request.Revision, request.SourceVersion) is { } reason
            ? GrpcReportingHub.NameOf(reason)
            : null);

    public ErrorReason? Withdraw(string sourceRef, int revision, string sourceVersion) =>
        reports.ContainsKey(sourceRef) ? Add(sourceRef, revision, sourceVersion, null) : ErrorReason.NotFound;

    private ErrorReason? Add(string sourceRef, int revision, string sourceVersion, TypedReport? typed)
    {
        if (!reports.TryGetValue(sourceRef, out var revisions))
        {
            reports.Add(sourceRef, revisions = []);
        }
        else if (revisions[^1].Held.Revision >= revision)
        {
            return ErrorReason.RevisionSuperseded;
        }

        var held = new HeldRevision
        {
            Revision = revision,
            SourceVersion = sourceVersion,
            Withdrawn = typed is null,
        };
        revisions.Add((held, typed));
        Changes++;
        return null;
    }
}
