using System.Collections.Frozen;
using System.Collections.Immutable;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// The terms of one version of a cooperation agreement to which all have agreed, ready to decide by. Immutable.
/// </summary>
/// <remarks>Every empty list in it means nobody and nothing.</remarks>
internal sealed record Agreement
{
    public required string Id { get; init; }

    /// <summary>1, 2, 3, … under one id.</summary>
    public required int Version { get; init; }

    /// <summary>The journal entry from which on this version decides: the last signature.</summary>
    public required long Seq { get; init; }

    /// <summary>Journal time of that entry.</summary>
    public required DateTimeOffset AgreedAt { get; init; }

    /// <summary>
    /// For each recipient and area code of a flow, when the first of the unbroken run of versions up to this one was
    /// agreed on that has them: before it, the agreement shared nothing of the area with the recipient.
    /// </summary>
    public required FrozenDictionary<(PartnerId Recipient, string Area), DateTimeOffset> Since { get; init; }

    /// <summary>First instant at which it holds.</summary>
    public required DateTimeOffset ValidFrom { get; init; }

    /// <summary>First instant at which it holds no more: the document's, or earlier where it was ended or amended.</summary>
    public required DateTimeOffset ValidTo { get; init; }

    /// <summary>Somebody holds it suspended: it permits nothing, and prohibits what it prohibits.</summary>
    public bool IsSuspended { get; init; }

    public required FrozenDictionary<PartnerId, ImmutableArray<Interval>> Parties { get; init; }

    public required FrozenSet<Purpose> Purposes { get; init; }

    public required ImmutableArray<Secrecy> SecrecyGrounds { get; init; }

    public required ImmutableArray<SharingFlow> Flows { get; init; }

    public required ImmutableArray<SharingBan> Prohibitions { get; init; }

    public required bool RecallAtEnd { get; init; }

    public required int RecallDays { get; init; }

    /// <summary>What is done when the screening finds something in what a party sends.</summary>
    public ScreeningRule Screening { get; init; } = ScreeningRule.Default;

    /// <summary>The document as it was signed and is stored, byte for byte.</summary>
    public required byte[] Document { get; init; }

    public bool IsInForce(DateTimeOffset at) => ValidFrom <= at && at < ValidTo;
}

/// <summary>Why secrecy does not stand against the sharing, and when.</summary>
/// <param name="BetweenAuthoritiesOnly">An override of secrecy, which private parties cannot rest on.</param>
/// <param name="Holds">When.</param>
internal readonly record struct Secrecy(bool BetweenAuthoritiesOnly, Interval Holds);

/// <summary>One permission to share, a clause of an agreement. Immutable.</summary>
internal sealed record SharingFlow
{
    public required string Clause { get; init; }

    public required PartnerId From { get; init; }

    public required FrozenSet<PartnerId> To { get; init; }

    public required FrozenSet<string> Areas { get; init; }

    public required FrozenSet<string> Categories { get; init; }

    public required SharingForm Form { get; init; }

    public required ReportFields Fields { get; init; }

    public required Precision FinestPrecision { get; init; }

    public required TimeGranularity FinestTime { get; init; }

    public required TimeSpan Delay { get; init; }

    public required FreeText FreeText { get; init; }

    /// <summary>For counts: cells of fewer reports are not shown. 1 shows all.</summary>
    public required int SmallestCell { get; init; }

    public required Tlp StrictestTlp { get; init; }

    public required OnwardSharing OnwardSharing { get; init; }

    public required int RetentionDays { get; init; }

    /// <summary>Whether a place lies in one of the areas; one known too coarsely to tell does not.</summary>
    public bool Covers(AreaChain place) =>
        (place.Municipality is not null && Areas.Contains(place.Municipality))
        || (place.County is not null && Areas.Contains(place.County))
        || (place.District is not null && Areas.Contains(place.District))
        || (place.Place is not null && Areas.Contains(place.Place));
}

/// <summary>A prohibition, a clause of an agreement. Immutable.</summary>
internal sealed record SharingBan
{
    public required string Clause { get; init; }

    public required FrozenSet<PartnerId> From { get; init; }

    public required FrozenSet<PartnerId> To { get; init; }

    /// <summary>Each with all that holds it.</summary>
    public required ImmutableArray<string> Areas { get; init; }

    public required FrozenSet<string> Categories { get; init; }

    /// <summary>Whether a place lies in one of the areas, or may: one known too coarsely to tell is taken to.</summary>
    public bool Touches(AreaChain place, AreaBook areas)
    {
        foreach (var area in Areas)
        {
            if (place.IsWithin(area) || (areas.TryResolve(area, out var prohibited) && prohibited.IsWithin(place.Finest)))
            {
                return true;
            }
        }

        return false;
    }
}
