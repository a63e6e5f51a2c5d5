using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Reports;
using Wire = TrygghetHub.Incidents.V1;

namespace TrygghetHub.Server.Incidents;

/// <summary>Incident summaries from police, rescue services and guards.</summary>
internal sealed class IncidentService(Intake intake, ReportStreams streams, ReportQueries queries, Previews previews)
    : Wire.IncidentService.IncidentServiceBase
{
    public override Task StreamIncidents(
        IAsyncStreamReader<StreamIncidentsRequest> requestStream,
        IServerStreamWriter<StreamIncidentsResponse> responseStream,
        ServerCallContext context) =>
        streams.RunStreamAsync(
            Caller(context), requestStream, request => request.Incidents.Select(IncidentMapping.ToSubmission),
            results => responseStream.WriteAsync(new StreamIncidentsResponse { Results = { results } }),
            context.CancellationToken);

    public override async Task<SubmitIncidentResponse> SubmitIncident(
        SubmitIncidentRequest request, ServerCallContext context)
    {
        var incident = request.Incident ?? throw new HubException(
            ErrorReason.FieldRequired, "incident", "An incident is required.", "Send it.");
        var result = await intake.SubmitAsync(Caller(context), IncidentMapping.ToSubmission(incident), context.CancellationToken);
        return new SubmitIncidentResponse
        {
            Accepted = result.Accepted,
            Quarantined = result.Quarantined,
            Warnings = { result.Warnings },
        };
    }

    public override Task<PreviewIncidentResponse> PreviewIncident(PreviewIncidentRequest request, ServerCallContext context)
    {
        var incident = request.Incident ?? throw new HubException(
            ErrorReason.FieldRequired, "incident", "An incident is required.", "Send it.");
        return Task.FromResult(new PreviewIncidentResponse
        {
            Previews =
            {
                previews.Of(Caller(context), IncidentMapping.ToSubmission(incident)).Select(IncidentMapping.ToWire),
            },
        });
    }

    public override async Task<WithdrawIncidentResponse> WithdrawIncident(
        WithdrawIncidentRequest request, ServerCallContext context) => new()
        {
            Accepted = await intake.WithdrawAsync(
                Caller(context), ReportType.Incident, request.SourceRef, request.Revision, request.SourceVersion,
                request.Reason, context.CancellationToken),
        };

    public override Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListRevisionsResponse
        {
            Held = { queries.ListRevisions(Caller(context), request.SourceRefs) },
        });

    public override async Task<GetIncidentResponse> GetIncident(
        GetIncidentRequest request, ServerCallContext context) => new()
        {
            Incident = IncidentMapping.ToWire(
                await queries.GetAsync(
                    ReportType.Incident, request.Name, Caller(context), request.Purpose, context.CancellationToken)),
        };

    public override async Task<ListIncidentsResponse> ListIncidents(
        ListIncidentsRequest request, ServerCallContext context)
    {
        var (reports, nextPageToken) = await queries.ListAsync(
            ReportType.Incident, request.Parent, request.Purpose, request.Area, request.Week, request.Exercise,
            request.PageSize, request.PageToken, Caller(context), context.CancellationToken);
        return new ListIncidentsResponse
        {
            Incidents = { reports.Select(IncidentMapping.ToWire) },
            NextPageToken = nextPageToken,
        };
    }

    private static PartnerId Caller(ServerCallContext context) => new(context.Caller().Id);
}
