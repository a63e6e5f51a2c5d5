using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// The reading half that every typed report service shares: names, purposes, filters and pages of the wire, answered
/// by <see cref="ReportReader"/>.
/// </summary>
internal sealed class ReportQueries(
    ReportReader reader, Showings showings, AgreementRegister agreements, HubDatabase database, SourceRefs sourceRefs,
    PageTokens pages)
{
    private const int MostRefs = 1000;

    /// <exception cref="HubException">NOT_FOUND: none, withdrawn, or not for this caller's eyes.</exception>
    public async Task<DisclosedReport> GetAsync(
        ReportType type, string name, PartnerId caller, Purpose purpose, CancellationToken cancellation)
    {
        RequirePurpose(purpose);
        var found = await ShowAsync(
            caller, purpose,
            rules => ReportName.TryParse(name, type, out var sender, out var id)
                && reader.Get(type, sender, id, caller, purpose, rules) is { } report
                ? [report]
                : [],
            cancellation);
        return found is [var one] ? one : throw HubException.NotFound("name");
    }

    public async Task<(IReadOnlyList<DisclosedReport> Reports, string NextPageToken)> ListAsync(
        ReportType type, string parent, Purpose purpose, string area, WireWeek? week, bool exercise, int pageSize,
        string pageToken, PartnerId caller, CancellationToken cancellation)
    {
        RequirePurpose(purpose);
        PartnerId? sender = null;
        if (parent.Length > 0 && !ReportName.TryParseParent(parent, out sender))
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "parent", "A parent has the form partners/ID.", "Leave it out to list all.");
        }

        if (area.Length > 0 && !agreements.Rules.Areas.TryGet(area, out _))
        {
            throw new HubException(
                ErrorReason.AreaUnknown, "area", "The hub knows no area with this code.",
                "Use official codes, such as 0139; list the areas to see them.");
        }

        var only = week is null ? (IsoWeek?)null : RequireWeek(week, "week");
        var scope = $"{type}/{caller}/{parent}/{purpose}/{area}/{only}/{exercise}";
        var position = pages.Open(scope, pageToken);
        var after = position.Length == 0 ? default : new ReportId(Guid.Parse(position));
        var size = PageTokens.SizeOf(pageSize);
        var isMore = false;
        var page = await ShowAsync(
            caller, purpose,
            rules =>
            {
                // One more than the page tells whether there is another; it is not shown.
                var read = reader.List(
                    type, sender, area, only, exercise, caller, purpose, rules, after, size + 1, cancellation);
                isMore = read.Count > size;
                return isMore ? [.. read.Take(size)] : read;
            },
            cancellation);
        return (page, isMore ? pages.Seal(scope, page[^1].Stored.Id.ToString()) : "");
    }

    /// <summary>
    /// Shows some of the real, counted reports of a municipality's week, and of those beside it, that the caller may see: those
    /// that are picked, and of no others is there a receipt.
    /// </summary>
    /// <param name="municipality">Code.</param>
    /// <param name="week">The week.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="caller">Who.</param>
    /// <param name="pick">Picks those that are shown; asked again where the rules change meanwhile.</param>
    /// <param name="cancellation">The call's.</param>
    public Task<IReadOnlyList<DisclosedReport>> ShowOfWeekAsync(
        string municipality, IsoWeek week, Purpose purpose, PartnerId caller,
        Func<IReadOnlyList<DisclosedReport>, IReadOnlyList<DisclosedReport>> pick, CancellationToken cancellation)
    {
        RequirePurpose(purpose);
        return ShowAsync(
            caller, purpose,
            rules => pick(
            [
                .. from type in Enum.GetValues<ReportType>()
                   from near in (int[])[-1, 0, 1]
                   from report in reader.List(
                       type, sender: null, municipality, week.Plus(near), exercise: false, caller, purpose, rules, default,
                       int.MaxValue, cancellation)
                   where !report.Stored.Envelope.ContextOnly
                   select report,
            ]),
            cancellation);
    }

    /// <summary>What the hub holds of the caller's own references, in the order asked.</summary>
    public IEnumerable<HeldRevisions> ListRevisions(PartnerId caller, IReadOnlyCollection<string> refs)
    {
        if (refs.Count is 0 or > MostRefs || refs.Distinct(StringComparer.Ordinal).Count() != refs.Count)
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "source_refs", $"One call asks for 1 to {MostRefs} references, none twice.",
                "Ask in several calls.");
        }

        if (refs.FirstOrDefault(r => r.Length > ReportRules.LongestSourceRef) is not null)
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "source_refs",
                $"A reference has at most {ReportRules.LongestSourceRef} characters.", "Ask for references that were sent.");
        }

        using var connection = database.OpenReader();
        return
        [
            .. refs.Select(sourceRef => ReportReader.ListRevisions(connection, caller, sourceRef, sourceRefs.Hash(caller, sourceRef))),
        ];
    }

    /// <summary>A week of the wire, checked.</summary>
    public static IsoWeek RequireWeek(WireWeek? week, string field) =>
        week is not null && IsoWeek.IsValid(week.Year, week.Week)
            ? new IsoWeek(week.Year, week.Week)
            : throw new HubException(
                ErrorReason.WeekInvalid, field, "There is no such ISO week.",
                "Send an ISO week-numbering year from 2000 to 2100 and a week 1 to 52, or 53 where the year has it.");

    // The receipt first. Whoever's rights have ended while it was written is answered by the rules of now.
    private async Task<IReadOnlyList<DisclosedReport>> ShowAsync(
        PartnerId caller, Purpose purpose, Func<RuleBook, IReadOnlyList<DisclosedReport>> read,
        CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var rules = agreements.Rules;
            var reports = read(rules);
            await showings.WriteShownAsync(
                caller, purpose, rules.Since,
                [.. reports.Where(r => !r.Projection.Whole).Select(r => r.Seq)], cancellation);
            if (ReferenceEquals(rules, agreements.Rules))
            {
                return reports;
            }
        }
    }

    private static void RequirePurpose(Purpose purpose)
    {
        if (ReportRules.RequireKnown(purpose, Purpose.Unspecified, "purpose") is { } refusal)
        {
            throw new HubException(refusal);
        }
    }
}
