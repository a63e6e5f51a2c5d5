using System.Collections.Immutable;
using System.Globalization;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Partners;

/// <summary>The tables of partners, read into the book that the hub decides by.</summary>
internal static class StoredPartners
{
    /// <summary>The partners, certificates, requests and contacts of a database, as of its last entry.</summary>
    public static PartnerBook Load(HubDatabase database) => database.Read(context =>
    {
        var loaded = PartnerBook.Empty;
        foreach (var row in context.Set<PartnerRow>())
        {
            loaded = loaded.With(new Partner(
                new PartnerId(row.Id), row.DisplayName, (PartnerKind)row.Kind, JournalTime.FromMicros(row.EnrolledAt))
            {
                State = (PartnerState)row.State,
                StateReason = row.StateReason,
                StateAt = JournalTime.FromMicros(row.StateAt),
                RecalledAtSeq = row.RecalledAtSeq,
                Roles = RolesOf(row.Roles),
            });
        }

        foreach (var row in context.Set<ConsentRequestRow>())
        {
            loaded = loaded.With(RequestOf(row));
        }

        foreach (var row in context.Set<ContactsRow>())
        {
            var set = ContactsSet.Parser.ParseFrom(row.Contacts);
            loaded = loaded.With(new PartnerId(row.Partner), new PartnerContacts(
                [.. set.Contacts.Select(Contact.Of)], [.. set.Former.Select(Contact.Of)],
                set.ChangeMicros == 0 ? null : JournalTime.FromMicros(set.ChangeMicros),
                [.. set.RecentMicros.Select(JournalTime.FromMicros)]));
        }

        return loaded.With(context.Set<CertificateRow>().AsEnumerable().Select(row => new RegisteredCertificate(
            row.Thumbprint, row.Uri, JournalTime.FromMicros(row.NotBefore), JournalTime.FromMicros(row.NotAfter), row.ChainPem)
        {
            Issuer = row.Issuer,
            Outside = row.Outside,
            Predecessor = row.Predecessor,
            ConsentRequest = row.ConsentRequest,
            RetiresAt = row.RetiresAt is { } retires ? JournalTime.FromMicros(retires) : null,
            RevokedAt = row.RevokedAt is { } revoked ? JournalTime.FromMicros(revoked) : null,
            RevocationReason = row.RevocationReason,
        }));
    });

    /// <summary>Roles as a column has them; <see cref="RolesOf"/> reads them.</summary>
    public static string NumbersOf(IEnumerable<Role> roles) => string.Join(',', roles.Select(r => (int)r));

    private static ImmutableArray<Role> RolesOf(string numbers) =>
    [
        .. numbers.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(r => (Role)int.Parse(r, CultureInfo.InvariantCulture)),
    ];

    private static ConsentRequest RequestOf(ConsentRequestRow row)
    {
        var given = ConsentGiven.Parser.ParseFrom(row.Given);
        return new ConsentRequest(row.Id, new PartnerId(row.Partner), JournalTime.FromMicros(row.AskedAt), row.Document)
        {
            Seq = row.Seq,
            Thumbprint = row.Thumbprint,
            Roles = RolesOf(row.Roles),
            FullAt = row.FullAt is { } full ? JournalTime.FromMicros(full) : null,
            Outcome = row.State == 0 ? null : new ConsentOutcome(
                (ConsentState)row.State, JournalTime.FromMicros(row.DecidedAt!.Value), row.DecidedBy)
            {
                Reason = row.Reason,
                Signature = given.Signature.ToByteArray(),
                Chain = [.. given.Chain.Select(c => c.ToByteArray())],
                KeepExisting = given.KeepExisting,
            },
        };
    }
}
