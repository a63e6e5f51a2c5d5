using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Reports;
using Wire = TrygghetHub.Observations.V1;

namespace TrygghetHub.Server.Observations;

/// <summary>Property observations from housing companies.</summary>
internal sealed class ObservationService(Intake intake, ReportStreams streams, ReportQueries queries, Previews previews)
    : Wire.ObservationService.ObservationServiceBase
{
    /// <summary>Observations that one push may carry; the proto states it.</summary>
    public const int MostPushed = 10_000;

    public override async Task<PushObservationsResponse> PushObservations(
        IAsyncStreamReader<PushObservationsRequest> requestStream, ServerCallContext context) => new()
        {
            Results =
            {
                await streams.RunPushAsync(
                    Caller(context), requestStream,
                    request => request.Observations.Select(ObservationMapping.ToSubmission), MostPushed,
                    context.CancellationToken),
            },
        };

    public override async Task<SubmitObservationResponse> SubmitObservation(
        SubmitObservationRequest request, ServerCallContext context)
    {
        var observation = request.Observation ?? throw new HubException(
            ErrorReason.FieldRequired, "observation", "An observation is required.", "Send it.");
        var result = await intake.SubmitAsync(Caller(context), ObservationMapping.ToSubmission(observation), context.CancellationToken);
        return new SubmitObservationResponse
        {
            Accepted = result.Accepted,
            Quarantined = result.Quarantined,
            Warnings = { result.Warnings },
        };
    }

    public override Task<PreviewObservationResponse> PreviewObservation(PreviewObservationRequest request, ServerCallContext context)
    {
        var observation = request.Observation ?? throw new HubException(
            ErrorReason.FieldRequired, "observation", "An observation is required.", "Send it.");
        return Task.FromResult(new PreviewObservationResponse
        {
            Previews =
            {
                previews.Of(Caller(context), ObservationMapping.ToSubmission(observation)).Select(ObservationMapping.ToWire),
            },
        });
    }

    public override async Task<WithdrawObservationResponse> WithdrawObservation(
        WithdrawObservationRequest request, ServerCallContext context) => new()
        {
            Accepted = await intake.WithdrawAsync(
                Caller(context), ReportType.Observation, request.SourceRef, request.Revision, request.SourceVersion,
                request.Reason, context.CancellationToken),
        };

    public override Task<ListRevisionsResponse> ListRevisions(ListRevisionsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListRevisionsResponse
        {
            Held = { queries.ListRevisions(Caller(context), request.SourceRefs) },
        });

    public override async Task<GetObservationResponse> GetObservation(
        GetObservationRequest request, ServerCallContext context) => new()
        {
            Observation = ObservationMapping.ToWire(
                await queries.GetAsync(
                    ReportType.Observation, request.Name, Caller(context), request.Purpose, context.CancellationToken)),
        };

    public override async Task<ListObservationsResponse> ListObservations(
        ListObservationsRequest request, ServerCallContext context)
    {
        var (reports, nextPageToken) = await queries.ListAsync(
            ReportType.Observation, request.Parent, request.Purpose, request.Area, request.Week, request.Exercise,
            request.PageSize, request.PageToken, Caller(context), context.CancellationToken);
        return new ListObservationsResponse
        {
            Observations = { reports.Select(ObservationMapping.ToWire) },
            NextPageToken = nextPageToken,
        };
    }

    private static PartnerId Caller(ServerCallContext context) => new(context.Caller().Id);
}
