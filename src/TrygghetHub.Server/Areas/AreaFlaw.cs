using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Areas;

/// <summary>
/// What is wrong with areas that somebody wants to import. The text names the feature by its number in the file, from 1
/// on, and never repeats a value.
/// </summary>
internal static class AreaFlaw
{
    /// <summary>AREAS_INVALID about one feature.</summary>
    public static HubException Of(int feature, string rule, string remedy) =>
        OfFile($"Feature {feature}: {rule}", remedy);

    /// <summary>AREAS_INVALID about the file.</summary>
    public static HubException OfFile(string rule, string remedy) =>
        new(ErrorReason.AreasInvalid, "geojson", rule, remedy);
}
