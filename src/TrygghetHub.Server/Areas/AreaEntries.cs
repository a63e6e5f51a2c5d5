using Google.Protobuf;

namespace TrygghetHub.Server.Areas;

/// <summary>Between an import's changes and what the journal keeps of them. Pure and thread-safe.</summary>
internal static class AreaEntries
{
    /// <summary>The entry's content.</summary>
    public static AreasImported ToEntry(
        AreaChanges changes, AreaImportOrder order, int version, string by, byte[] fileSha256) => new()
        {
            By = by,
            Version = version,
            Level = (int)order.Level,
            Parent = order.Parent?.Code ?? "",
            ValidFrom = order.ValidFrom.DayNumber,
            FileSha256 = UnsafeByteOperations.UnsafeWrap(fileSha256),
            Areas =
            {
                changes.Changed.Where(a => !a.IsClosed).Select(a => new ImportedArea
                {
                    Code = a.Code,
                    Name = a.DisplayName,
                    Illustrative = a.Illustrative,
                    Sparse = a.Sparse,
                    Shape = a.Shape is null ? ByteString.Empty : UnsafeByteOperations.UnsafeWrap(AreaShape.ToBytes(a.Shape)),
                }),
            },
            Closed = { changes.Changed.Where(a => a.IsClosed).Select(a => a.Code) },
        };

    /// <summary>The entry's content when areas are opened again.</summary>
    public static AreasImported ToEntry(IEnumerable<Area> reopened, DateOnly from, int version, string by) => new()
    {
        By = by,
        Version = version,
        ValidFrom = from.DayNumber,
        Reopened = { reopened.Select(area => area.Code) },
    };

    /// <summary>The book that an entry makes of the one before it.</summary>
    /// <exception cref="InvalidDataException">The two do not fit together: the store is broken.</exception>
    public static AreaBook After(AreaBook before, AreasImported entry)
    {
        var from = DateOnly.FromDayNumber(entry.ValidFrom);
        var changed = entry.Areas.Select(imported =>
        {
            var (level, parent) = AreaBook.PlaceOf(imported.Code)
                ?? throw new InvalidDataException($"Area {imported.Code}: the code is not formed as one.");
            before.TryGet(imported.Code, out var earlier);
            return new Area(imported.Code, imported.Name, level, parent, imported.Illustrative, imported.Sparse)
            {
                ValidFrom = from,
                Closures = earlier is null ? [] : ClosuresOf(earlier, from),
                Shape = imported.Shape.IsEmpty ? null : AreaShape.FromBytes(imported.Shape.ToByteArray()),
            };
        });
        var closed = entry.Closed.Select(code => before.TryGet(code, out var area)
            ? area with { ValidTo = from }
            : throw new InvalidDataException($"Area {code}: it is closed and was never there."));
        var reopened = entry.Reopened.Select(code => before.TryGet(code, out var area)
            ? area with { ValidTo = null, Closures = ClosuresOf(area, from) }
            : throw new InvalidDataException($"Area {code}: it is opened again and was never there."));
        return before.With(entry.Version, changed.Concat(closed).Concat(reopened));
    }

    // Opened again on the day of its closing it was never closed.
    private static IReadOnlyList<(DateOnly From, DateOnly To)> ClosuresOf(Area area, DateOnly reopened) =>
        area.ValidTo is { } closed && closed < reopened ? [.. area.Closures, (closed, reopened)] : area.Closures;
}
