using TrygghetHub.Areas.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>The hub as a connector sees it.</summary>
internal interface IReportingHub
{
    /// <summary>Lists the counties and municipalities that the hub knows.</summary>
    Task<IReadOnlyList<Area>> ListAreasAsync(CancellationToken cancellation);

    /// <summary>Tells what the hub holds; one answer for each id, in the order asked.</summary>
    /// <param name="sourceRefs">At most 1,000.</param>
    /// <param name="cancellation">Ends the call.</param>
    Task<IReadOnlyList<HeldRevisions>> ListRevisionsAsync(
        IReadOnlyList<string> sourceRefs, CancellationToken cancellation);

    /// <summary>Streams incidents; one result for each, in any order.</summary>
    IAsyncEnumerable<ReportResult> StreamIncidentsAsync(
        IAsyncEnumerable<Incident> sent, CancellationToken cancellation);

    /// <summary>
    /// Withdraws an incident; null when it is withdrawn, otherwise why the hub refused, from its closed list
    /// (<c>NOT_FOUND</c>). Other failures throw.
    /// </summary>
    Task<string?> WithdrawAsync(WithdrawIncidentRequest request, CancellationToken cancellation);
}
