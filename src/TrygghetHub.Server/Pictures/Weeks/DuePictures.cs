using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>A picture that somebody has every week.</summary>
/// <param name="Compiler">Whose.</param>
/// <param name="Municipality">Of what.</param>
/// <param name="Since">The instant since which it is due.</param>
internal sealed record DuePicture(PartnerId Compiler, string Municipality, DateTimeOffset Since);

/// <summary>Who may have pictures of what, and who has them every week. Follows from the rules alone; pure.</summary>
internal static class DuePictures
{
    /// <summary>
    /// Every municipal unit compiles each municipality of which an agreement lets it see something for the weekly
    /// picture. When the agreement has ended nothing is read any more, its last week included.
    /// </summary>
    public static IReadOnlyList<DuePicture> All(RuleBook rules, DateTimeOffset now) =>
    [
        .. rules.Partners.Partners.Values
            .Where(p => p.Kind == PartnerKind.MunicipalUnit)
            .SelectMany(p => Rights(rules, p.Id, now)
                .GroupBy(r => r.Municipality)
                .Select(g => new DuePicture(p.Id, g.Key, g.Min(r => r.Since))))
            .OrderBy(d => d.Compiler).ThenBy(d => d.Municipality, StringComparer.Ordinal),
    ];

    /// <summary>
    /// Since when a partner may see anything of a municipality for the weekly picture; null when it may not.
    /// </summary>
    public static DateTimeOffset? Since(RuleBook rules, PartnerId compiler, string municipality, DateTimeOffset now) =>
        Rights(rules, compiler, now).Where(r => r.Municipality == municipality)
            .Min(r => (DateTimeOffset?)r.Since);

    private static IEnumerable<(string Municipality, DateTimeOffset Since)> Rights(
        RuleBook rules, PartnerId compiler, DateTimeOffset now) =>
        from agreed in rules.Agreements.FlowsTo(compiler)
        where agreed.Permits(now)
            && agreed.Agreement.Purposes.Contains(Purpose.WeeklyPicture)
            && agreed.Flow.Categories.Count > 0
        from area in agreed.Flow.Areas
        let applied = agreed.Agreement.Since[(compiler, area)]
        let since = applied > agreed.Agreement.ValidFrom ? applied : agreed.Agreement.ValidFrom
        from municipality in rules.Areas.Municipalities(area)
        select (municipality, since);
}
