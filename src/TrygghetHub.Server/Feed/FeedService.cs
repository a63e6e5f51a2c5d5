using System.Globalization;
using Grpc.Core;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Reports;
using Wire = TrygghetHub.Feed.V1;

namespace TrygghetHub.Server.Feed;

/// <summary>Subscribing, keeping cursors, and answering recalls.</summary>
internal sealed class FeedService(
    FeedParts parts, FeedCursors cursors, KeptCursors kept, RecallOrders recalls, JournalLane journal,
    AgreementRegister agreements, PageTokens pages, TimeProvider time)
    : Wire.FeedService.FeedServiceBase
{
    private const int MostFilterCodes = 1_000;
    private const int DefaultEntries = 100;
    private const int MostEntries = 500;

    public override async Task Subscribe(
        SubscribeRequest request, IServerStreamWriter<SubscribeResponse> responseStream, ServerCallContext context)
    {
        var scope = RequireScope(request, Caller(context));
        var start = request.StartCase switch
        {
            SubscribeRequest.StartOneofCase.Cursor => cursors.Open(scope, request.Cursor.Span, "cursor"),
            SubscribeRequest.StartOneofCase.CursorName => kept.Find(scope, request.CursorName) ?? FeedPosition.Beginning,
            SubscribeRequest.StartOneofCase.FromNow when request.FromNow => FeedPosition.After(journal.Head),
            _ => FeedPosition.Beginning,
        };
        if (start.Seq > journal.Head)
        {
            // From a journal that has been set back.
            throw FeedCursors.Invalid("cursor");
        }

        var entries = request.EntriesPerMessage switch
        {
            0 => DefaultEntries,
            >= 1 and <= MostEntries => request.EntriesPerMessage,
            _ => throw new HubException(
                ErrorReason.FieldInvalid, "entries_per_message", $"A message has 1 to {MostEntries} entries.",
                "Leave it out for 100."),
        };
        var stream = new FeedStream(parts, scope, start, entries, responseStream);
        if (request.CursorName.Length == 0)
        {
            await stream.RunAsync(context.Running(), context.CancellationToken);
            return;
        }

        kept.Begun(scope.Partner, request.CursorName);
        var why = "";
        try
        {
            await stream.RunAsync(context.Running(), context.CancellationToken);
        }
        catch (HubException e)
        {
            why = ErrorStatus.NameOf(e.Refusal.Reason);
            throw;
        }
        finally
        {
            kept.Ended(scope.Partner, request.CursorName, why);
        }
    }

    public override async Task<AcknowledgeFeedResponse> AcknowledgeFeed(
        AcknowledgeFeedRequest request, ServerCallContext context)
    {
        var caller = Caller(context);
        var (scope, position) = cursors.Open(request.Cursor.Span, "cursor");
        if (!FeedScope.IsOf(scope, caller))
        {
            throw FeedCursors.Invalid("cursor");
        }

        await kept.AcknowledgeAsync(caller, request.CursorName, scope, position, context.CancellationToken);
        return new AcknowledgeFeedResponse();
    }

    public override Task<ListCursorsResponse> ListCursors(ListCursorsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListCursorsResponse { Cursors = { kept.List(Caller(context)) } });

    public override async Task<DeleteCursorResponse> DeleteCursor(DeleteCursorRequest request, ServerCallContext context)
    {
        await kept.DeleteAsync(Caller(context), request.CursorName, context.CancellationToken);
        return new DeleteCursorResponse();
    }

    public override Task<ListRecallsResponse> ListRecalls(ListRecallsRequest request, ServerCallContext context)
    {
        var caller = Caller(context);
        var now = time.GetUtcNow();
        var scope = $"recalls/{caller}/{request.Ordered}/{request.UnansweredOnly}/{request.OverdueOnly}";
        var position = pages.Open(scope, request.PageToken);
        var size = PageTokens.SizeOf(request.PageSize);
        var page = recalls.List(
            caller, request.Ordered, Keep,
            position.Length == 0 ? long.MaxValue : long.Parse(position, CultureInfo.InvariantCulture), size + 1,
            context.CancellationToken);
        var response = new ListRecallsResponse
        {
            Recalls = { page.Take(size).Select(r => RecallOrders.ToWire(r, request.Ordered ? null : caller, now)) },
        };
        if (page.Count > size)
        {
            response.NextPageToken = pages.Seal(scope, page[size - 1].Seq.ToString(CultureInfo.InvariantCulture));
        }

        return Task.FromResult(response);

        bool Keep(RecallOrder order)
        {
            var open = order.Recipients.Any(r => r.AnsweredAt is null && (request.Ordered || r.Partner == caller));
            return (!request.UnansweredOnly || open) && (!request.OverdueOnly || (open && order.DueAt <= now));
        }
    }

    public override async Task<AnswerRecallResponse> AnswerRecall(AnswerRecallRequest request, ServerCallContext context)
    {
        var caller = Caller(context);
        CleanText.RequireReference(request.DecisionReference, "decision_reference");
        CleanText.RequireReference(request.Rule, "rule");
        RecallOrders.CheckAnswer(
            request.Outcome, request.DecisionReference, request.Rule,
            agreements.Rules.Partners.Partners[caller].LegalStatus);
        var order = await recalls.AnswerAsync(
            caller, request.Name, request.Outcome, request.DecisionReference, request.Rule, context.CancellationToken);
        return new AnswerRecallResponse { Recall = RecallOrders.ToWire(order, caller, time.GetUtcNow()) };
    }

    private FeedScope RequireScope(SubscribeRequest request, PartnerId caller)
    {
        if (ReportRules.RequireKnown(request.Purpose, Purpose.Unspecified, "purpose") is { } refusal)
        {
            throw new HubException(refusal);
        }

        var filter = request.Filter ?? new FeedFilter();
        if (filter.Categories.Count > MostFilterCodes || filter.Areas.Count > MostFilterCodes)
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "filter", $"A filter names at most {MostFilterCodes} categories and areas.",
                "Name counties rather than their municipalities.");
        }

        var rules = agreements.Rules;
        for (var i = 0; i < filter.Categories.Count; i++)
        {
            if (rules.Categories.Find(filter.Categories[i]) is null)
            {
                throw new HubException(
                    ErrorReason.CategoryUnknown, $"filter.categories[{i}]", "The hub knows no such category.",
                    "Use codes from docs/categories.md, such as graffiti.");
            }
        }

        for (var i = 0; i < filter.Areas.Count; i++)
        {
            if (!rules.Areas.TryGet(filter.Areas[i], out _))
            {
                throw new HubException(
                    ErrorReason.AreaUnknown, $"filter.areas[{i}]", "The hub knows no area with this code.",
                    "Use official codes, such as 0139; list the areas to see them.");
            }
        }

        return ReportRules.RequireDefined(filter.LeastSeverity, "filter.least_severity") is { } flaw
            ? throw new HubException(flaw)
            : new FeedScope(caller, request.Purpose, filter, request.IncludeOwn);
    }

    private static PartnerId Caller(ServerCallContext context) => new(context.Caller().Id);
}
