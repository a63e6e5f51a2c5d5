using System.Collections.Frozen;
using System.Collections.Immutable;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// One version of a cooperation agreement, checked and ready to decide by. Immutable.
/// </summary>
/// <remarks>Every empty list in it means nobody and nothing.</remarks>
internal sealed record Agreement
{
    public required string Id { get; init; }

    /// <summary>1, 2, 3, … under one id.</summary>
    public required int Version { get; init; }

    /// <summary>The journal entry from which on this version decides.</summary>
    public required long Seq { get; init; }

    public required DateTimeOffset AppliedAt { get; init; }

    /// <summary>
    /// For each recipient and area code of a flow, when the first of the unbroken run of versions up to this one was
    /// applied that has them: before it, the agreement shared nothing of the area with the recipient.
    /// </summary>
    public required FrozenDictionary<(PartnerId Recipient, string Area), DateTimeOffset> Since { get; init; }

    /// <summary>First instant at which it holds.</summary>
    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>First instant at which it holds no more.</summary>
    public required DateTimeOffset ValidTo { get; init; }

    public required FrozenSet<PartnerId> Parties { get; init; }

    public required FrozenSet<Purpose> Purposes { get; init; }

    public required ImmutableArray<SharingFlow> Flows { get; init; }

    /// <summary>The document as it was applied and stored, byte for byte.</summary>
    public required byte[] Document { get; init; }

    public bool IsInForce(DateTimeOffset at) => ValidFrom <= at && at < ValidTo;
}

/// <summary>One permission to share, a clause of an agreement. Immutable.</summary>
internal sealed record SharingFlow
{
    public required string Clause { get; init; }

    public required PartnerId From { get; init; }

    public required FrozenSet<PartnerId> To { get; init; }

    public required FrozenSet<string> Areas { get; init; }

    public required FrozenSet<string> Categories { get; init; }

    public required SharingForm Form { get; init; }

    public required Precision FinestPrecision { get; init; }

    /// <summary>Whether a place lies in one of the areas; one known too coarsely to tell does not.</summary>
    public bool Covers(AreaChain place) =>
        (place.Municipality is not null && Areas.Contains(place.Municipality))
        || (place.County is not null && Areas.Contains(place.County))
        || (place.District is not null && Areas.Contains(place.District))
        || (place.Place is not null && Areas.Contains(place.Place));
}
