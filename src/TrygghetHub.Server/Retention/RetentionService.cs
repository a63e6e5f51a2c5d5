using System.Globalization;
using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Retention.V1;

namespace TrygghetHub.Server.Retention;

/// <summary>
/// Retention of the caller's own data: partners' of their reports, the operator's of the access log. Auditors see decisions,
/// holds and disposals of everybody.
/// </summary>
internal sealed class RetentionService(
    RetentionRegister register, DisposalForecasts forecasts, DisposalRecords records, AreaRegister areas, PageTokens pages,
    TimeProvider time) : Wire.RetentionService.RetentionServiceBase
{
    // Two years, five years, a quarter, for ever. A suggestion disposes of nothing.
    private static readonly (RetentionClass Class, int Days)[] Suggested =
    [
        (RetentionClass.Report, 730), (RetentionClass.AccessLog, 1_826), (RetentionClass.RawNote, 90), (RetentionClass.Picture, 0),
    ];

    public override Task<ListRetentionResponse> ListRetention(ListRetentionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var decisions = register.Book.Decisions.Values.Where(d => IsAuditor(caller) || d.Partner == OwnerOf(caller))
            .OrderBy(d => d.Partner?.Value, StringComparer.Ordinal).ToLookup(d => d.Class);
        return Task.FromResult(new ListRetentionResponse
        {
            Rules =
            {
                Suggested.Select(s => new RetentionRule
                {
                    RetentionClass = s.Class,
                    SuggestedDays = s.Days,
                    Decidable = DecidableBy(caller, s.Class),
                    Decisions = { decisions[s.Class].Select(d => d.ToWire()) },
                }),
            },
        });
    }

    public override async Task<DecideRetentionResponse> DecideRetention(DecideRetentionRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        RequireDecidable(caller, request.RetentionClass);
        var days = RetentionRequests.RequireDays(request.Days, request.Keep);
        var reference = RetentionRequests.RequireReference(request.DecisionReference, "decision_reference");
        var decision = await register.DecideAsync(
            request.RetentionClass, OwnerOf(caller), days, reference, caller.Uri, context.CancellationToken);
        return new DecideRetentionResponse { Decision = decision.ToWire() };
    }

    public override Task<PreviewDisposalResponse> PreviewDisposal(PreviewDisposalRequest request, ServerCallContext context)
    {
        var at = RetentionRequests.ReadAsOf(request.AsOf, time.GetUtcNow());
        return Task.FromResult(new PreviewDisposalResponse
        {
            Forecasts =
            {
                OwnerOf(context.Caller()) is { } sender
                    ? forecasts.OfReports(sender, at, context.CancellationToken)
                    : forecasts.OfAccessLog(at),
            },
        });
    }

    public override async Task<PlaceLegalHoldResponse> PlaceLegalHold(PlaceLegalHoldRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var sender = RequireSender(caller);
        var scope = RetentionRequests.RequireScope(request.Scope, areas.Book, register);
        var reference = RetentionRequests.RequireReference(request.Reference, "reference");
        var reason = RetentionRequests.RequireReason(request.Reason);
        var hold = await register.HoldAsync(sender, scope, reference, reason, caller.Uri, context.CancellationToken);
        return new PlaceLegalHoldResponse { Hold = hold.ToWire(isWhole: true) };
    }

    public override async Task<LiftLegalHoldResponse> LiftLegalHold(LiftLegalHoldRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var sender = RequireSender(caller);
        var reference = RetentionRequests.RequireReference(request.Reference, "reference");
        var hold = await register.LiftAsync(sender, request.Name, reference, caller.Uri, context.CancellationToken);
        return new LiftLegalHoldResponse { Hold = hold.ToWire(isWhole: true) };
    }

    public override Task<ListLegalHoldsResponse> ListLegalHolds(ListLegalHoldsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var owner = OwnerOf(caller);
        var scope = $"holds/{caller.Uri}/{request.IncludeLifted}";
        var (before, size) = (Position(scope, request.PageToken), PageTokens.SizeOf(request.PageSize));
        var found = register.Book.Holds.Reverse()
            .Where(h => h.Seq < before && (IsAuditor(caller) || h.Partner == owner) && (request.IncludeLifted || h.Lifting is null))
            .Take(size + 1).ToList();
        var response = new ListLegalHoldsResponse
        {
            Holds = { found.Take(size).Select(h => h.ToWire(isWhole: h.Partner == owner)) },
        };
        if (found.Count > size)
        {
            response.NextPageToken = Seal(scope, found[size - 1].Seq);
        }

        return Task.FromResult(response);
    }

    public override Task<ListDisposalsResponse> ListDisposals(ListDisposalsRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var scope = $"disposals/{caller.Uri}";
        var (before, size) = (Position(scope, request.PageToken), PageTokens.SizeOf(request.PageSize));

        // Positions of quarters are above those of single records: they come first.
        var found = new List<(long Position, Disposal Record)>();
        if (caller.Oversees())
        {
            found.AddRange(records.ListQuarters(caller.IsOperator ? "" : null, before, size + 1, time.GetUtcNow()));
        }

        if (OwnerOf(caller) is { } owner)
        {
            found.AddRange(records.List(owner, before, size + 1));
        }

        var response = new ListDisposalsResponse { Disposals = { found.Take(size).Select(f => f.Record) } };
        if (found.Count > size)
        {
            response.NextPageToken = Seal(scope, found[size - 1].Position);
        }

        return Task.FromResult(response);
    }

    private static bool IsAuditor(Principal caller) => caller.Roles.Contains(Role.Auditor);

    // Whose data the caller's is: a partner's own, or the hub's log.
    private static PartnerId? OwnerOf(Principal caller) => caller.IsOperator ? null : new PartnerId(caller.Id);

    private static PartnerId RequireSender(Principal caller) => OwnerOf(caller) ?? throw NotYours("");

    private static bool DecidableBy(Principal caller, RetentionClass @class) =>
        caller.Permissions.Contains("retention.decide")
        && @class == (caller.IsOperator ? RetentionClass.AccessLog : RetentionClass.Report);

    private static void RequireDecidable(Principal caller, RetentionClass @class)
    {
        if (@class is RetentionClass.Unspecified)
        {
            throw new HubException(
                ErrorReason.FieldRequired, "retention_class", "A decision is about one class.",
                "Send RETENTION_CLASS_REPORT, or RETENTION_CLASS_ACCESS_LOG as the operator.");
        }

        if (!Enum.IsDefined(@class))
        {
            throw new HubException(
                ErrorReason.EnumUnknown, "retention_class", "The hub knows no such class.",
                "Send RETENTION_CLASS_REPORT, or RETENTION_CLASS_ACCESS_LOG as the operator.");
        }

        if (@class is RetentionClass.RawNote or RetentionClass.Picture)
        {
            throw new HubException(
                ErrorReason.RetentionState, "retention_class",
                "The hub disposes of nothing of this class: pictures are preserved, and it holds no raw notes.",
                "Decide about reports; the operator decides about the access log.");
        }

        if (!DecidableBy(caller, @class))
        {
            throw NotYours("retention_class");
        }
    }

    private static HubException NotYours(string field) => new(
        ErrorReason.PermissionMissing, field, "Each decides about its own: partners about their reports, the operator about the log.",
        "Have whoever answers for the data decide.");

    private long Position(string scope, string token) =>
        pages.Open(scope, token) is { Length: > 0 } position ? long.Parse(position, CultureInfo.InvariantCulture) : long.MaxValue;

    private string Seal(string scope, long seq) => pages.Seal(scope, seq.ToString(CultureInfo.InvariantCulture));
}
