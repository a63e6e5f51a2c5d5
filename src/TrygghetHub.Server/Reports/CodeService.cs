using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Codes.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Codes.V1;

namespace TrygghetHub.Server.Reports;

/// <summary>Categories, and each partner's mapping of its own codes to them.</summary>
internal sealed class CodeService(
    CodeMappings mappings, SourceCodes codes, EventTypes eventTypes, HeldEventTypes heldTypes, PublishedEvents published)
    : Wire.CodeService.CodeServiceBase
{
    private const int MostListed = 10_000;

    public override Task<ListCategoriesResponse> ListCategories(ListCategoriesRequest request, ServerCallContext context)
    {
        var list = CategoryList.Embedded;
        return Task.FromResult(new ListCategoriesResponse
        {
            Version = list.Version,
            Categories =
            {
                list.Categories.Select(c => new Wire.Category
                {
                    Code = c.Code,
                    DisplayName = c.Name,
                    Family = c.Family,
                    FamilyName = list.FamilyName(c.Family),
                    Taken = c.Taken,
                }),
            },
        });
    }

    public override Task<GetCodeMappingResponse> GetCodeMapping(GetCodeMappingRequest request, ServerCallContext context)
    {
        if (request.Version < 0)
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "version", "A version is 1, 2, 3, …, or 0 for the one in force.", "Correct it.");
        }

        var caller = Caller(context);
        var mapping = request.Version == 0 ? mappings.Get(caller) : mappings.Get(caller, request.Version);
        return Task.FromResult(new GetCodeMappingResponse
        {
            Mapping = mapping ?? throw new HubException(
                ErrorReason.NotFound, "version", "You have no such mapping.", "Import one: thub codes import FILE.csv."),
        });
    }

    public override async Task<ImportCodeMappingResponse> ImportCodeMapping(
        ImportCodeMappingRequest request, ServerCallContext context)
    {
        var (mapping, changed) = await mappings.ImportAsync(
            Caller(context), request.Mapping ?? new CodeMapping(), context.Caller().Uri, context.CancellationToken);
        return new ImportCodeMappingResponse { Mapping = mapping, Changed = changed };
    }

    public override Task<ListSourceCodesResponse> ListSourceCodes(ListSourceCodesRequest request, ServerCallContext context)
    {
        var caller = Caller(context);
        return Task.FromResult(new ListSourceCodesResponse
        {
            Codes =
            {
                codes.Count(caller).GroupBy(c => c.Code, ComparisonKey.Comparer).Select(g => ToWire(g, mappings.Find(caller, g.Key)))
                    .Where(c => !request.UnmappedOnly || c.MappedCategory.Length == 0)
                    .OrderByDescending(c => c.Reports).ThenBy(c => c.SourceCategory, StringComparer.Ordinal).Take(MostListed),
            },
        });
    }

    public override Task<ReclassifyReportsResponse> ReclassifyReports(ReclassifyReportsRequest request, ServerCallContext context) =>
        codes.ReclassifyAsync(
            Caller(context), request.SourceCategory.Length == 0 ? null : request.SourceCategory, request.DryRun,
            context.CancellationToken);

    public override Task<ListEventTypesResponse> ListEventTypes(ListEventTypesRequest request, ServerCallContext context)
    {
        var list = eventTypes.Current;
        return Task.FromResult(new ListEventTypesResponse
        {
            Version = list.Version,
            Types_ = { list.Types },
            NeverTakenWords = { list.NeverTakenWords },
            ObjectWords = { list.ObjectWords },
        });
    }

    public override Task<ListHeldEventTypesResponse> ListHeldEventTypes(ListHeldEventTypesRequest request, ServerCallContext context) =>
        Task.FromResult(new ListHeldEventTypesResponse { Types_ = { heldTypes.List() } });

    public override async Task<DecideEventTypeResponse> DecideEventType(DecideEventTypeRequest request, ServerCallContext context)
    {
        var by = context.Caller().Uri;
        if (request.TakeBack == (request.Treatment != EventTreatment.Unspecified))
        {
            // A client that forgets the field, or does not know a newer value, must not open a type by that.
            throw new HubException(
                request.TakeBack ? ErrorReason.FieldInvalid : ErrorReason.FieldRequired, "treatment",
                "A decision says what becomes of events of the type, or takes an earlier decision back.",
                "Set treatment to COUNTED, CONTEXT or NEVER_TAKEN, or set take_back and no treatment.");
        }

        var (type, changed) = await eventTypes.DecideAsync(
            request.Type, request.Treatment, request.Category, by, context.CancellationToken);
        var response = new DecideEventTypeResponse { Type = type, Changed = changed };
        // Also when nothing has changed: a call that was cut off is taken up by making it again.
        if (type is { Treatment: EventTreatment.NeverTaken })
        {
            response.Discarded = await published.DiscardNeverTakenAsync(eventTypes.Current, by, context.CancellationToken);
            response.Withdrawn = await published.WithdrawNeverTakenAsync(eventTypes.Current, context.CancellationToken);
        }

        return response;
    }

    private static SourceCode ToWire(IGrouping<string, SourceCodeCount> counts, string? mapped)
    {
        var last = counts.Max(c => c.Last);
        return new SourceCode
        {
            // The first spelling stands for all.
            SourceCategory = counts.First().Code,
            Reports = counts.Sum(c => c.Reports),
            MappedCategory = mapped ?? "",
            ClassifiedOtherwise = mapped is null ? 0 : counts.Where(c => c.Category != mapped).Sum(c => c.Reports),
            LastTime = last.AddTicks(-(last.Ticks % TimeSpan.TicksPerHour)).ToTimestamp(),
        };
    }

    private static PartnerId Caller(ServerCallContext context) => new(context.Caller().Id);
}
