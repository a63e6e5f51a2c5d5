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
    /// <param name="expectedVersion">The number that the book must have; 0 for any.</param>
    /// <param name="cancellation">Cancels what is not yet written.</param>
    /// <returns>What it changes, and the number of the book after it.</returns>
    /// <exception cref="HubException">AREAS_INVALID, AREA_UNKNOWN, FIELD_INVALID or ETAG_MISMATCH: nothing of it is taken.</exception>
    public async Task<(AreaChanges Changes, int Version, DateOnly ValidFrom)> ImportAsync(
        RequestedImport order, ReadOnlyMemory<byte> geoJson, string by, bool dryRun, int expectedVersion, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            var book = register.Book;
            if (expectedVersion != 0 && expectedVersion != book.Version)
            {
                throw new HubException(
                    ErrorReason.EtagMismatch, "import.expected_version",
                    "The list of areas has changed since the dry run. Nothing was imported.",
                    "Make the dry run again, look at what would change, and import with the number that it gives.");
            }

            var checkedOrder = Check(order, book);
            var changes = AreaImport.Decide(book, checkedOrder, GeoJsonFile.Read(geoJson.Span));
            if (dryRun || changes.Changed.Count == 0)
            {
                return (changes, book.Version, checkedOrder.ValidFrom);
            }

            var entry = AreaEntries.ToEntry(
                changes, checkedOrder, book.Version + 1, by, SHA256.HashData(geoJson.Span));

            await WriteAsync(book, entry, cancellation);
            return (changes, entry.Version, checkedOrder.ValidFrom);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// Opens a closed area again, with what was closed in it the same day; it keeps its code and its history. One in use stays as it
    /// is, and nothing is written.
    /// </summary>
    /// <param name="code">Its code.</param>
    /// <param name="validFrom">The day from which on, YYYY-MM-DD and not before its closing; empty for today.</param>
    /// <param name="by">Who opens it.</param>
    /// <param name="cancellation">Cancels what is not yet written.</param>
    /// <returns>The areas opened, the number of the book after it, and the day.</returns>
    /// <exception cref="HubException">AREA_UNKNOWN or FIELD_INVALID: nothing is changed.</exception>
    public async Task<(IReadOnlyList<Area> Reopened, int Version, DateOnly ValidFrom)> ReopenAsync(
        string code, string validFrom, string by, CancellationToken cancellation)
    {
        await gate.WaitAsync(cancellation);
        try
        {
            var book = register.Book;
            if (!book.TryGet(code, out var area))
            {
                throw AreaErrors.CodeUnknown();
            }

            var from = DayOf(validFrom, "valid_from");
            var reopened = AreaImport.Reopen(book, area, from);
            if (reopened.Count == 0)
            {
                return (reopened, book.Version, from);
            }

            var entry = AreaEntries.ToEntry(reopened, from, book.Version + 1, by);
            await WriteAsync(book, entry, cancellation);
            return (reopened, entry.Version, from);
        }
        finally
        {
            gate.Release();
        }
    }

    public void Dispose() => gate.Dispose();

    private async Task WriteAsync(AreaBook book, AreasImported entry, CancellationToken cancellation)
    {
        // Of the entry and not of the changes: what a start reads back is what stands now.
        var content = entry.ToByteArray();
        var next = AreaEntries.After(book, AreasImported.Parser.ParseFrom(content));
        _ = next.Map;
        await journal.WriteAsync(
            transaction =>
            {
                var point = transaction.Append(EntryKind.Areas, content);
                transaction.Prepare(AreaImportTable.Insert).Bind(point.Seq).Execute();
                return point.Seq;
            },
            seq => register.Publish(seq, next),
            cancellation);
    }

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

        return new AreaImportOrder(
            order.Level, parent, DayOf(order.ValidFrom, "import.valid_from"),
            new FeatureProperties(order.CodeProperty, order.NameProperty), order.CloseMissing);
    }

    private DateOnly DayOf(string said, string field)
    {
        var today = DateOnly.FromDateTime(SwedishTime.ToLocal(time.GetUtcNow()).DateTime);
        var from = today;
        return said.Length == 0
            || (DateOnly.TryParseExact(said, "yyyy-MM-dd", out from) && from >= Earliest && from <= today)
            ? from
            : throw new HubException(
                ErrorReason.FieldInvalid, field, "It is a day YYYY-MM-DD from 1990 on, and not in the future.",
                "Send the day on which the division began to hold, or leave it out for today.");
    }
}
