using System.Globalization;
using Wire = TrygghetHub.Areas.V1;

namespace TrygghetHub.Server.Areas;

/// <summary>Areas as they go over the wire.</summary>
internal static class AreaMapping
{
    /// <summary>What resource names of areas begin with.</summary>
    public const string NamePrefix = "areas/";

    /// <summary>The area as a message of its own.</summary>
    public static Wire.Area ToWire(this Area area) => new()
    {
        Name = NamePrefix + area.Code,
        Code = area.Code,
        DisplayName = area.DisplayName,
        Level = (Wire.AreaLevel)area.Level,
        Parent = area.Parent ?? string.Empty,
        Illustrative = area.Illustrative,
        Sparse = area.Sparse,
        ValidFrom = ToWire(area.ValidFrom),
        ValidTo = ToWire(area.ValidTo),
        HasShape = area.Shape is not null,
        Closures = { area.Closures.Select(c => new Wire.AreaClosure { From = ToWire(c.From), To = ToWire(c.To) }) },
    };

    /// <summary>What is done to an area.</summary>
    public static Wire.AreaChange ToWire(this Area area, AreaChangeKind kind) => new()
    {
        Kind = (Wire.AreaChangeKind)kind,
        Code = area.Code,
        DisplayName = area.DisplayName,
    };

    /// <summary>A day as YYYY-MM-DD; empty for none.</summary>
    public static string ToWire(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? string.Empty;
}
