using NetTopologySuite.Geometries;

namespace TrygghetHub.Server.Areas;

/// <summary>One feature of a GeoJSON file, as read.</summary>
/// <param name="Number">Its place in the file, from 1 on.</param>
/// <param name="Properties">Those that are texts, numbers or yes and no, as text; names fold case and punctuation.</param>
/// <param name="Shape">
/// Point, polygon or polygons in the file's own coordinates (x east, y north), rings closed and otherwise unchecked; null
/// where the feature has no geometry.
/// </param>
/// <param name="WasUnclosed">A ring did not end where it began.</param>
internal sealed record MapFeature(
    int Number, IReadOnlyDictionary<string, string> Properties, Geometry? Shape, bool WasUnclosed);
