using System.Security.Cryptography;
using Google.Protobuf;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Areas;

/// <summary>
/// Takes imports of areas, one at a time: decides off the lane, which reports wait for, and writes one entry. Thread-safe.
/// </summary>
internal sealed class AreaImports(JournalLane journal, AreaRegister register, TimeProvider time) : IDisposable
{
    private static readonly DateOnly Earliest = new(1990, 1, 1);

    private readonly SemaphoreSlim gate = new(1);

    /// <summary>
    /// Imports a file. What changes nothing writes nothing, so that the same file again is harmless.
    /// </summary>
    /// <param name="order">What the features are; checked here.</param>
    /// <param name="geoJson">The file.</param>
    /// <param name="by">Who imports.</param>
    /// <param name="dryRun">Decides and writes nothing.</param>
    /// <param name="cancellation">Cancels what is not yet written.</param>
    /// <returns>What it changes, and the number of the book after it.</returns>
    /// <exception cref="HubException">AREAS_INVALID, AREA_UNKNOWN or FIELD_INVALID: nothing of it is taken.</exception>
    public async Task<(AreaChanges Changes, int Version, DateOnly ValidFrom)> ImportAsync(
        RequestedImport order, ReadOnlyMemory<byte> geoJson, string by, bool dryRun, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            var book = register.Book;
            var checkedOrder = Check(order, book);
            var changes = AreaImport.Decide(book, checkedOrder, GeoJsonFile.Read(geoJson.Span));
            if (dryRun || changes.Changed.Count == 0)
            {
                return (changes, book.Version, checkedOrder.ValidFrom);
            }

            var entry = AreaEntries.ToEntry(
                changes, checkedOrder, book.Version + 1, by, SHA256.HashData(geoJson.Span));

            // Of the entry and not of the changes: what a start reads back is what stands now.
            var next = AreaEntries.After(book, AreasImported.Parser.ParseFrom(entry.ToByteArray()));
            _ = next.Map;
            await journal.WriteAsync(
                transaction =>
                {
                    var point = transaction.Append(EntryKind.Areas, entry.ToByteArray());
                    transaction.Prepare(AreaImportTable.Insert).Bind(point.Seq).Execute();
                    return point.Seq;
                },
                seq => register.Publish(seq, next),
                cancellation);
            return (changes, next.Version, checkedOrder.ValidFrom);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private AreaImportOrder Check(RequestedImport order, AreaBook book)
    {
        if (order.Level is not (AreaLevel.Municipality or AreaLevel.District or AreaLevel.Place))
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "import.level", "Municipalities, districts or places are imported.", "Say which.");
        }

        Area? parent = null;
        if (order.Parent.Length > 0
            && (!book.TryGet(order.Parent, out parent) || parent.IsClosed || parent.Level >= order.Level))
        {
            throw new HubException(
                ErrorReason.AreaUnknown, "import.parent", "The hub knows no open area with this code above the level imported.",
                "Send the code of a municipality, such as 0139, or of a district for places, or nothing.");
        }

        var today = DateOnly.FromDateTime(SwedishTime.ToLocal(time.GetUtcNow()).DateTime);
        var from = today;
        if (order.ValidFrom.Length > 0
            && (!DateOnly.TryParseExact(order.ValidFrom, "yyyy-MM-dd", out from) || from < Earliest || from > today))
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "import.valid_from", "It is a day YYYY-MM-DD from 1990 on, and not in the future.",
                "Send the day on which the division began to hold, or leave it out for today.");
        }

        return new AreaImportOrder(order.Level, parent, from, new FeatureProperties(order.CodeProperty, order.NameProperty));
    }
}
