using Google.Rpc;
using Grpc.Core;
using TrygghetHub.Areas.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Cli.Connectors.Polisen;

/// <summary>Streams incidents to a hub and gives a result for each.</summary>
public delegate IAsyncEnumerable<ReportResult> StreamIncidents(
    IAsyncEnumerable<Incident> incidents, CancellationToken cancellation);

/// <summary>A hub over gRPC.</summary>
/// <param name="invoker">A channel on which the caller is known by its certificate.</param>
/// <param name="stream">Streaming by the Client SDK, which knows how to batch, wait and resume.</param>
/// <param name="connection">Disposed of with this, where given.</param>
public sealed class GrpcReportingHub(CallInvoker invoker, StreamIncidents stream, IAsyncDisposable? connection = null)
    : IReportingHub
{
    const string ErrorDomain = "trygghethub";

    readonly AreaService.AreaServiceClient areas = new(invoker);
    readonly IncidentService.IncidentServiceClient incidents = new(invoker);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Area>> ListAreasAsync(CancellationToken cancellation)
    {
        var all = await ChildrenAsync("", cancellation);
        foreach (var county in all.Where(a => a.Level == AreaLevel.County).ToList())
            all.AddRange(await ChildrenAsync(county.Code, cancellation));
        return all;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HeldRevisions>> ListRevisionsAsync(
        IReadOnlyList<string> sourceRefs, CancellationToken cancellation)
    {
        var request = new ListRevisionsRequest { SourceRefs = { sourceRefs } };
        var response = await incidents.ListRevisionsAsync(request, cancellationToken: cancellation);
        return response.Held;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ReportResult> StreamIncidentsAsync(
        IAsyncEnumerable<Incident> incidents, CancellationToken cancellation) => stream(incidents, cancellation);

    /// <inheritdoc/>
    public async Task<ErrorReason?> WithdrawAsync(WithdrawIncidentRequest request, CancellationToken cancellation)
    {
        try
        {
            await incidents.WithdrawIncidentAsync(request, cancellationToken: cancellation);
            return null;
        }
        catch (RpcException e) when (RefusalOf(e) is { } reason)
        {
            return reason;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task<List<Area>> ChildrenAsync(string parent, CancellationToken cancellation)
    {
        var found = new List<Area>();
        var token = "";
        do
        {
            var request = new ListAreasRequest { Parent = parent, PageSize = 1000, PageToken = token };
            var page = await areas.ListAreasAsync(request, cancellationToken: cancellation);
            found.AddRange(page.Areas);
            token = page.NextPageToken;
        }
        while (token.Length > 0);
        return found;
    }

    // Only what concerns this one withdrawal is a refusal; a hub that does not answer, or does not know the
    // caller, is a failure of the whole run.
    static ErrorReason? RefusalOf(RpcException e)
    {
        if (e.StatusCode is not (
            StatusCode.NotFound or StatusCode.FailedPrecondition or StatusCode.InvalidArgument
            or StatusCode.AlreadyExists))
            return null;
        var info = e.GetRpcStatus()?.GetDetail<ErrorInfo>();
        if (info is { Domain: ErrorDomain })
        {
            foreach (var reason in Enum.GetValues<ErrorReason>())
            {
                if (NameOf(reason) == info.Reason)
                    return reason;
            }
        }

        return e.StatusCode == StatusCode.NotFound ? ErrorReason.NotFound : ErrorReason.FieldInvalid;
    }

    /// <summary>The reason as the hub writes it, such as <c>AREA_NOT_AGREED</c>.</summary>
    public static string NameOf(ErrorReason reason)
    {
        var value = ErrorReasonReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)reason);
        return value is null
            ? ((int)reason).ToString(System.Globalization.CultureInfo.InvariantCulture)
            : value.Name["ERROR_REASON_".Length..];
    }
}
