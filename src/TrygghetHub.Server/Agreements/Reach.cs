using TrygghetHub.Agreements.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// What the rules show a recipient, asked of the rules alone: no report is looked at. Pure; thread-safe.
/// </summary>
/// <remarks>
/// <see cref="Disclosure"/> decides about a report of each category in each area that an agreement reaches: of an ordinary
/// environment, TLP:CLEAR, known to the point, with a text in which nothing was found, and older than any hold.
/// </remarks>
internal static class Reach
{
    // Longer than the longest delay and the longest period together: no hold is in the way of what is as old.
    private static readonly TimeSpan BeyondHolds = TimeSpan.FromDays(200);

    /// <summary>Every area and category of which a recipient is shown something, in the order of sender, category and area.</summary>
    /// <param name="recipient">Who would see it.</param>
    /// <param name="purpose">What it is wanted for.</param>
    /// <param name="senders">Whose reports; null for everybody's.</param>
    /// <param name="rules">By which rules.</param>
    /// <param name="at">The instant at which it is decided.</param>
    /// <param name="cancellation">Cancels it.</param>
    public static IEnumerable<Reached> Of(
        PartnerId recipient, Purpose purpose, IReadOnlySet<PartnerId>? senders, RuleBook rules, DateTimeOffset at,
        CancellationToken cancellation)
    {
        var flows = rules.Agreements.FlowsTo(recipient)
            .Where(f => f.Agreement.Purposes.Contains(purpose) && f.Permits(at) && senders?.Contains(f.Flow.From) != false)
            .ToLookup(f => f.Flow.From);
        foreach (var ofSender in flows.OrderBy(g => g.Key))
        {
            var places = ofSender.SelectMany(f => f.Flow.Areas).Distinct(StringComparer.Ordinal)
                .SelectMany(area => WithAllInside(area, rules.Areas)).Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal).ToList();
            foreach (var code in ofSender.SelectMany(f => f.Flow.Categories).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            {
                cancellation.ThrowIfCancellationRequested();
                if (rules.Categories.Find(code) is not { } category)
                {
                    continue;
                }

                foreach (var place in places)
                {
                    rules.Areas.TryResolve(place, out var area);
                    var report = ReportOf(ofSender.Key, category.Code, category.Family, area, at);
                    if (Decide(report, recipient, purpose, rules, at) is { } shown)
                    {
                        yield return new Reached(ofSender.Key, category.Code, area, shown.Form, shown.Decision);
                    }
                }
            }
        }
    }

    /// <summary>
    /// The areas of a municipality in which something is shown, without those inside others of them; empty where it is shown in
    /// all of it.
    /// </summary>
    /// <param name="municipality">Code of the municipality, or of the county for what is known no finer.</param>
    /// <param name="shown">Codes of areas in it.</param>
    /// <param name="areas">The areas of the rules by which it is shown.</param>
    public static IReadOnlyList<string> PartsOf(string municipality, IReadOnlySet<string> shown, AreaBook areas)
    {
        if (!areas.TryGet(municipality, out var whole) || whole.Level == AreaLevel.County
            || WithAllInside(municipality, areas).All(shown.Contains))
        {
            return [];
        }

        return
        [
            .. shown.Where(code => areas.TryGet(code, out var area)
                    && !(area.Parent is { } parent && shown.Contains(parent) && WithAllInside(parent, areas).All(shown.Contains)))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<string> WithAllInside(string area, AreaBook areas) =>
        areas.Children(area).SelectMany(child => WithAllInside(child.Code, areas)).Prepend(area);

    private static (SharingForm Form, Decision Decision)? Decide(
        ReportEnvelope report, PartnerId recipient, Purpose purpose, RuleBook rules, DateTimeOffset at)
    {
        foreach (var form in new[] { SharingForm.Records, SharingForm.Counts })
        {
            var decision = Disclosure.Decide(report, at - BeyondHolds, recipient, purpose, form, rules, at);
            if (decision.Projection is not null)
            {
                return (form, decision);
            }
        }

        return null;
    }

    private static ReportEnvelope ReportOf(
        PartnerId sender, string category, string family, AreaChain area, DateTimeOffset at) => new()
        {
            Sender = sender,
            Category = category,
            Family = family,
            Severity = Severity.Moderate,
            Environment = Environment.Other,
            Area = area,
            Precision = Precision.Point,
            Tlp = Tlp.Clear,
            Week = IsoWeek.Of(at),
            Published = false,
            Exercise = false,
            ContextOnly = false,
            Text = TextState.Clean,
        };
}

/// <summary>That a recipient is shown a sender's reports of a category in an area, and how.</summary>
internal sealed record Reached(PartnerId Sender, string Category, AreaChain Area, SharingForm Form, Decision Decision)
{
    /// <summary>The cell that its figure is told of.</summary>
    public BaseCell Cell => new(Sender, Category, Area.Municipality ?? Area.County!);
}
