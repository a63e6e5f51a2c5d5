using System.Collections.Immutable;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Partners;

/// <summary>A partner's contacts outside the hub, and those it had until recently. Immutable.</summary>
/// <param name="Current">In the partner's order.</param>
/// <param name="Former">Those that ended, without their certificates, oldest first.</param>
/// <param name="ChangedAt">When contacts were last changed that the partner had before; null when it had none.</param>
/// <param name="Recent">When contacts were changed within a day, oldest first.</param>
internal sealed record PartnerContacts(
    ImmutableArray<Contact> Current, ImmutableArray<Contact> Former, DateTimeOffset? ChangedAt, ImmutableArray<DateTimeOffset> Recent)
{
    public static readonly PartnerContacts None = new([], [], null, []);

    // More than a partner needs, and few enough that a thief neither fills the journal nor hides a contact among many.
    private const int MostChangesADay = 20;
    private const int MostFormer = 30;

    /// <summary>
    /// For how long a contact is still notified after it was removed or replaced: otherwise a thief replaces the contacts first,
    /// and nobody hears of what is asked for then.
    /// </summary>
    public static readonly TimeSpan FormerTime = TimeSpan.FromDays(30);

    /// <summary>For how long the operator is shown a change.</summary>
    private static readonly TimeSpan ShownTime = TimeSpan.FromDays(7);

    /// <summary>The contacts after a change of all.</summary>
    /// <exception cref="HubException">QUOTA_EXCEEDED: contacts were changed too often. None is forgotten to make room.</exception>
    public PartnerContacts With(ImmutableArray<Contact> contacts, DateTimeOffset now)
    {
        ImmutableArray<DateTimeOffset> recent = [.. Recent.Where(at => now - at < TimeSpan.FromDays(1)), now];
        ImmutableArray<Contact> former =
        [
            .. Former.Where(f => now - f.EndedAt < FormerTime && Current.All(c => c.Address != f.Address)),
            .. Current.Where(c => contacts.All(n => n.Address != c.Address))
                .Select(c => c with { Certificate = [], EndedAt = now }),
        ];
        return recent.Length > MostChangesADay ? throw TooMany(
                $"Contacts were changed {MostChangesADay} times within a day.", "Change them tomorrow.", TimeSpan.FromHours(1))
            : former.Length > MostFormer ? throw TooMany(
                $"More than {MostFormer} contacts would have been replaced within {FormerTime.Days} days.",
                "Keep the addresses that reach you, or change them later.", TimeSpan.FromDays(1))
            : new PartnerContacts(contacts, former, Current.IsEmpty && Former.IsEmpty ? null : now, recent);
    }

    private static HubException TooMany(string rule, string remedy, TimeSpan delay) =>
        new(new Refusal(ErrorReason.QuotaExceeded, "contacts", rule, remedy) { RetryDelay = delay });

    /// <summary>Who is notified at an instant: the contacts, and those that were until recently, each address once.</summary>
    public IEnumerable<Contact> ToNotify(DateTimeOffset at) =>
        Current.Concat(Former.Where(f => at - f.EndedAt < FormerTime)).DistinctBy(c => c.Address);

    /// <summary>Whether the operator is to notify of a change.</summary>
    public bool IsChangeShown(DateTimeOffset at) => at - ChangedAt < ShownTime;
}
