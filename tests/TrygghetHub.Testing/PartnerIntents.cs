using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Calendar.V1;
using TrygghetHub.Client;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Observations.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Testing;

/// <summary>What partners do, in one call each; for the weekly picture where a purpose is asked for.</summary>
public static class PartnerIntents
{
    public static async Task<Accepted> SubmitAsync(this HubClient partner, Incident incident) =>
        (await partner.Incidents.SubmitIncidentAsync(new SubmitIncidentRequest { Incident = incident })).Accepted;

    public static async Task<Accepted> SubmitAsync(this HubClient partner, Observation observation) =>
        (await partner.Observations.SubmitObservationAsync(
            new SubmitObservationRequest { Observation = observation })).Accepted;

    public static async Task<Accepted> WithdrawIncidentAsync(
        this HubClient partner, string sourceRef, int revision = 0,
        WithdrawalReason reason = WithdrawalReason.Mistaken) =>
        (await partner.Incidents.WithdrawIncidentAsync(
            new WithdrawIncidentRequest { SourceRef = sourceRef, Revision = revision, Reason = reason })).Accepted;

    public static async Task<Incident> ReadIncidentAsync(
        this HubClient partner, string name, Purpose purpose = Purpose.WeeklyPicture) =>
        (await partner.Incidents.GetIncidentAsync(new GetIncidentRequest { Name = name, Purpose = purpose })).Incident;

    /// <summary>The pages of incidents that the partner sees, to the last.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<Incident>>> IncidentPagesAsync(
        this HubClient partner, int pageSize, string area = "", string parent = "")
    {
        var pages = new List<IReadOnlyList<Incident>>();
        var request = new ListIncidentsRequest
        {
            Purpose = Purpose.WeeklyPicture,
            PageSize = pageSize,
            Area = area,
            Parent = parent,
        };
        do
        {
            var page = await partner.Incidents.ListIncidentsAsync(request);
            pages.Add(page.Incidents);
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        return pages;
    }

    public static async Task<IReadOnlyList<HeldRevision>> HeldAsync(this HubClient partner, string sourceRef) =>
        (await partner.Incidents.ListRevisionsAsync(new Incidents.V1.ListRevisionsRequest { SourceRefs = { sourceRef } }))
        .Held.Single().Revisions;

    /// <summary>Sends messages over one stream and gives the answers when it has ended well.</summary>
    public static async Task<IReadOnlyList<StreamIncidentsResponse>> StreamAsync(
        this HubClient partner, params IEnumerable<Incident>[] messages)
    {
        using var call = partner.Incidents.StreamIncidents();
        var reading = ReadAllAsync(call.ResponseStream);
        try
        {
            foreach (var message in messages)
            {
                await call.RequestStream.WriteAsync(new StreamIncidentsRequest { Incidents = { message } });
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (HubException)
        {
            // A stream that is refused may be over while it is written to: why is what the reading says.
        }

        return await reading;
    }

    public static async Task<IReadOnlyList<ReportResult>> PushAsync(
        this HubClient partner, params IEnumerable<Observation>[] messages)
    {
        using var call = partner.Observations.PushObservations();
        foreach (var message in messages)
        {
            await call.RequestStream.WriteAsync(new PushObservationsRequest { Observations = { message } });
        }

        await call.RequestStream.CompleteAsync();
        return (await call.ResponseAsync).Results;
    }

    /// <summary>Compiles Upplands-Bro's picture.</summary>
    public static async Task<CompilePictureResponse> CompileAsync(this HubClient partner, int year, int week) =>
        await partner.Pictures.CompilePictureAsync(new CompilePictureRequest
        {
            Municipality = "0139",
            Week = new IsoWeek { Year = year, Week = week },
        });

    /// <summary>Gets Upplands-Bro's picture.</summary>
    public static async Task<SituationalPicture> PictureAsync(
        this HubClient partner, int year, int week, int? revision = null)
    {
        var request = new GetPictureRequest { Municipality = "0139", Week = new IsoWeek { Year = year, Week = week } };
        if (revision is { } wanted)
        {
            request.Revision = wanted;
        }

        return (await partner.Pictures.GetPictureAsync(request)).Picture;
    }

    public static async Task<WeekConfirmation> ConfirmAsync(
        this HubClient partner, int year, int week, WeekStatement statement, string municipality = "0139") =>
        (await partner.Pictures.ConfirmWeekAsync(new ConfirmWeekRequest
        {
            Municipality = municipality,
            Week = new IsoWeek { Year = year, Week = week },
            Statement = statement,
        })).Confirmation;

    public static async Task<AgreementVersion> DraftAsync(this HubClient by, CooperationAgreement agreement) =>
        (await by.Agreements.DraftAgreementAsync(new DraftAgreementRequest { Agreement = agreement })).Version;

    public static async Task<AgreementVersion> ProposeAsync(this HubClient by, AgreementVersion draft) =>
        (await by.Agreements.ProposeAgreementAsync(
            new ProposeAgreementRequest { Name = draft.Name, DocumentSha256 = draft.DocumentSha256 })).Version;

    public static async Task<AgreementVersion> SignAsync(this HubClient by, AgreementVersion version, byte[] cms) =>
        (await by.Agreements.SignAgreementAsync(
            new SignAgreementRequest { Name = version.Name, Signature = ByteString.CopyFrom(cms) })).Version;

    public static async Task<AgreementVersion> SuspendAgreementAsync(
        this HubClient by, string id, string reason = "It is looked into.") =>
        (await by.Agreements.SuspendAgreementAsync(
            new SuspendAgreementRequest { Name = "agreements/" + id, Reason = reason })).Version;

    public static async Task<AgreementVersion> ResumeAgreementAsync(this HubClient by, string id) =>
        (await by.Agreements.ResumeAgreementAsync(new ResumeAgreementRequest { Name = "agreements/" + id })).Version;

    /// <summary>Ends an agreement; now where no time is given.</summary>
    public static async Task<AgreementVersion> TerminateAgreementAsync(
        this HubClient by, string id, DateTimeOffset? end = null, string reason = "It is over.") =>
        (await by.Agreements.TerminateAgreementAsync(new TerminateAgreementRequest
        {
            Name = "agreements/" + id,
            Reason = reason,
            EndTime = end?.ToTimestamp(),
        })).Version;

    /// <summary>Gets a version, or the one that is meant by the agreement's name.</summary>
    public static async Task<AgreementVersion> AgreementAsync(this HubClient by, string id, int? version = null) =>
        (await by.Agreements.GetAgreementAsync(new GetAgreementRequest
        {
            Name = version is null ? $"agreements/{id}" : $"agreements/{id}/versions/{version}",
        })).Version;

    /// <summary>All versions of all agreements that the caller sees.</summary>
    public static async Task<IReadOnlyList<AgreementVersion>> AgreementVersionsAsync(this HubClient by) =>
        (await by.Agreements.ListAgreementsAsync(new ListAgreementsRequest { AllVersions = true })).Versions;

    public static async Task<IReadOnlyList<T>> ReadAllAsync<T>(IAsyncStreamReader<T> stream)
    {
        var all = new List<T>();
        await foreach (var each in stream.ReadAllAsync())
        {
            all.Add(each);
        }

        return all;
    }
}
