using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Reviews;
using TrygghetHub.Server.Pictures.Sentences;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Pictures;

/// <summary>Freezes, compiles, keeps and finds pictures. Thread-safe.</summary>
internal sealed class PictureArchive(
    JournalLane journal, HubDatabase database, PictureViews views, AgreementRegister agreements, WeeklyCycles cycles, TimeProvider time)
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
                    .FirstOrDefault(f => f.Municipality == municipality && f.Week == week.Key);
                if (frozen is not null)
                {
                    return new JournalPoint(frozen.Seq, JournalTime.FromMicros(frozen.At));
                }

                var point = transaction.Append(EntryKind.Freeze, Encoding.UTF8.GetBytes($"{municipality} {week}"));
                context.Add(new FreezeRow
                {
                    Municipality = municipality,
                    Week = week.Key,
                    Seq = point.Seq,
                    At = JournalTime.ToMicros(point.At),
                });
                context.SaveChanges();
                WeekCells.Keep(transaction, municipality, week, point.Seq);
                return point;
            },
            published: null, cancellation);

    /// <summary>
    /// Compiles a picture and keeps it: preliminary until the week's freeze has come, then revision 1, then a further
    /// revision; and nothing new when the bytes are those of the last one.
    /// </summary>
    /// <remarks>
    /// Revision 1 is counted up to the week's freeze where the jobs have made one and the compiler could see anything
    /// then: a picture of a time before the agreement would be empty, and emptiness looks like calm. Everything else is
    /// counted up to now.
    /// </remarks>
    /// <param name="compiler">For whom.</param>
    /// <param name="municipality">Code.</param>
    /// <param name="week">A week that has begun.</param>
    /// <param name="firstOnly">
    /// Once there is a frozen picture, make no other: what a schedule wants, which may fire twice.
    /// </param>
    /// <param name="cancellation">Cancels what has not begun.</param>
    public async Task<(SituationalPicture Picture, bool Compiled)> CompileAsync(
        PartnerId compiler, string municipality, IsoWeek week, bool firstOnly, CancellationToken cancellation)
    {
        if (time.GetUtcNow() >= cycles.Of(municipality).FreezeOf(week))
        {
            // A week that no job has frozen is frozen by its first picture.
            await FreezeOnceAsync(municipality, week, cancellation);
        }

        var draft = await DraftAsync(compiler, municipality, week, firstOnly, cancellation);
        var (preliminary, counted, content, hash) = draft;
        if (Last(compiler, municipality, week) is { } same && Stands(same))
        {
            return (Get(compiler, municipality, week, same.Revision)!, false);
        }

        return await journal.WriteAsync(
            transaction =>
            {
                using var context = transaction.OpenContext();
                var last = KeptPictures.Last(context, compiler, municipality, week);
                return last is not null && Stands(last)
                    ? (KeptPictures.Open(transaction.Connection, last), false)
                    : (KeptPictures.Open(transaction.Connection, Keep(transaction, context, last)), true);
            },
            published: null, cancellation);

        bool Stands(PictureRow last) => draft.IsStoodForBy(last) || (firstOnly && last.Revision > 0);

        PictureRow Keep(JournalTransaction transaction, HubDbContext context, PictureRow? last)
        {
            var revision = preliminary ? 0 : (last?.Revision ?? 0) + 1;
            var (point, _) = transaction.AppendWithLeaf(
                EntryKind.Picture,
                PictureRow.EnvelopeHash(
                    compiler.Value, municipality, week.Key, revision, counted.Seq, JournalTime.ToMicros(counted.At)),
                content);
            var row = new PictureRow
            {
                Compiler = compiler.Value,
                Municipality = municipality,
                Week = week.Key,
                Revision = revision,
                Seq = point.Seq,
                CountedSeq = counted.Seq,
                FrozenAt = JournalTime.ToMicros(counted.At),
                CompiledAt = JournalTime.ToMicros(point.At),
                Hash = hash,
            };
            if (preliminary && last is not null)
            {
                context.Entry(last).CurrentValues.SetValues(row);
            }
            else
            {
                context.Add(row);
            }

            context.SaveChanges();
            ReviewSteps.CarryOver(transaction, last, row, content);
            if (!preliminary)
            {
                // What later weeks are compared with is the week as it was counted last.
                WeekCells.Keep(transaction, municipality, week, counted.Seq);
            }

            return row;
        }
    }

    /// <summary>What compiling would do now, and the picture that there is, null where there is none. Writes nothing.</summary>
    public async Task<(CompilationEffect Effect, SituationalPicture? Picture)> WouldCompileAsync(
        PartnerId compiler, string municipality, IsoWeek week, CancellationToken cancellation)
    {
        var draft = await DraftAsync(compiler, municipality, week, firstOnly: false, cancellation);
        if (Last(compiler, municipality, week) is not { } last)
        {
            return (CompilationEffect.Make, null);
        }

        var effect = draft.IsStoodForBy(last) ? CompilationEffect.Nothing
            : last.Revision == 0 ? CompilationEffect.Make
            : CompilationEffect.MakeRevision;
        return (effect, Get(compiler, municipality, week, last.Revision));
    }

    /// <summary>
    /// A picture, with what has come since it was counted: the highest revision, or the one asked for; null when there is none.
    /// </summary>
    /// <param name="compiler">Whose.</param>
    /// <param name="municipality">Code.</param>
    /// <param name="week">The week.</param>
    /// <param name="revision">Null for the highest there is.</param>
    /// <param name="audience">Null for its compiler; another reader's projection otherwise.</param>
    public SituationalPicture? Get(
        PartnerId compiler, string municipality, IsoWeek week, int? revision, Audience? audience = null) =>
        database.Read(context =>
        {
            if (KeptPictures.Last(context, compiler, municipality, week, revision) is not { } row)
            {
                return null;
            }

            var connection = (SqliteConnection)context.Database.GetDbConnection();
            var picture = views.For(KeptPictures.Open(connection, row), row, audience);
            if (picture.Audience?.Kind != AudienceKind.Full)
            {
                return picture;
            }

            return views.AsOfNow(connection, row, picture);
        });

    /// <summary>Whether the week has a picture made after its freeze.</summary>
    public bool HasFrozen(PartnerId compiler, string municipality, IsoWeek week) => database.Read(context =>
        context.Set<PictureRow>().Any(p =>
            p.Compiler == compiler.Value && p.Municipality == municipality && p.Week == week.Key && p.Revision > 0));

    /// <summary>Every municipality's week of which a compiler has a picture made after its freeze.</summary>
    public IReadOnlySet<(string Municipality, IsoWeek Week)> FrozenWeeks(PartnerId compiler) => database.Read(context =>
        context.Set<PictureRow>().Where(p => p.Compiler == compiler.Value && p.Revision > 0)
            .Select(p => new { p.Municipality, p.Week }).Distinct().AsEnumerable()
            .Select(p => (p.Municipality, IsoWeek.FromKey(p.Week))).ToHashSet());

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
                .Take(count).ToList().ConvertAll(row => KeptPictures.Open(connection, row));
        });

    private async Task<Draft> DraftAsync(
        PartnerId compiler, string municipality, IsoWeek week, bool firstOnly, CancellationToken cancellation)
    {
        var cycle = cycles.Of(municipality);
        var preliminary = time.GetUtcNow() < cycle.FreezeOf(week);
        var freeze = preliminary || (!firstOnly && HasFrozen(compiler, municipality, week))
            ? null
            : FreezeSeenBy(compiler, municipality, week);
        var counted = freeze ?? await JournalEndAsync(cancellation);
        var content = WeeklyPicture
            .Of(
                PictureInputs.Read(
                    database, municipality, week, counted, agreements.RulesAsOf(counted.Seq), counted.At, compiler, cycle),
                PictureAudience.Full(compiler))
            .ToByteArray();
        return new Draft(preliminary, counted, content, SHA256.HashData(content));
    }

    private JournalPoint? FreezeSeenBy(PartnerId compiler, string municipality, IsoWeek week)
    {
        var row = database.Read(context => context.Set<FreezeRow>()
            .FirstOrDefault(f => f.Municipality == municipality && f.Week == week.Key));
        if (row is null)
        {
            return null;
        }

        var freeze = new JournalPoint(row.Seq, JournalTime.FromMicros(row.At));
        return DuePictures.Since(agreements.RulesAsOf(freeze.Seq), compiler, municipality, freeze.At) is null
            ? null
            : freeze;
    }

    // The last entry there is, at the time it is now. Asked on the lane: a reader may see an agreement's entry before
    // the rules that it makes are in force.
    private Task<JournalPoint> JournalEndAsync(CancellationToken cancellation) => journal.WriteAsync(
        transaction => new JournalPoint(transaction.LastSeq, transaction.Now), published: null, cancellation);

    private PictureRow? Last(PartnerId compiler, string municipality, IsoWeek week) =>
        database.Read(context => KeptPictures.Last(context, compiler, municipality, week));

    // A picture before it is kept.
    private sealed record Draft(bool IsPreliminary, JournalPoint Counted, byte[] Content, byte[] Hash)
    {
        // The last one stands when it says the same, when it was counted later than this one, or when the week has been
        // frozen since this one was begun.
        public bool IsStoodForBy(PictureRow last) =>
            // A preliminary one stands for no frozen one, whatever it was counted up to.
            (last.Revision > 0 || IsPreliminary)
            && (last.CountedSeq > Counted.Seq
                || (last.Revision > 0 && IsPreliminary)
                || last.Hash.AsSpan().SequenceEqual(Hash));
    }
}
