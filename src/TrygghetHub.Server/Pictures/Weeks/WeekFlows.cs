using TrygghetHub.Agreements.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>By which flows a municipality's week is reported. Follows from the rules alone; pure.</summary>
internal static class WeekFlows
{
    /// <summary>
    /// The partners whose reports the compiler may see of a municipality for the weekly picture, itself included when
    /// it reports. Zero from one of these means something; from others nothing is expected.
    /// </summary>
    public static IEnumerable<PartnerId> Senders(
        RuleBook rules, PartnerId compiler, string municipality, DateTimeOffset at) =>
        Flows(rules, compiler, municipality, at).Select(f => f.Flow.From).Distinct().Order();

    /// <summary>The week in which each of them was agreed on: before it, nobody expected anything of it.</summary>
    public static IReadOnlyDictionary<PartnerId, IsoWeek> AgreedFrom(
        RuleBook rules, PartnerId compiler, string municipality, DateTimeOffset at) =>
        Flows(rules, compiler, municipality, at).GroupBy(f => f.Flow.From).ToDictionary(
            sender => sender.Key,
            sender => IsoWeek.Of(sender
                .SelectMany(f => f.Flow.Areas.Where(a => rules.Areas.Municipalities(a).Contains(municipality)).Select(f.Since))
                .Min()));

    /// <summary>Whether a flow says anything about a municipality: names it, what holds it, or a part of it.</summary>
    public static bool Touches(SharingFlow flow, string municipality, RuleBook rules) =>
        flow.Categories.Count > 0 && flow.Areas.Any(a => rules.Areas.Municipalities(a).Contains(municipality));

    /// <summary>The flows by which the compiler may see reports of a municipality for the weekly picture, its own included.</summary>
    public static IEnumerable<AgreedFlow> Flows(
        RuleBook rules, PartnerId compiler, string municipality, DateTimeOffset at) =>
        rules.Agreements.FlowsTo(compiler).Concat(rules.Agreements.FlowsFrom(compiler))
            .Where(f => f.Permits(at) && f.Agreement.Purposes.Contains(Purpose.WeeklyPicture) && Touches(f.Flow, municipality, rules));
}
