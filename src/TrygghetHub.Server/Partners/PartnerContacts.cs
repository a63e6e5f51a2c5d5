using System.Collections.Immutable;

namespace TrygghetHub.Server.Partners;

/// <summary>A partner's contacts outside the hub, and those it had until recently. Immutable.</summary>
/// <param name="Current">In the partner's order.</param>
/// <param name="Former">Those that ended, without their certificates, oldest first.</param>
/// <param name="ChangedAt">When contacts were last changed that the partner had before; null when it had none.</param>
internal sealed record PartnerContacts(
    ImmutableArray<Contact> Current, ImmutableArray<Contact> Former, DateTimeOffset? ChangedAt)
{
    public static readonly PartnerContacts None = new([], [], null);

    /// <summary>
    /// For how long a contact is still notified after it was removed or replaced: otherwise a thief replaces the contacts first,
    /// and nobody hears of what is asked for then.
    /// </summary>
    public static readonly TimeSpan FormerTime = TimeSpan.FromDays(30);

    /// <summary>For how long the operator is shown a change.</summary>
    private static readonly TimeSpan ShownTime = TimeSpan.FromDays(7);

    /// <summary>The contacts after a change of all.</summary>
    public PartnerContacts With(ImmutableArray<Contact> contacts, DateTimeOffset now) => new(
        contacts,
        [
            .. Former.Where(f => now - f.EndedAt < FormerTime && Current.All(c => c.Address != f.Address)),
            .. Current.Where(c => contacts.All(n => n.Address != c.Address))
                .Select(c => c with { Certificate = [], EndedAt = now }),
        ],
        Current.IsEmpty && Former.IsEmpty ? null : now);

    /// <summary>Who is notified at an instant: the contacts, and those that were until recently, each address once.</summary>
    public IEnumerable<Contact> ToNotify(DateTimeOffset at) =>
        Current.Concat(Former.Where(f => at - f.EndedAt < FormerTime)).DistinctBy(c => c.Address);

    /// <summary>Whether the operator is to notify of a change.</summary>
    public bool IsChangeShown(DateTimeOffset at) => at - ChangedAt < ShownTime;
}
