using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Reports.V1;

namespace TrygghetHub.Server.Reports;

/// <summary>A sender's own quarantine.</summary>
internal sealed class QuarantineService(
    Quarantine quarantine, Intake intake, JournalLane journal, AgreementRegister agreements, PageTokens pages, TimeProvider time)
    : Wire.QuarantineService.QuarantineServiceBase
{
    private const int LongestReason = 200;

    public override Task<ListQuarantinedResponse> ListQuarantined(ListQuarantinedRequest request, ServerCallContext context)
    {
        var sender = Sender(context);
        var scope = $"quarantine/{sender}";
        var position = pages.Open(scope, request.PageToken);
        var size = PageTokens.SizeOf(request.PageSize);
        var found = quarantine.List(
            sender, position.Length == 0 ? Guid.Empty : Guid.Parse(position), size + 1, time.GetUtcNow());
        var response = new ListQuarantinedResponse
        {
            Reports = { found.Take(size).Select(f => ToWire(sender, f.Item, f.Content, isWhole: false)) },
        };
        if (found.Count > size)
        {
            response.NextPageToken = pages.Seal(scope, found[size - 1].Item.Id.ToString());
        }

        return Task.FromResult(response);
    }

    public override Task<GetQuarantinedResponse> GetQuarantined(GetQuarantinedRequest request, ServerCallContext context)
    {
        var sender = Sender(context);
        var (item, content) = Find(sender, request.Name);
        return Task.FromResult(new GetQuarantinedResponse { Report = ToWire(sender, item, content, isWhole: true) });
    }

    public override async Task<ConfirmQuarantinedResponse> ConfirmQuarantined(
        ConfirmQuarantinedRequest request, ServerCallContext context)
    {
        var reason = request.Reason.Trim();
        if (reason.Length is 0 or > LongestReason)
        {
            throw new HubException(
                reason.Length == 0 ? ErrorReason.FieldRequired : ErrorReason.TextTooLong, "reason",
                $"A reason has 1 to {LongestReason} characters.", "Say why what was found is no person's.");
        }

        CleanText.RequireNobody(reason, "reason");
        var sender = Sender(context);
        var (item, content) = Find(sender, request.Name);
        var result = await intake.SubmitAsync(
            sender, SubmissionOf(content), context.CancellationToken, new Confirmation(item.Id, context.Caller().Uri, reason));
        return result.Accepted is { } accepted
            ? new ConfirmQuarantinedResponse { Accepted = accepted }
            : throw HubException.NotFound("name");
    }

    public override async Task<DiscardQuarantinedResponse> DiscardQuarantined(
        DiscardQuarantinedRequest request, ServerCallContext context)
    {
        var sender = Sender(context);
        if (!QuarantineItem.TryParse(request.Name, sender, out var id))
        {
            throw HubException.NotFound("name");
        }

        await journal.WriteAsync(
            transaction => Quarantine.Discard(transaction, sender, id, context.Caller().Uri), published: null, context.CancellationToken);
        return new DiscardQuarantinedResponse();
    }

    private (QuarantineItem Item, QuarantinedContent Content) Find(PartnerId sender, string name) =>
        QuarantineItem.TryParse(name, sender, out var id) && quarantine.Get(sender, id, time.GetUtcNow()) is { } found
            ? found
            : throw HubException.NotFound("name");

    private QuarantinedReport ToWire(PartnerId sender, QuarantineItem item, QuarantinedContent content, bool isWhole)
    {
        var report = content.Report;
        return new QuarantinedReport
        {
            Name = QuarantineItem.NameOf(sender, item.Id),
            Type = ((ReportType)content.Type).ToString().ToLowerInvariant(),
            Report = isWhole ? report : new Report { SourceRef = report.SourceRef, Revision = report.Revision },
            Findings = { item.Findings },
            QuarantineTime = item.At.ToTimestamp(),
            ExpireTime = item.ExpiresAt.ToTimestamp(),
            Confirmable = { isWhole ? Confirmable(sender, content, item) : [] },
        };
    }

    private IEnumerable<FindingKind> Confirmable(PartnerId sender, QuarantinedContent content, QuarantineItem item) =>
        intake.Prepare(sender, SubmissionOf(content)).Report?.Envelope is { } envelope
            ? item.Findings.Select(f => f.Kind).Distinct().Intersect(
                ScreeningRule.For(sender, envelope.Category, envelope.Area, agreements.Rules, time.GetUtcNow()).Confirmable)
            : [];

    private static Submission SubmissionOf(QuarantinedContent content) => new(
        (ReportType)content.Type, content.Report, content.Size, content.Published, Flaw: null,
        // Its text was taken when it came, and a later version of the hub takes it no more.
        kept => kept.Summary == content.Report.Summary
            ? content.Values.ToByteArray()
            : throw new HubException(
                ErrorReason.QuarantineState, "name", "The text of this report is not taken any more.",
                "Discard it, and send the report again under its revision."));

    private static PartnerId Sender(ServerCallContext context) => new(context.Caller().Id);
}
