using System.Collections.Frozen;
using System.Collections.Immutable;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// The versions in force at one journal entry, and the way to their flows by sender and by recipient. Immutable.
/// </summary>
/// <remarks>Flows come in the order of agreement ids and then of the document: the first that permits is the one used.</remarks>
internal sealed class AgreementBook
{
    private readonly FrozenDictionary<PartnerId, ImmutableArray<AgreedFlow>> bySender;
    private readonly FrozenDictionary<PartnerId, ImmutableArray<AgreedFlow>> byRecipient;

    public static readonly AgreementBook Empty = new(ImmutableSortedDictionary<string, Agreement>.Empty);

    public AgreementBook(IEnumerable<Agreement> latest)
        : this(latest.ToImmutableSortedDictionary(a => a.Id, a => a, StringComparer.Ordinal))
    {
    }

    private AgreementBook(ImmutableSortedDictionary<string, Agreement> agreements)
    {
        Agreements = agreements;
        var flows = agreements.Values
            .SelectMany(a => a.Flows.Select(f => new AgreedFlow(a, f)))
            .ToImmutableArray();
        bySender = flows.GroupBy(f => f.Flow.From).ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
        byRecipient = flows.SelectMany(f => f.Flow.To.Select(to => (to, f))).GroupBy(p => p.to, p => p.f)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray());
    }

    /// <summary>By id.</summary>
    public ImmutableSortedDictionary<string, Agreement> Agreements { get; }

    public AgreementBook With(Agreement version) => new(Agreements.SetItem(version.Id, version));

    public ImmutableArray<AgreedFlow> FlowsFrom(PartnerId sender) => bySender.GetValueOrDefault(sender, []);

    public ImmutableArray<AgreedFlow> FlowsTo(PartnerId recipient) => byRecipient.GetValueOrDefault(recipient, []);
}

/// <summary>A flow and the agreement that it stands in.</summary>
internal sealed record AgreedFlow(Agreement Agreement, SharingFlow Flow);
