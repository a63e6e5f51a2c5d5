using TrygghetHub.Areas.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors;

/// <summary>The hub as a connector sees it, for one kind of report.</summary>
internal interface IReportingHub
{
    /// <summary>Lists the counties and municipalities that the hub knows.</summary>
    Task<IReadOnlyList<Area>> ListAreasAsync(CancellationToken cancellation);

    /// <summary>Lists the districts and places inside a municipality; none where the hub does not know it.</summary>
    /// <param name="municipality">Its code.</param>
    /// <param name="cancellation">Ends the call.</param>
    Task<IReadOnlyList<Area>> ListAreasInAsync(string municipality, CancellationToken cancellation);

    /// <summary>Tells what becomes of published events, by type.</summary>
    Task<EventTypeList> ListEventTypesAsync(CancellationToken cancellation);

    /// <summary>Tells what the hub holds; one answer for each id, in the order asked.</summary>
    /// <param name="sourceRefs">At most 1,000.</param>
    /// <param name="cancellation">Ends the call.</param>
    Task<IReadOnlyList<HeldRevisions>> ListRevisionsAsync(
        IReadOnlyList<string> sourceRefs, CancellationToken cancellation);

    /// <summary>Sends reports; one result for each, in any order.</summary>
    IAsyncEnumerable<ReportResult> SendAsync(IAsyncEnumerable<TypedReport> sent, CancellationToken cancellation);

    /// <summary>Asks whether the hub would take a report, and sends nothing; null when it would, otherwise why not.</summary>
    Task<Refused?> PreviewAsync(TypedReport report, CancellationToken cancellation);

    /// <summary>
    /// Withdraws a report; null when it is withdrawn, otherwise why the hub refused, from its closed list
    /// (<c>NOT_FOUND</c>). Other failures throw.
    /// </summary>
    Task<string?> WithdrawAsync(Withdrawal withdrawal, CancellationToken cancellation);
}
