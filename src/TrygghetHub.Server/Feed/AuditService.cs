using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Audit.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Reports;
using Wire = TrygghetHub.Audit.V1;

namespace TrygghetHub.Server.Feed;

/// <summary>Who has seen a report: for its sender and for auditors.</summary>
internal sealed class AuditService(Viewings viewings, HubDatabase database, AgreementRegister agreements)
    : Wire.AuditService.AuditServiceBase
{
    public override Task<ListViewersResponse> ListViewers(ListViewersRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        using var connection = database.OpenReader();
        var revisions = Viewings.RevisionsOf(connection, request.Report);
        if (revisions.Count == 0
            || (revisions[0].Stored.Envelope.Sender.Value != caller.Id && !caller.Roles.Contains(Role.Auditor)))
        {
            throw HubException.NotFound("report");
        }

        var partners = agreements.Rules.Partners.Partners;
        return Task.FromResult(new ListViewersResponse
        {
            Viewers =
            {
                viewings.Of(connection, revisions).Select(v => new Viewer
                {
                    Partner = v.Partner.Value,
                    PartnerName = partners.TryGetValue(v.Partner, out var partner) ? partner.DisplayName : "",
                    Revision = v.Revision,
                    Path = v.Path,
                    Purpose = v.Purpose,
                    Grounds = ReportMapping.GroundsOf(v.Decision, revisions[0].Stored.Type),
                    EarliestTime = v.Earliest.ToTimestamp(),
                    LatestTime = v.Latest?.ToTimestamp(),
                    Possibly = v.Possibly,
                }),
            },
        });
    }
}
