using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>A partner that is expected to report of a municipality, because somebody has its picture every week.</summary>
/// <param name="Sender">Who.</param>
/// <param name="Municipality">Of what.</param>
/// <param name="From">The first week of which its word is expected: the one in which it was agreed.</param>
internal sealed record ExpectedSender(PartnerId Sender, string Municipality, IsoWeek From);

/// <summary>Whose word on their weeks is waited for. Follows from the rules alone; pure.</summary>
internal static class ExpectedSenders
{
    /// <summary>
    /// Each once, however many compile the municipality, in the order of municipalities and then of partners. Who is suspended or
    /// has left is not waited for.
    /// </summary>
    public static IReadOnlyList<ExpectedSender> All(RuleBook rules, DateTimeOffset now) =>
    [
        .. DuePictures.All(rules, now)
            .SelectMany(due => WeekFlows.Senders(rules, due.Compiler, due.Municipality, now)
                .Select(sender => (Sender: sender, due.Municipality)))
            .Distinct()
            .Where(e => rules.Partners.Partners.TryGetValue(e.Sender, out var partner) && partner.State == PartnerState.Active)
            .Select(e => new ExpectedSender(e.Sender, e.Municipality, IsoWeek.Of(Since(rules, e.Sender, e.Municipality, now))))
            .OrderBy(e => e.Municipality, StringComparer.Ordinal).ThenBy(e => e.Sender),
    ];

    private static DateTimeOffset Since(RuleBook rules, PartnerId sender, string municipality, DateTimeOffset now) => (
        from agreed in rules.Agreements.FlowsFrom(sender)
        where agreed.Permits(now)
            && agreed.Agreement.Purposes.Contains(Purpose.WeeklyPicture)
            && agreed.Flow.Categories.Count > 0
        from area in agreed.Flow.Areas
        where rules.Areas.Municipalities(area).Contains(municipality)
        let applied = agreed.Agreement.Since[(agreed.Recipient, area)]
        select applied > agreed.Agreement.ValidFrom ? applied : agreed.Agreement.ValidFrom).Min();
}
