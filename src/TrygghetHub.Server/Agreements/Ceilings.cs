using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using TrygghetHub.Partners.V1;
using TrygghetHub.Reports.V1;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// A limit above every agreement. It holds where all the conditions that it states are met; an empty one is no
/// condition.
/// </summary>
internal sealed record Ceiling
{
    /// <summary>How receipts name it.</summary>
    public required string Id { get; init; }

    /// <summary>The reason, for people.</summary>
    public required string Why { get; init; }

    public ImmutableArray<string> Categories { get; init; } = [];

    public ImmutableArray<Environment> Environments { get; init; } = [];

    public ImmutableArray<PartnerKind> SenderKinds { get; init; } = [];

    public ImmutableArray<LegalStatus> RecipientStatuses { get; init; } = [];

    /// <summary>Holds only where the area is marked as sparse.</summary>
    public bool SparseAreas { get; init; }

    /// <summary>The finest place to be shown.</summary>
    public required Precision FinestPrecision { get; init; }

    /// <summary>The day is shown, not the time of day.</summary>
    public bool DayOnly { get; init; }

    /// <summary>The category's family is shown, not the category.</summary>
    public bool FamilyOnly { get; init; }

    public bool Holds(ReportEnvelope report, PartnerKind sender, LegalStatus recipient, bool sparse) =>
        (Categories.IsEmpty || Categories.Contains(report.Category, StringComparer.Ordinal))
        && (Environments.IsEmpty || Environments.Contains(report.Environment))
        && (SenderKinds.IsEmpty || SenderKinds.Contains(sender))
        && (RecipientStatuses.IsEmpty || RecipientStatuses.Contains(recipient))
        && (!SparseAreas || sparse);
}

/// <summary>The ceilings in force: data with a version. A municipality may only tighten them. Immutable.</summary>
internal sealed record CeilingList(int Version, ImmutableArray<Ceiling> Ceilings)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>The list that this version of the hub ships with.</summary>
    public static CeilingList Embedded { get; } = Load();

    private static CeilingList Load()
    {
        using var stream = Assembly.GetExecutingAssembly()
            .GetManifestResourceStream("TrygghetHub.Server.Agreements.ceilings.json")!;
        return JsonSerializer.Deserialize<CeilingList>(stream, Format)!;
    }
}
