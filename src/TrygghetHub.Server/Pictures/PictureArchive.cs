using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Pictures;

/// <summary>Freezes, compiles, keeps and finds pictures. Thread-safe.</summary>
internal sealed class PictureArchive(
    JournalLane journal, HubDatabase database, AgreementRegister agreements, TimeProvider time)
{
    /// <summary>
    /// Freezes a municipality's week at the journal's end, unless it is frozen already: what arrives later goes into a
    /// revision.
    /// </summary>
    public Task<JournalPoint> FreezeOnceAsync(string municipality, IsoWeek week, CancellationToken cancellation) =>
        journal.WriteAsync(
            transaction =>
            {
                using var context = transaction.OpenContext();
                var frozen = context.Set<FreezeRow>()
                    .Where(f => f.Municipality == municipality && f.Week == week.Key)
                    .OrderBy(f => f.Seq).FirstOrDefault();
                return frozen is null
                    ? Freeze(transaction, context, municipality, week)
                    : new JournalPoint(frozen.Seq, JournalTime.FromMicros(frozen.At));
            },
            published: null, cancellation);

    /// <summary>
    /// Compiles a picture and keeps it: preliminary until the week's freeze has come, a revision after that, and
    /// nothing new when the bytes are those of the last one.
    /// </summary>
    /// <param name="compiler">For whom.</param>
    /// <param name="municipality">Code.</param>
    /// <param name="week">A week that has begun.</param>
    /// <param name="frozenAt">The entry to count up to; null for the journal's end.</param>
    /// <param name="cancellation">Cancels what has not begun.</param>
    public async Task<(SituationalPicture Picture, bool Compiled)> CompileAsync(
        PartnerId compiler, string municipality, IsoWeek week, JournalPoint? frozenAt, CancellationToken cancellation)
    {
        var preliminary = time.GetUtcNow() < SwedishTime.FreezeOf(week);
        var frozen = frozenAt ?? await journal.WriteAsync(
            transaction =>
            {
                using var context = transaction.OpenContext();
                return Freeze(transaction, context, municipality, week, keep: !preliminary);
            },
            published: null, cancellation);

        var content = PictureCompiler
            .Compile(PictureInputs.Read(database, municipality, week, frozen, agreements.RulesAsOf(frozen.Seq)), compiler)
            .ToByteArray();
        var hash = SHA256.HashData(content);

        return await journal.WriteAsync(
            transaction =>
            {
                using var context = transaction.OpenContext();
                var last = context.Set<PictureRow>()
                    .Where(p => p.Compiler == compiler.Value && p.Municipality == municipality && p.Week == week.Key)
                    .OrderByDescending(p => p.Revision).FirstOrDefault();

                // The last one stands when it says the same, when it was counted later than this one, or when the
                // week has been frozen since this one was begun.
                if (last is not null
                    && (last.FreezeSeq > frozen.Seq
                        || (last.Revision > 0 && preliminary)
                        || (last.Hash.AsSpan().SequenceEqual(hash) && (last.Revision > 0 || preliminary))))
                {
                    return (Open(transaction.Connection, last), false);
                }

                var point = transaction.Append(EntryKind.Picture, content);
                PictureRow row;
                if (preliminary && last is not null)
                {
                    row = last;
                }
                else
                {
                    row = new PictureRow
                    {
                        Compiler = compiler.Value,
                        Municipality = municipality,
                        Week = week.Key,
                        Revision = preliminary ? 0 : (last?.Revision ?? 0) + 1,
                        Seq = 0,
                        FreezeSeq = 0,
                        FrozenAt = 0,
                        CompiledAt = 0,
                        Hash = hash,
                    };
                    context.Add(row);
                }

                row.Seq = point.Seq;
                row.FreezeSeq = frozen.Seq;
                row.FrozenAt = JournalTime.ToMicros(frozen.At);
                row.CompiledAt = JournalTime.ToMicros(point.At);
                row.Hash = hash;
                context.SaveChanges();
                return (WithHeader(content, row), true);
            },
            published: null, cancellation);
    }

    /// <summary>A picture: the highest revision, or the one asked for; null when there is none.</summary>
    public SituationalPicture? Get(PartnerId compiler, string municipality, IsoWeek week, int? revision) =>
        database.Read(context =>
        {
            var row = context.Set<PictureRow>()
                .Where(p => p.Compiler == compiler.Value && p.Municipality == municipality && p.Week == week.Key
                    && (revision == null || p.Revision == revision))
                .OrderByDescending(p => p.Revision).FirstOrDefault();
            return row is null ? null : Open((SqliteConnection)context.Database.GetDbConnection(), row);
        });

    /// <summary>Whether the week has a picture made after its freeze.</summary>
    public bool HasFrozen(PartnerId compiler, string municipality, IsoWeek week) => database.Read(context =>
        context.Set<PictureRow>().Any(p =>
            p.Compiler == compiler.Value && p.Municipality == municipality && p.Week == week.Key && p.Revision > 0));

    /// <summary>
    /// Pictures of a compiler after a place in the order newest week first, then municipality, then highest revision
    /// first.
    /// </summary>
    public IReadOnlyList<SituationalPicture> List(
        PartnerId compiler, string municipality, (int Week, string Municipality, int Revision)? after, int count) =>
        database.Read(context =>
        {
            var rows = context.Set<PictureRow>().Where(p => p.Compiler == compiler.Value);
            if (municipality.Length > 0)
            {
                rows = rows.Where(p => p.Municipality == municipality);
            }

            if (after is { } place)
            {
                rows = rows.Where(p => p.Week < place.Week
                    || (p.Week == place.Week && (string.Compare(p.Municipality, place.Municipality) > 0
                        || (p.Municipality == place.Municipality && p.Revision < place.Revision))));
            }

            var connection = (SqliteConnection)context.Database.GetDbConnection();
            return rows.OrderByDescending(p => p.Week).ThenBy(p => p.Municipality).ThenByDescending(p => p.Revision)
                .Take(count).ToList().ConvertAll(row => Open(connection, row));
        });

    private static JournalPoint Freeze(
        JournalTransaction transaction, HubDbContext context, string municipality, IsoWeek week, bool keep = true)
    {
        if (!keep)
        {
            // A preliminary picture freezes nothing: it is counted up to the last entry there is.
            return new JournalPoint(transaction.LastSeq, transaction.Now);
        }

        var point = transaction.Append(
            EntryKind.Freeze,
            new WeekConfirmation
            {
                Municipality = municipality,
                Week = new Calendar.V1.IsoWeek { Year = week.Year, Week = week.Week },
            }.ToByteArray());
        context.Add(new FreezeRow
        {
            Seq = point.Seq,
            Municipality = municipality,
            Week = week.Key,
            At = JournalTime.ToMicros(point.At),
        });
        context.SaveChanges();
        return point;
    }

    private static SituationalPicture Open(SqliteConnection connection, PictureRow row) =>
        WithHeader(JournalReader.Content(connection, row.Seq)!, row);

    private static SituationalPicture WithHeader(byte[] content, PictureRow row)
    {
        var picture = SituationalPicture.Parser.ParseFrom(content);
        var week = IsoWeek.FromKey(row.Week);
        picture.Name = $"partners/{row.Compiler}/pictures/{row.Municipality}-{week}-r{row.Revision}";
        picture.Revision = row.Revision;
        picture.State = row.Revision == 0 ? PictureState.Preliminary : PictureState.Frozen;
        picture.FreezeTime = JournalTime.FromMicros(row.FrozenAt).ToTimestamp();
        picture.CompileTime = JournalTime.FromMicros(row.CompiledAt).ToTimestamp();
        picture.ContentSha256 = Convert.ToHexStringLower(row.Hash);
        return picture;
    }
}
