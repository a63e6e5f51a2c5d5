using TrygghetHub.Agreements.V1;
using TrygghetHub.Feed.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Feed;

/// <summary>
/// What one subscriber is told of the journal's entries: the feed's rules, apart from reading and sending. For one thread
/// at a time.
/// </summary>
/// <remarks>
/// A report has one number in the feed: its own entry, if the subscriber could see it by the rules and at the time of that entry, and
/// otherwise the point at which it became visible. A flow that takes over and shows more adds a further number, under which the report
/// is sent again. The report is sent only if the subscriber may see it now, and as far as it may see it now. A subscriber that is no
/// longer permitted to see it receives nothing; if it is permitted again later, that has a point of its own.
/// </remarks>
internal sealed class FeedView(FeedScope scope)
{
    private readonly Decider today = new(scope.Partner, scope.Purpose, SharingForm.Records);
    private readonly Decider then = new(scope.Partner, scope.Purpose, SharingForm.Records);

    /// <summary>What is told of a report under its own entry; null for nothing.</summary>
    /// <param name="row">The report.</param>
    /// <param name="rules">The rules of now.</param>
    /// <param name="rulesThen">The rules as of its entry.</param>
    /// <param name="now">Now.</param>
    public (FeedChange Change, Decision Decision)? Tell(ReportRow row, RuleBook rules, RuleBook rulesThen, DateTimeOffset now)
    {
        var report = row.Stored;
        return VisibleNow(row, rules, now) is { } decision
            && Visible(report, rulesThen, report.ReceivedAt, rules)
            ? (ChangeOf(row, rulesThen, rules), decision)
            : null;
    }

    /// <summary>What is told of a report under a point at which it may have become visible; null for nothing.</summary>
    /// <param name="row">The report.</param>
    /// <param name="point">The point.</param>
    /// <param name="rules">The rules of now.</param>
    /// <param name="rulesAsOf">The rules as of any entry.</param>
    /// <param name="now">Now.</param>
    public (FeedChange Change, Decision Decision)? Tell(
        ReportRow row, VisibilityPoint point, RuleBook rules, Func<long, RuleBook> rulesAsOf, DateTimeOffset now)
    {
        var report = row.Stored;
        var rulesThen = rulesAsOf(point.Point.Seq);
        var since = point.Since(report.ReceivedAt);
        if (report.Envelope.Sender == scope.Partner || VisibleNow(row, rules, now) is not { } decision
            || !Visible(report, rulesThen, since, rules))
        {
            return null;
        }

        var (rulesBefore, before) = point.Before(report.ReceivedAt);
        return ShowedAsMuch(FlowAt(report, rulesAsOf(rulesBefore), before, rules)) || IsToldByAnother()
            ? null
            : (ChangeOf(row, rulesAsOf(row.Seq), rules), decision);

        // Where a flow takes over that shows more, the report is told again.
        bool ShowedAsMuch(PermittedFlow? earlier) => earlier is not null
            && FlowAt(report, rulesThen, since, rules) is { } flow && FlowOrder.CompareShown(flow, earlier) >= 0;

        // At midnight the holds of several flows are over, and validities begin: the flow that shows it says which point tells.
        bool IsToldByAnother() => point.Cause != VisibilityCause.Rules
            && FlowAt(report, rulesThen, since, rules)?.Hold is { } hold
            && (point.Cause == VisibilityCause.Release
                ? hold != point.Hold
                : hold != Hold.None && hold.VisibleFrom(report.ReceivedAt) == since);
    }

    /// <summary>Whether a point can concern the subscriber at all.</summary>
    public bool IsConcernedBy(VisibilityPoint point, Func<long, RuleBook> rulesAsOf)
    {
        var after = rulesAsOf(point.Point.Seq).Agreements;
        if (point.Cause == VisibilityCause.Rules)
        {
            var before = rulesAsOf(point.UpTo).Agreements;
            return !Terms(before).SequenceEqual(Terms(after));
        }

        var flows = after.FlowsTo(scope.Partner);
        return point.Cause == VisibilityCause.Beginning
            ? flows.Any(f => f.Windows.Any(w => Began(w.From))) || after.BansTo(scope.Partner).Any(b => Began(b.Agreement.ValidTo))
            : flows.Any(f => Visibility.HoldsOf(f.Flow).Contains(point.Hold));

        bool Began(DateTimeOffset at) =>
            at > DateTimeOffset.MinValue && at < DateTimeOffset.MaxValue && Visibility.JournalTimeOf(at) == point.Began;

        IEnumerable<object> Terms(AgreementBook book) =>
            book.FlowsTo(scope.Partner)
                .Select(f => (object)(f.Agreement.Id, f.Agreement.Version, f.Flow.Clause, f.Agreement.ValidTo))
                .Concat(book.BansTo(scope.Partner).Select(b => (object)(b.Agreement.Id, b.Agreement.Version, b.Ban.Clause, b.Agreement.ValidTo)));
    }

    private Decision? VisibleNow(ReportRow row, RuleBook rules, DateTimeOffset now)
    {
        if (row.IsSuperseded || (!scope.IncludeOwn && row.Stored.Envelope.Sender == scope.Partner))
        {
            return null;
        }

        var decision = today.Decide(row.Stored.Envelope, row.Stored.ReceivedAt, rules, now);
        return decision.Projection is { } seen && (scope.Takes(row.Stored, seen) || TookPrevious()) ? decision : null;

        // Whoever was told of a report by its filter is told when a correction takes it out of the filter.
        bool TookPrevious() => row.Previous is { } previous
            && today.Decide(previous.Envelope, previous.ReceivedAt, rules, now).Projection is { } before
            && scope.Takes(previous, before);
    }

    private bool Visible(StoredReport report, RuleBook by, DateTimeOffset at, RuleBook rules) =>
        (ReferenceEquals(by, rules) ? today : then).Decide(report.Envelope, report.ReceivedAt, by, at).Projection is not null;

    private PermittedFlow? FlowAt(StoredReport report, RuleBook by, DateTimeOffset at, RuleBook rules) =>
        (ReferenceEquals(by, rules) ? today : then).FlowAt(report.Envelope, report.ReceivedAt, by, at);

    private FeedChange ChangeOf(ReportRow row, RuleBook rulesThen, RuleBook rules) =>
        row.Previous is { } previous && Visible(previous, rulesThen, row.Stored.ReceivedAt, rules)
            ? FeedChange.Corrected
            : FeedChange.New;
}
