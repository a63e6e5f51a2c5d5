using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.CompilerServices;
using Grpc.Core;
using TrygghetHub.Areas.V1;
using TrygghetHub.Client;
using TrygghetHub.Codes.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Cli.Connectors;

/// <summary>A hub over gRPC, through the Client SDK.</summary>
internal sealed class GrpcReportingHub(HubClient client, ReportKind kind, TimeProvider time) : IReportingHub
{
    private const string ReasonPrefix = "ERROR_REASON_";

    // Observations are answered call by call: a call is kept short enough that one who watches sees it go on.
    private const int PushedAtOnce = 1_000;

    private const int MostAttempts = 8;

    private static readonly FrozenDictionary<string, ErrorReason> ReasonsByName =
        System.Enum.GetValues<ErrorReason>().ToFrozenDictionary(NameOf);

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
    public async Task<IReadOnlyList<Area>> ListAreasInAsync(string municipality, CancellationToken cancellation)
    {
        try
        {
            var all = await ChildrenAsync(municipality, cancellation);
            foreach (var district in all.ToList())
            {
                all.AddRange(await ChildrenAsync(district.Code, cancellation));
            }

            return all;
        }
        catch (HubException e) when (e.Reason == NameOf(ErrorReason.AreaUnknown) || e.Reason == NameOf(ErrorReason.NotFound))
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public async Task<EventTypeList> ListEventTypesAsync(CancellationToken cancellation)
    {
        var list = await client.Codes.ListEventTypesAsync(new ListEventTypesRequest(), cancellationToken: cancellation);
        return new EventTypeList(list.Version, list.Types_, list.NeverTakenWords, list.ObjectWords);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<HeldRevisions>> ListRevisionsAsync(
        IReadOnlyList<string> sourceRefs, CancellationToken cancellation) => kind == ReportKind.Incident
        ? (await client.Incidents.ListRevisionsAsync(
            new Incidents.V1.ListRevisionsRequest { SourceRefs = { sourceRefs } }, cancellationToken: cancellation)).Held
        : (await client.Observations.ListRevisionsAsync(
            new Observations.V1.ListRevisionsRequest { SourceRefs = { sourceRefs } }, cancellationToken: cancellation)).Held;

    /// <inheritdoc/>
    public IAsyncEnumerable<ReportResult> SendAsync(
        IAsyncEnumerable<TypedReport> sent, CancellationToken cancellation) => kind == ReportKind.Incident
        ? client.StreamIncidentsAsync(sent.Select(r => r.Incident!), cancellation: cancellation)
        : PushAsync(sent, cancellation);

    /// <inheritdoc/>
    /// <remarks>Many previews use up a quota for moments: then it waits as long as the hub says, a few times.</remarks>
    public async Task<Refused?> PreviewAsync(TypedReport report, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (report.Incident is not null)
                {
                    await client.Incidents.PreviewIncidentAsync(
                        new PreviewIncidentRequest { Incident = report.Incident }, cancellationToken: cancellation);
                }
                else
                {
                    await client.Observations.PreviewObservationAsync(
                        new PreviewObservationRequest { Observation = report.Observation }, cancellationToken: cancellation);
                }

                return null;
            }
            catch (HubException e) when (e.IsTransient && attempt < MostAttempts)
            {
                await Task.Delay(e.RetryDelay ?? TimeSpan.FromSeconds(attempt), time, cancellation);
            }
            catch (HubException e) when (
                e.Reason is { } reason && !e.IsTransient
                && e.StatusCode is StatusCode.InvalidArgument or StatusCode.FailedPrecondition or StatusCode.PermissionDenied)
            {
                // What the caller may not do at all ends the run; what agreements say concerns this report.
                if (reason == NameOf(ErrorReason.PermissionMissing) || !ReasonsByName.TryGetValue(reason, out var known))
                {
                    throw;
                }

                return new Refused
                {
                    Reason = known,
                    Field = e.Field ?? "",
                    Rule = e.Rule ?? e.Message,
                    Remedy = e.Remedy ?? "",
                };
            }
        }
    }

    /// <inheritdoc/>
    public async Task<string?> WithdrawAsync(Withdrawal withdrawal, CancellationToken cancellation)
    {
        try
        {
            if (kind == ReportKind.Incident)
            {
                await client.Incidents.WithdrawIncidentAsync(
                    new WithdrawIncidentRequest
                    {
                        SourceRef = withdrawal.SourceRef,
                        Revision = withdrawal.Revision,
                        SourceVersion = withdrawal.SourceVersion,
                        Reason = withdrawal.Reason,
                    },
                    cancellationToken: cancellation);
            }
            else
            {
                await client.Observations.WithdrawObservationAsync(
                    new WithdrawObservationRequest
                    {
                        SourceRef = withdrawal.SourceRef,
                        Revision = withdrawal.Revision,
                        SourceVersion = withdrawal.SourceVersion,
                        Reason = withdrawal.Reason,
                    },
                    cancellationToken: cancellation);
            }

            return null;
        }
        catch (HubException e) when (e.Reason is { } reason && RefusedAlone.Contains(reason))
        {
            return reason;
        }
    }

    /// <summary>The reason as the hub writes it, such as <c>AREA_NOT_AGREED</c>.</summary>
    public static string NameOf(ErrorReason reason)
    {
        var value = ErrorReasonReflection.Descriptor.EnumTypes[0].FindValueByNumber((int)reason);
        return value is null
            ? ((int)reason).ToString(CultureInfo.InvariantCulture)
            : value.Name[ReasonPrefix.Length..];
    }

    private async IAsyncEnumerable<ReportResult> PushAsync(
        IAsyncEnumerable<TypedReport> sent, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var together in sent.Chunk(PushedAtOnce).WithCancellation(cancellation))
        {
            var results = await client.PushObservationsAsync(
                together.Select(r => r.Observation!), cancellation: cancellation);
            foreach (var result in results)
            {
                yield return result;
            }
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
}
