using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// The agreements in force and, with partners, areas, codes and ceilings, the current <see cref="RuleBook"/>.
/// Thread-safe; changes are published on the journal's lane, between the entry that makes them and the next.
/// </summary>
internal sealed class AgreementRegister(
    JournalLane journal, HubDatabase database, PartnerRegister partners, AreaBook areas)
{
    private volatile AgreementBook book = Load(database, long.MaxValue);
    private volatile RuleBook? rules;

    /// <summary>Told after every version that is applied; on the journal's lane, so be brief.</summary>
    public event Action? Changed;

    /// <summary>
    /// The rules as they stand. The same object until they change, so that whoever decided by it can tell cheaply
    /// whether the decision still holds.
    /// </summary>
    public RuleBook Rules
    {
        get
        {
            var (agreements, people) = (book, partners.Book);
            var current = rules;
            if (current is null || current.Agreements != agreements || current.Partners != people)
            {
                rules = current = new RuleBook(
                    agreements, people, areas, CategoryList.Embedded, CeilingList.Embedded);
            }

            return current;
        }
    }

    /// <summary>
    /// The rules as they were at an entry. Partners are today's but for recalls: those who were enrolled later stand in no
    /// agreement of that time, and what a partner is does not change.
    /// </summary>
    public RuleBook RulesAsOf(long seq)
    {
        var current = Rules;
        var agreements = current.Agreements.Agreements.Values.All(a => a.Seq <= seq)
            ? current.Agreements
            : Load(database, seq);
        var people = current.Partners.AsOf(seq);
        return agreements == current.Agreements && people == current.Partners
            ? current
            : current with { Agreements = agreements, Partners = people };
    }

    /// <summary>To whom any version of any agreement has let reports of a sender be shown, in the order of ids.</summary>
    public IReadOnlyList<PartnerId> RecipientsEver(PartnerId sender) => database.Read(context =>
    {
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        return context.Set<AgreementRow>().AsEnumerable()
            .Select(row => AgreementRules.Read(
                JournalReader.Content(connection, row.Seq)!, row.Version,
                new JournalPoint(row.Seq, JournalTime.FromMicros(row.AppliedAt)), previous: null))
            .SelectMany(a => a.Flows).Where(f => f.From == sender).SelectMany(f => f.To)
            .Distinct().Order().ToList();
    });

    /// <summary>
    /// Applies an agreement. One that equals the version in force changes nothing; another becomes the next version.
    /// </summary>
    public Task<Agreement> ApplyAsync(CooperationAgreement agreement, CancellationToken cancellation) =>
        journal.WriteAsync(
            transaction =>
            {
                AgreementRules.Check(agreement, Rules);
                var document = AgreementRules.Document(agreement);
                var last = book.Agreements.GetValueOrDefault(agreement.Id);
                if (last is not null && last.Document.AsSpan().SequenceEqual(document))
                {
                    return last;
                }

                var version = (last?.Version ?? 0) + 1;
                var point = transaction.Append(EntryKind.Agreement, document);
                using var context = transaction.OpenContext();
                context.Add(new AgreementRow
                {
                    Id = agreement.Id,
                    Version = version,
                    Seq = point.Seq,
                    AppliedAt = JournalTime.ToMicros(point.At),
                });
                context.SaveChanges();
                return AgreementRules.Read(document, version, point, last);
            },
            applied =>
            {
                book = book.With(applied);
                Changed?.Invoke();
            },
            cancellation);

    private static AgreementBook Load(HubDatabase database, long seq) => database.Read(context =>
    {
        var connection = (SqliteConnection)context.Database.GetDbConnection();
        return new AgreementBook(context.Set<AgreementRow>().Where(a => a.Seq <= seq).AsEnumerable()
            .GroupBy(a => a.Id)
            .Select(versions => versions.OrderBy(v => v.Version).Aggregate(
                (Agreement?)null,
                (previous, row) => AgreementRules.Read(
                    JournalReader.Content(connection, row.Seq)!, row.Version,
                    new JournalPoint(row.Seq, JournalTime.FromMicros(row.AppliedAt)), previous))!));
    });
}
