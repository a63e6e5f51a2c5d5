using Grpc.Core;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Areas.V1;

namespace TrygghetHub.Server.Areas;

/// <summary>Answers which areas the hub knows.</summary>
/// <remarks>The geography is no partner's data: every enrolled principal gets the same answer.</remarks>
internal sealed class AreaService(AreaBook book, PageTokens pageTokens) : Wire.AreaService.AreaServiceBase
{
    /// <summary>Gets one area by its resource name.</summary>
    /// <exception cref="HubException">The name is missing or malformed, or there is no such area.</exception>
    public override Task<Wire.GetAreaResponse> GetArea(Wire.GetAreaRequest request, ServerCallContext context)
    {
        if (request.Name.Length == 0)
        {
            throw AreaErrors.NameMissing();
        }

        if (!request.Name.StartsWith(AreaMapping.NamePrefix, StringComparison.Ordinal))
        {
            throw AreaErrors.NameMalformed();
        }

        return book.TryGet(request.Name[AreaMapping.NamePrefix.Length..], out var area)
            ? Task.FromResult(new Wire.GetAreaResponse { Area = area.ToWire() })
            : throw AreaErrors.NotFound();
    }

    /// <summary>Lists what lies directly inside an area, in the order of codes.</summary>
    /// <exception cref="HubException">
    /// There is no such area, the page size is negative, or the token was made for another request.
    /// </exception>
    public override Task<Wire.ListAreasResponse> ListAreas(Wire.ListAreasRequest request, ServerCallContext context)
    {
        // 1. What is asked for.
        if (request.Parent.Length > 0 && !book.TryGet(request.Parent, out _))
        {
            throw AreaErrors.ParentUnknown();
        }

        var pageSize = PageTokens.SizeOf(request.PageSize);

        // 2. Where the page before ended: a code and no index, so that an area added between two pages neither
        //    repeats nor hides another.
        var scope = $"areas.list?parent={request.Parent}";
        var after = request.PageToken.Length == 0 ? string.Empty : pageTokens.Open(scope, request.PageToken);

        // 3. The page, and one more to see whether another follows.
        var found = book.Children(request.Parent.Length == 0 ? null : request.Parent)
            .SkipWhile(area => string.CompareOrdinal(area.Code, after) <= 0)
            .Take(pageSize + 1)
            .ToArray();
        var response = new Wire.ListAreasResponse();
        response.Areas.AddRange(found.Take(pageSize).Select(area => area.ToWire()));
        if (found.Length > pageSize)
        {
            response.NextPageToken = pageTokens.Seal(scope, found[pageSize - 1].Code);
        }

        return Task.FromResult(response);
    }
}
