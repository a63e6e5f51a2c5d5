using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Weeks;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>Who may be sent a picture of a municipality. Follows from the rules alone; pure.</summary>
internal static class Recipients
{
    /// <summary>
    /// Whether a partner takes part and an agreement in force lets it see something of a municipality for the weekly picture.
    /// </summary>
    public static bool May(RuleBook rules, PartnerId partner, string municipality, DateTimeOffset now) =>
        rules.Partners.Partners.TryGetValue(partner, out var known) && known.State == PartnerState.Active
        && DuePictures.Since(rules, partner, municipality, now) is not null;

    /// <summary>Everybody who may, except the compiler, in the order of their ids.</summary>
    public static IEnumerable<PartnerId> All(RuleBook rules, PartnerId compiler, string municipality, DateTimeOffset now) =>
        rules.Partners.Partners.Keys.Where(p => p != compiler && May(rules, p, municipality, now));
}
