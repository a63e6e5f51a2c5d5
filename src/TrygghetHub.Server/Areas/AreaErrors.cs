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

    public static HubException CodeUnknown() => new(
        ErrorReason.AreaUnknown, "code", "The hub knows no area with this code.", FindCodes);

    public static HubException WithinUnknown() => new(
        ErrorReason.AreaUnknown, "within", "The hub knows no area with this code.", FindCodes);

    public static HubException NothingToFind() => new(
        ErrorReason.FieldRequired, "by", "A position or a name is required.", "Send one of them.");

    public static HubException NameToFindInvalid() => new(
        ErrorReason.FieldInvalid, "named", "A name has 1 to 100 characters and no control characters.", "Send the name of an area.");

    public static HubException PositionOutsideSweden() => new(
        ErrorReason.PositionOutsideSweden, "position", "The coordinates lie outside Sweden.",
        "Send WGS 84 degrees, latitude north 55.0–69.1 and longitude east 10.5–24.2; are they exchanged?");

    public static HubException ImportOrder() => new(
        ErrorReason.FieldRequired, "import", "The first message says what is imported, and only the first.",
        "Send the import, then the file in chunks.");

    public static HubException FileMissing() => new(
        ErrorReason.FieldRequired, "chunk", "The file is missing.", "Send it in chunks of at most 1 MiB after the first message.");
}
