using System.Collections.Frozen;
using System.Collections.Immutable;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// The versions that decide, or will, at one journal entry, and the way to their flows by sender and by recipient.
/// Immutable.
/// </summary>
/// <remarks>
/// Flows come in the order of agreement ids, versions, and then of the document: the first that permits is the one used.
/// </remarks>
internal sealed class AgreementBook
{
    private readonly FrozenDictionary<PartnerId, ImmutableArray<AgreedFlow>> bySender;
    private readonly FrozenDictionary<PartnerId, ImmutableArray<AgreedFlow>> byRecipient;
    private readonly FrozenDictionary<PartnerId, ImmutableArray<AgreedBan>> bansByRecipient;

    public static readonly AgreementBook Empty = new([], PartnerBook.Empty);

    /// <param name="versions">Versions of agreements; of one id their validities do not overlap.</param>
    /// <param name="partners">Whose legal status says which grounds they can rest on.</param>
    public AgreementBook(IEnumerable<Agreement> versions, PartnerBook partners)
    {
        Versions = [.. versions.OrderBy(a => a.Id, StringComparer.Ordinal).ThenBy(a => a.Version)];
        var flows = Versions
            .SelectMany(a => a.Flows.SelectMany(f => f.To.Order().Select(to => new AgreedFlow(a, f, to, Windows(a, f, to, partners)))))
            .Where(f => f.Windows.Length > 0)
            .ToImmutableArray();
        bySender = flows.GroupBy(f => f.Flow.From).ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
        byRecipient = flows.GroupBy(f => f.Recipient).ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
        bansByRecipient = Versions
            .SelectMany(a => a.Prohibitions.SelectMany(p => p.To.Select(to => (to, Ban: new AgreedBan(a, p)))))
            .GroupBy(p => p.to, p => p.Ban)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
    }

    /// <summary>In the order of ids and versions.</summary>
    public ImmutableArray<Agreement> Versions { get; }

    /// <summary>What a partner's sending rests on.</summary>
    public ImmutableArray<AgreedFlow> FlowsFrom(PartnerId sender) => bySender.GetValueOrDefault(sender, []);

    public ImmutableArray<AgreedFlow> FlowsTo(PartnerId recipient) => byRecipient.GetValueOrDefault(recipient, []);

    public ImmutableArray<AgreedBan> BansTo(PartnerId recipient) => bansByRecipient.GetValueOrDefault(recipient, []);

    public IEnumerable<AgreedFlow> Flows => byRecipient.Values.SelectMany(f => f);

    /// <summary>The version of an agreement that decides at an instant, or null.</summary>
    public Agreement? InForce(string id, DateTimeOffset at) =>
        Versions.LastOrDefault(a => a.Id == id && a.IsInForce(at));

    /// <summary>
    /// When a flow permits: while the agreement holds, both have a legal basis, and secrecy does not stand against it.
    /// </summary>
    private static ImmutableArray<Interval> Windows(
        Agreement agreement, SharingFlow flow, PartnerId recipient, PartnerBook partners)
    {
        if (agreement.IsSuspended
            || !agreement.Parties.TryGetValue(flow.From, out var senders)
            || !agreement.Parties.TryGetValue(recipient, out var recipients))
        {
            return [];
        }

        var betweenAuthorities = IsPublic(flow.From) && IsPublic(recipient);
        var secrecy = agreement.SecrecyGrounds
            .Where(g => betweenAuthorities || !g.BetweenAuthoritiesOnly).Select(g => g.Holds);
        return Interval.Intersect(
            [new Interval(agreement.ValidFrom, agreement.ValidTo)],
            Interval.Intersect(Interval.Intersect(senders, recipients), secrecy));

        bool IsPublic(PartnerId id) =>
            partners.Partners.TryGetValue(id, out var partner) && partner.LegalStatus != LegalStatus.Private;
    }
}

/// <summary>A flow to one recipient, the agreement that it stands in, and when it permits.</summary>
internal sealed record AgreedFlow(
    Agreement Agreement, SharingFlow Flow, PartnerId Recipient, ImmutableArray<Interval> Windows)
{
    public bool Permits(DateTimeOffset at)
    {
        foreach (var window in Windows)
        {
            if (window.Contains(at))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The first instant from which on the recipient is shared anything of one of the flow's areas with.</summary>
    /// <param name="area">Code, as the flow names it.</param>
    public DateTimeOffset Since(string area)
    {
        var applied = Agreement.Since[(Recipient, area)];
        return applied > Agreement.ValidFrom ? applied : Agreement.ValidFrom;
    }

    /// <summary>The first instant, after one at which it permits, at which it does not.</summary>
    public DateTimeOffset PermitsUntil(DateTimeOffset at) => Windows.First(w => w.Contains(at)).To;
}

/// <summary>A prohibition and the agreement that it stands in.</summary>
internal sealed record AgreedBan(Agreement Agreement, SharingBan Ban);
