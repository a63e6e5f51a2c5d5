using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Areas;

/// <summary>What reading the geography refuses.</summary>
internal static class AreaErrors
{
    private const string FindCodes = "ListAreas gives the codes that the hub knows.";

    public static HubException NameMissing() => new(
        ErrorReason.FieldRequired, "name", "The name of the area is required.", "Send for example areas/0139.");

    public static HubException NameMalformed() => new(
        ErrorReason.FieldInvalid, "name", "The name of an area is areas/{code}.", "Send for example areas/0139.");

    public static HubException NotFound() => new(
        ErrorReason.NotFound, "name", "The hub knows no such area.", FindCodes);

    public static HubException ParentUnknown() => new(
        ErrorReason.AreaUnknown, "parent", "The hub knows no area with this code.",
        "Send the code of an area, such as 0139, or nothing for the counties.");

}
