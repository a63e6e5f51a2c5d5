using System.Collections.Frozen;
using System.Globalization;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;
using TrygghetHub.Errors.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>A hub over gRPC, through the Client SDK.</summary>
internal sealed class GrpcReportingHub(HubClient client) : IReportingHub
{
    private const string ReasonPrefix = "ERROR_REASON_";

    // What concerns one withdrawal alone. Everything else, such as a hub that does not answer or does not know the
    // caller, is a failure of the whole run.
    private static readonly FrozenSet<string> RefusedAlone = new[]
    {
        ErrorReason.NotFound, ErrorReason.RevisionConflict, ErrorReason.RevisionSuperseded, ErrorReason.FieldInvalid,
    }.Select(NameOf).ToFrozenSet();

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Area>> ListAreasAsync(CancellationToken cancellation)
    {
        var all = await ChildrenAsync("", cancellation);
        foreach (var county in all.Where(a => a.Level == AreaLevel.County).ToList())
        {
            all.AddRange(await ChildrenAsync(county.Code, cancellation));
        }

        return all;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HeldRevisions>> ListRevisionsAsync(
        IReadOnlyList<string> sourceRefs, CancellationToken cancellation)
    {
        var request = new ListRevisionsRequest { SourceRefs = { sourceRefs } };
        var response = await client.Incidents.ListRevisionsAsync(request, cancellationToken: cancellation);
        return response.Held;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ReportResult> StreamIncidentsAsync(
        IAsyncEnumerable<Incident> sent, CancellationToken cancellation) =>
        client.StreamIncidentsAsync(sent, cancellation: cancellation);

    /// <inheritdoc/>
    public async Task<string?> WithdrawAsync(WithdrawIncidentRequest request, CancellationToken cancellation)
    {
        try
        {
            await client.Incidents.WithdrawIncidentAsync(request, cancellationToken: cancellation);
            return null;
        }
        catch (HubException e) when (e.Reason is { } reason && RefusedAlone.Contains(reason))
        {
            return reason;
        }
    }

    private async Task<List<Area>> ChildrenAsync(string parent, CancellationToken cancellation)
    {
        var found = new List<Area>();
        var token = "";
        do
        {
            var request = new ListAreasRequest { Parent = parent, PageSize = 1000, PageToken = token };
            var page = await client.Areas.ListAreasAsync(request, cancellationToken: cancellation);
            found.AddRange(page.Areas);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return found;
    }

    /// <summary>The reason as the hub writes it, such as <c>AREA_NOT_AGREED</c>.</summary>
    public static string NameOf(ErrorReason reason)
    {
        var value = ErrorReasonReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)reason);
        return value is null
            ? ((int)reason).ToString(CultureInfo.InvariantCulture)
            : value.Name[ReasonPrefix.Length..];
    }
}
