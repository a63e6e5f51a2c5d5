using System.Collections.Immutable;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <summary>A flow that permits an envelope while it holds, what it then shows, and how long it holds back.</summary>
internal sealed record PermittedFlow(AgreedFlow Agreed, Decision Decision, Hold Hold);

/// <summary>
/// What <see cref="Disclosure"/> says of an envelope, for a recipient, a purpose and a form, by one book of rules:
/// all but the time. Immutable.
/// </summary>
/// <param name="Flows">Those that permit it, in the order of <see cref="FlowOrder"/>.</param>
/// <param name="Bans">Prohibitions that are in its way while their agreements are in force.</param>
internal sealed record DisclosureMatch(ImmutableArray<PermittedFlow> Flows, ImmutableArray<AgreedBan> Bans)
{
    private static readonly Decision NotNow = Decision.Denied("No agreement that names it is in force.");
    private static readonly Decision Held = Decision.Denied("It is held back for now.");
    private Decision? settled;

    public static DisclosureMatch Always(Decision decision) => new([], []) { settled = decision };

    public static DisclosureMatch Never(string why) => new([], []) { settled = Decision.Denied(why) };

    /// <summary>The decision about a report that was received at one time, at another.</summary>
    public Decision At(DateTimeOffset receivedAt, DateTimeOffset at)
    {
        if (settled is not null)
        {
            return settled;
        }

        foreach (var ban in Bans)
        {
            if (ban.Agreement.IsInForce(at))
            {
                return Decision.Denied($"{ban.Agreement.Id} {ban.Ban.Clause} prohibits it.");
            }
        }

        var held = false;
        foreach (var flow in Flows)
        {
            if (flow.Agreed.Permits(at))
            {
                if (flow.Hold == Hold.None || flow.Hold.VisibleFrom(receivedAt) <= at)
                {
                    return flow.Decision;
                }

                held = true;
            }
        }

        return held ? Held : NotNow;
    }

    /// <summary>The flow by which it is seen at an instant; null where it is not seen, or by its sender.</summary>
    public PermittedFlow? FlowAt(DateTimeOffset receivedAt, DateTimeOffset at)
    {
        var decision = At(receivedAt, at);
        return decision.Projection is null ? null : Flows.FirstOrDefault(f => ReferenceEquals(f.Decision, decision));
    }

    /// <summary>
    /// The first instant at which a hold is over that alone stands in the way at one; null where none does, and where the
    /// agreement is over before the hold is.
    /// </summary>
    public DateTimeOffset? VisibleFrom(DateTimeOffset receivedAt, DateTimeOffset at) =>
        settled is null && At(receivedAt, at).Projection is null && !Bans.Any(b => b.Agreement.IsInForce(at))
            ? Flows.Where(f => f.Agreed.Permits(at))
                .Select(f => (f.Agreed, From: f.Hold.VisibleFrom(receivedAt)))
                .Where(f => f.Agreed.Permits(f.From))
                .Min(f => (DateTimeOffset?)f.From)
            : null;
}

/// <summary>The answer of <see cref="Disclosure.Decide"/>.</summary>
/// <param name="Projection">What may be seen; null when nothing may.</param>
/// <param name="Receipt">By what it was decided.</param>
internal sealed record Decision(Projection? Projection, DecisionReceipt Receipt)
{
    public static Decision Denied(string why) => new(null, new DecisionReceipt("", 0, "", [], 0, why));

    /// <summary>The values that are left out or coarsened, as field paths.</summary>
    public IReadOnlyList<string> Withheld => withheld ??= Projection is null ? [] : [.. Agreements.Withheld.From(Projection)];

    private IReadOnlyList<string>? withheld;

    /// <summary>Whether another decision shows the same by the same clause.</summary>
    public bool IsAlike(Decision other) =>
        ReferenceEquals(this, other)
        || (Projection is not null && Projection == other.Projection
            && Receipt.Agreement == other.Receipt.Agreement && Receipt.Version == other.Receipt.Version
            && Receipt.Clause == other.Receipt.Clause && Receipt.Ceilings.AsSpan().SequenceEqual(other.Receipt.Ceilings.AsSpan()));
}

/// <summary>What a decision rested on: enough to explain it to anyone, later.</summary>
/// <param name="Agreement">Id of the agreement that permitted it; empty for the owner's own and for a denial.</param>
/// <param name="Version">Its version.</param>
/// <param name="Clause">The clause of the flow.</param>
/// <param name="Ceilings">The ceilings that narrowed it.</param>
/// <param name="CeilingsVersion">Version of the list of ceilings.</param>
/// <param name="Why">Why it was denied, or that it is the owner's own.</param>
internal sealed record DecisionReceipt(
    string Agreement, int Version, string Clause, ImmutableArray<string> Ceilings, int CeilingsVersion, string Why)
{
    public static readonly DecisionReceipt Owner = new("", 0, "", [], 0, "The sender's own report.");

    /// <summary>What the recipient may do with it.</summary>
    public OnwardSharing OnwardSharing { get; init; }

    /// <summary>For how many days the recipient keeps it at most.</summary>
    public int RetentionDays { get; init; }
}

/// <summary>
/// An envelope without what plays no part in a decision, week and severity: few enough to remember what was decided.
/// </summary>
internal readonly record struct DecisionKey(
    PartnerId Sender, string Category, TrygghetHub.Reports.V1.Environment Environment, AreaChain Area, Precision Precision,
    Tlp Tlp, TextState Text)
{
    public static DecisionKey Of(ReportEnvelope report) =>
        new(report.Sender, report.Category, report.Environment, report.Area, report.Precision, report.Tlp, report.Text);
}

/// <summary>
/// Decides for one recipient, purpose and form, and remembers what it has matched. For one thread at a time.
/// </summary>
internal sealed class Decider(PartnerId recipient, Purpose purpose, SharingForm form)
{
    // Beyond, it starts anew: what is remembered of one book of rules is bounded.
    private const int MostRemembered = 50_000;

    private readonly Dictionary<DecisionKey, DisclosureMatch> remembered = [];
    private RuleBook? of;

    public PartnerId Recipient => recipient;

    public Purpose Purpose => purpose;

    /// <inheritdoc cref="Disclosure.Decide"/>
    public Decision Decide(ReportEnvelope report, DateTimeOffset receivedAt, RuleBook rules, DateTimeOffset at) =>
        Match(report, rules).At(receivedAt, at);

    /// <summary>
    /// Whether a hold alone stands in the way. What is held back is not counted either where somebody asks again and again:
    /// when a number grows tells when the report came.
    /// </summary>
    public bool IsHeld(ReportEnvelope report, DateTimeOffset receivedAt, RuleBook rules, DateTimeOffset at) =>
        Match(report, rules).VisibleFrom(receivedAt, at) is not null;

    /// <inheritdoc cref="DisclosureMatch.FlowAt"/>
    public PermittedFlow? FlowAt(ReportEnvelope report, DateTimeOffset receivedAt, RuleBook rules, DateTimeOffset at) =>
        Match(report, rules).FlowAt(receivedAt, at);

    private DisclosureMatch Match(ReportEnvelope report, RuleBook rules)
    {
        if (!ReferenceEquals(of, rules) || remembered.Count >= MostRemembered)
        {
            remembered.Clear();
            of = rules;
        }

        var key = DecisionKey.Of(report);
        if (!remembered.TryGetValue(key, out var match))
        {
            remembered.Add(key, match = Disclosure.Match(report, recipient, purpose, form, rules));
        }

        return match;
    }
}
