using Grpc.Core;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Areas.V1;

namespace TrygghetHub.Server.Areas;

/// <summary>Answers which areas the hub knows, and takes imports of them.</summary>
/// <remarks>The geography is no partner's data: every enrolled principal gets the same answer.</remarks>
internal sealed class AreaService(AreaRegister register, AreaImports imports, PageTokens pageTokens) : Wire.AreaService.AreaServiceBase
{
    private const int MostFound = 20;

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

        return register.Book.TryGet(request.Name[AreaMapping.NamePrefix.Length..], out var area)
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
        var book = register.Book;
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

    /// <summary>Finds areas in use by a position or by what people call them.</summary>
    /// <exception cref="HubException">Neither is sent, one is malformed, or the area to look in is unknown.</exception>
    public override Task<Wire.FindAreasResponse> FindAreas(Wire.FindAreasRequest request, ServerCallContext context)
    {
        var book = register.Book;
        if (request.Within.Length > 0 && !book.TryGet(request.Within, out _))
        {
            throw AreaErrors.WithinUnknown();
        }

        IEnumerable<Area> found = request.ByCase switch
        {
            Wire.FindAreasRequest.ByOneofCase.Position => At(book, request.Position),
            Wire.FindAreasRequest.ByOneofCase.Named => Called(book, request.Named),
            _ => throw AreaErrors.NothingToFind(),
        };
        return Task.FromResult(new Wire.FindAreasResponse
        {
            Areas =
            {
                found.Where(area => request.Within.Length == 0 || IsIn(book, area, request.Within))
                    .Take(MostFound).Select(area => area.ToWire()),
            },
        });
    }

    /// <summary>Takes a file of areas, in chunks after the message that says what they are.</summary>
    /// <exception cref="HubException">The file or what is said of it breaks a rule: nothing of it is taken.</exception>
    public override async Task<Wire.ImportAreasResponse> ImportAreas(
        IAsyncStreamReader<Wire.ImportAreasRequest> requestStream, ServerCallContext context)
    {
        // 1. What it is.
        var cancellation = context.CancellationToken;
        if (!await requestStream.MoveNext(cancellation) || requestStream.Current.Import is not { } import)
        {
            throw AreaErrors.ImportOrder();
        }

        // 2. The file.
        using var file = new MemoryStream();
        while (await requestStream.MoveNext(cancellation))
        {
            if (requestStream.Current.PartCase != Wire.ImportAreasRequest.PartOneofCase.Chunk)
            {
                throw AreaErrors.ImportOrder();
            }

            // One byte too many is enough for the reader to refuse it.
            var chunk = requestStream.Current.Chunk.Span;
            file.Write(chunk[..(int)Math.Min(chunk.Length, GeoJsonFile.LargestFile + 1 - file.Length)]);
        }

        if (file.Length == 0)
        {
            throw AreaErrors.FileMissing();
        }

        // 3. The import.
        var (changes, version, validFrom) = await imports.ImportAsync(
            new RequestedImport(
                (AreaLevel)import.Level, import.Parent, import.ValidFrom, import.CodeProperty, import.NameProperty,
                import.CloseMissing),
            file.GetBuffer().AsMemory(0, (int)file.Length), context.Caller().Uri, import.DryRun, import.ExpectedVersion, cancellation);
        return new Wire.ImportAreasResponse
        {
            Version = version,
            ValidFrom = AreaMapping.ToWire(validFrom),
            Changes =
            {
                changes.Changed.Select(area => area.ToWire(changes.Kinds[area.Code])),
            },
            Added = changes.Count(AreaChangeKind.Added),
            Changed = changes.Count(AreaChangeKind.Changed),
            Closed = changes.Count(AreaChangeKind.Closed),
            Unchanged = changes.Unchanged,
            Repaired = { changes.Repaired },
            DryRun = import.DryRun,
            Missing = { changes.Missing.Select(area => area.ToWire(AreaChangeKind.Closed)) },
        };
    }

    /// <summary>Opens a closed area again.</summary>
    /// <exception cref="HubException">There is no such area, the day is none, or it does not fit what is in use.</exception>
    public override async Task<Wire.ReopenAreaResponse> ReopenArea(Wire.ReopenAreaRequest request, ServerCallContext context)
    {
        var (reopened, version, validFrom) = await imports.ReopenAsync(
            request.Code, request.ValidFrom, context.Caller().Uri, context.CancellationToken);
        return new Wire.ReopenAreaResponse
        {
            Version = version,
            ValidFrom = AreaMapping.ToWire(validFrom),
            Changes = { reopened.Select(area => area.ToWire(AreaChangeKind.Added)) },
        };
    }

    // Finest first: a place, its district, the municipality, the county.
    private static List<Area> At(AreaBook book, Wire.AreaPosition position)
    {
        if (!Sweden.Contains(position.Latitude, position.Longitude))
        {
            throw AreaErrors.PositionOutsideSweden();
        }

        var at = Sweref99Tm.FromWgs84(position.Latitude, position.Longitude);
        var found = Enum.GetValues<AreaLevel>().Select(level => book.Map.Find(level, at)).OfType<Area>().Reverse().ToList();
        if (found.Find(area => area.Level == AreaLevel.Municipality) is { Parent: { } county } && book.TryGet(county, out var holding))
        {
            found.Add(holding);
        }

        return found;
    }

    // Municipalities too, which reports name by their codes alone.
    private static IEnumerable<Area> Called(AreaBook book, string name)
    {
        if (name.Length is 0 or > 100 || name.Any(char.IsControl))
        {
            throw AreaErrors.NameToFindInvalid();
        }

        var folded = AreaName.Folded(name);
        return book.Areas.Where(area => !area.IsClosed
            && (AreaName.Folded(area.DisplayName) == folded
                || AreaName.Folded(AreaName.WithoutSuffix(area.DisplayName)) == folded));
    }

    private static bool IsIn(AreaBook book, Area area, string within) =>
        book.TryResolve(area.Code, out var chain) && chain.IsWithin(within);
}
