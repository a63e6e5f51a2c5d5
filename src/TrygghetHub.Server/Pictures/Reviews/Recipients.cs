using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>Who may be sent a compiler's picture of a municipality. Follows from the rules alone; pure.</summary>
internal static class Recipients
{
    /// <summary>
    /// Whether another partner takes part, and an agreement in force to which the compiler is a party, too, lets it see something of
    /// the municipality for the weekly picture.
    /// </summary>
    /// <remarks>
    /// What others have agreed on without the compiler says nothing of whether the compiler's picture is for that partner. Senders
    /// and recipients of an agreement's flows are parties to it.
    /// </remarks>
    public static bool May(RuleBook rules, PartnerId compiler, PartnerId partner, string municipality, DateTimeOffset now) =>
        partner != compiler
        && rules.Partners.Partners.TryGetValue(partner, out var known) && known.State == PartnerState.Active
        && rules.Agreements.FlowsTo(partner).Any(agreed =>
            agreed.Permits(now)
            && agreed.Agreement.Parties.ContainsKey(compiler)
            && agreed.Agreement.Purposes.Contains(Purpose.WeeklyPicture)
            && agreed.Flow.Categories.Count > 0
            && agreed.Flow.Areas.Any(area => rules.Areas.Municipalities(area).Contains(municipality)));

    /// <summary>Everybody who may, in the order of their ids.</summary>
    public static IEnumerable<PartnerId> All(RuleBook rules, PartnerId compiler, string municipality, DateTimeOffset now) =>
        rules.Partners.Partners.Keys.Where(p => May(rules, compiler, p, municipality, now));
}
