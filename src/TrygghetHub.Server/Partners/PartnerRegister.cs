using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Platform.Telemetry;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Partners;

/// <summary>
/// Who takes part: the current book, and the writes that change it. Thread-safe; a change is published on the journal's
/// lane, between the entry that makes it and the next.
/// </summary>
internal sealed partial class PartnerRegister(
    JournalLane journal, HubDatabase database, Authority authority, OutsideAuthorities outside, HubOptions options,
    SecurityEvents events, TimeProvider time)
    : IPrincipalDirectory
{
    // By whom a step was taken that nobody has called for.
    private const string Hub = "hub";

    // While time may grant something, the journal shows at least so often that the hub ran.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromHours(1);

    private volatile PartnerBook book = StoredPartners.Load(database);

    // The last that is known of an earlier run; null once the time since then is written.
    private DateTimeOffset? stoppedAt = LastEntry(database) is { Seq: > 0 } last ? last.At : null;

    public event Action? Changed;

    public PartnerBook Book => book;

    public Standing Find(X509Certificate2 certificate)
    {
        var standing = book.Find(certificate, time.GetUtcNow());
        return standing.Principal is not null && IsOutside(certificate) && outside.Check(certificate, time.GetUtcNow()) is { } refusal
            ? refusal
            : standing;
    }

    /// <summary>A partner with all its certificates, as the wire has it.</summary>
    public Wire.Partner ToWire(Partner partner) => ToWire(partner, book.CertificatesOf(partner.Id));

    /// <summary>A partner with some of its certificates.</summary>
    public Wire.Partner ToWire(Partner partner, IEnumerable<RegisteredCertificate> certificates)
    {
        var wire = PartnerMapping.ToWire(partner);
        wire.Certificates.AddRange(certificates.Select(ToWire));
        return wire;
    }

    public PartnerCertificate ToWire(RegisteredCertificate certificate)
    {
        var at = time.GetUtcNow();
        return PartnerMapping.ToWire(certificate, book, at, certificate.Outside && IsRefusedOutside(certificate, at));
    }

    /// <summary>Creates a partner. The same id, name and kind again gets what there is.</summary>
    /// <exception cref="HubException">PARTNER_EXISTS: the id is taken by another.</exception>
    public Task<Partner> CreateAsync(
        PartnerId id, string displayName, PartnerKind kind, PartnerContact? contact, string by,
        CancellationToken cancellation) =>
        WriteAsync(
            by,
            change =>
            {
                if (!book.Partners.TryGetValue(id, out var existing))
                {
                    var created = change.Put(new Partner(id, displayName, kind, change.Now));
                    if (contact is not null)
                    {
                        change.SetContacts(id, Contact.ReadFirst(contact, change.Now));
                    }

                    return created;
                }

                return existing.DisplayName == displayName && existing.Kind == kind && existing.State != PartnerState.Left
                    ? existing
                    : throw Exists("A partner with this id exists, with another name or kind, or has left.");
            },
            cancellation);

    /// <summary>Shuts a partner out, or lets it back in.</summary>
    /// <param name="id">The partner.</param>
    /// <param name="reason">Why it is shut out; null lets it back in.</param>
    /// <param name="by">Who asks for it.</param>
    /// <param name="cancellation">Ends the wait for a place in the queue.</param>
    public Task<Partner> SuspendAsync(PartnerId id, string? reason, string by, CancellationToken cancellation) =>
        WriteAsync(
            by,
            change =>
            {
                var partner = Require(id);
                var state = reason is null ? PartnerState.Active : PartnerState.Suspended;
                if (partner.State == PartnerState.Left)
                {
                    throw PartnerErrors.StateWrong(partner);
                }

                if (partner.State == state)
                {
                    return partner;
                }

                // Nobody could object while the partner was shut out.
                foreach (var request in state != PartnerState.Active ? [] : change.Book.Requests.Values
                    .Where(r => r.Partner == id && r.Outcome is null && r.FullAt is not null).OrderBy(r => r.Seq).ToList())
                {
                    change.Delay(request, request.FullAt!.Value + (change.Now - partner.StateAt));
                }

                return change.Put(partner with { State = state, StateReason = reason ?? "", StateAt = change.Now });
            },
            cancellation);

    /// <summary>
    /// Ends a partner's part for good: certificates and codes, and its reports' being shown where that is wished. Again
    /// changes nothing, but that a recall may be ordered later.
    /// </summary>
    /// <param name="id">The partner.</param>
    /// <param name="recall">Whether its reports are recalled.</param>
    /// <param name="reason">Why; checked.</param>
    /// <param name="by">Who ends it.</param>
    /// <param name="check">Throws where it is not to be done; called on the lane, before anything is changed.</param>
    /// <param name="cancellation">Cancels what is not yet written.</param>
    /// <returns>The partner, and how many certificates ended with it.</returns>
    public Task<(Partner Partner, int EndedCertificates)> OffboardAsync(
        PartnerId id, bool recall, string reason, string by, Action<JournalTransaction> check, CancellationToken cancellation) =>
        WriteAsync(
            by,
            change =>
            {
                var partner = Require(id);
                check(change.Transaction);
                if (recall && partner.RecalledAtSeq is null)
                {
                    var point = change.Append(EntryKind.Recall, new ReportsRecalled { Partner = id.Value, Reason = reason, By = by });
                    partner = partner with { RecalledAtSeq = point.Seq };
                }

                if (partner.State != PartnerState.Left)
                {
                    partner = partner with { State = PartnerState.Left, StateReason = reason, StateAt = change.Now };
                    foreach (var certificate in book.CertificatesOf(id).Where(c => c.IsTaken(change.Now)).ToList())
                    {
                        change.End(certificate with { RevokedAt = change.Now, RevocationReason = "The partner has left." });
                    }

                    EndCodes(change, id);
                    foreach (var request in change.Book.OpenRequestsOf(id, change.Now).ToList())
                    {
                        change.Decide(request, new ConsentOutcome(ConsentState.Withdrawn, change.Now, change.By) { Reason = "The partner has left." });
                    }
                }

                if (partner != book.Partners[id])
                {
                    change.Put(partner);
                }

                return (partner, change.CertificatesOf(id).Count(c => c.RevokedAt == partner.StateAt));
            },
            cancellation);

    /// <summary>A partner as it is, and how many certificates <see cref="OffboardAsync"/> would end, or has ended.</summary>
    /// <exception cref="HubException">NOT_FOUND.</exception>
    public (Partner Partner, int EndedCertificates) WouldOffboard(PartnerId id)
    {
        var partner = Require(id);
        var now = time.GetUtcNow();
        return (partner, book.CertificatesOf(id).Count(
            c => partner.State == PartnerState.Left ? c.RevokedAt == partner.StateAt : c.IsTaken(now)));
    }

    private async Task<T> WriteAsync<T>(string by, Func<Change, T> work, CancellationToken cancellation)
    {
        PartnerBook? after = null;
        IReadOnlyList<Action<SecurityEvents>> toldByTime = [], told = [];
        var answer = await journal.WriteAsync(
            transaction =>
            {
                using var context = transaction.OpenContext();
                Change Begin(PartnerBook before, string who) =>
                    new(transaction, context, authority, before, who, options.Settings.Certificates.ObjectionHours);

                // What is due by time is the hub's own act, no matter which caller writes next.
                var caughtUp = Begin(book, Hub);
                CatchUp(caughtUp);
                var change = Begin(caughtUp.Book, by);
                var result = work(change);
                context.SaveChanges();
                (after, toldByTime, told) = (change.Book, caughtUp.Told, change.Told);
                return result;
            },
            _ =>
            {
                if (after is not null && after != book)
                {
                    book = after;
                    Changed?.Invoke();
                }
            },
            cancellation);

        // Here, and not on the lane: the caller's flow knows the address. Nobody has called for what time has brought.
        CallOrigin.Under(null, () => Raise(toldByTime));
        Raise(told);
        return answer;
    }

    private void Raise(IReadOnlyList<Action<SecurityEvents>> told)
    {
        foreach (var tell in told)
        {
            tell(events);
        }
    }

    private Partner Require(PartnerId id) =>
        book.Partners.GetValueOrDefault(id) ?? throw PartnerErrors.PartnerUnknown("name");

    private static Partner RequireActive(Partner partner) =>
        partner.State == PartnerState.Active ? partner : throw PartnerErrors.StateWrong(partner);

    private static HubException Exists(string rule) => new(
        ErrorReason.PartnerExists, "partner.id", rule,
        "Choose another id; for the same partner, make a code: thub partner code ID.");

    private static void EndCodes(Change change, PartnerId id)
    {
        foreach (var row in change.Context.Set<EnrolmentCodeRow>()
            .Where(c => c.Partner == id.Value && !c.Replaced && c.Thumbprint == null))
        {
            row.Replaced = true;
        }
    }

    private bool IsOutside(X509Certificate2 certificate) =>
        book.Certificates[certificate.GetCertHashString(HashAlgorithmName.SHA256)].Outside;

    private bool IsRefusedOutside(RegisteredCertificate certificate, DateTimeOffset at)
    {
        using var parsed = X509Certificate2.CreateFromPem(certificate.ChainPem);
        return outside.Check(parsed, at) is not null;
    }

    private static JournalPoint LastEntry(HubDatabase database)
    {
        using var connection = database.OpenReader();
        return JournalReader.Last(connection);
    }
}
