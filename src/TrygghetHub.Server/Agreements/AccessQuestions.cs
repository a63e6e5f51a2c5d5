using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Agreements;

/// <summary>Checks what every question about access names.</summary>
internal static class AccessQuestions
{
    /// <exception cref="HubException">FIELD_REQUIRED or ENUM_UNKNOWN.</exception>
    public static void RequirePurpose(Purpose purpose)
    {
        if (purpose == Purpose.Unspecified)
        {
            throw new HubException(
                ErrorReason.FieldRequired, "purpose", "A purpose is required.", "Send one of the values in the proto.");
        }

        RequireDefined(purpose, "purpose");
    }

    /// <summary>Not set is allowed; a value that this version of the hub does not know is not.</summary>
    /// <exception cref="HubException">ENUM_UNKNOWN.</exception>
    public static void RequireDefined<T>(T value, string field)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new HubException(
                ErrorReason.EnumUnknown, field, "The hub does not know this value.", "Send one of the values in the proto.");
        }
    }

    /// <summary>
    /// A partner that is asked about. Those who oversee the hub are told that there is none; to a partner one that there is not
    /// is one that no agreement names.
    /// </summary>
    /// <exception cref="HubException">PARTNER_UNKNOWN.</exception>
    public static PartnerId RequirePartner(string id, string field, RuleBook rules, Principal caller)
    {
        var partner = new PartnerId(id);
        return id.Length > 0 && (!caller.Oversees() || rules.Partners.Partners.ContainsKey(partner))
            ? partner
            : throw new HubException(
                ErrorReason.PartnerUnknown, field, "The hub knows no partner with this id.", "Correct the id.");
    }
}
