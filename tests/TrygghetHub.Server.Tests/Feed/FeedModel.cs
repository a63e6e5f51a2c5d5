using System.Collections.Immutable;
using TrygghetHub.Reports.V1;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Server.Tests.Feed;

/// <summary>
/// Who may see what, written from the words of the design and not from the hub's code. One state for each thing that
/// happened; a question is always about one of them.
/// </summary>
internal sealed class FeedModel
{
    private static readonly TimeZoneInfo Sweden = TimeZoneInfo.FindSystemTimeZoneById("Europe/Stockholm");
    private readonly List<(DateTimeOffset Now, ImmutableDictionary<string, Terms> Agreements)> states = [];

    public List<Revision> Revisions { get; } = [];

    /// <summary>Every version by agreement and number: what the grounds of an entry name.</summary>
    public Dictionary<(string Agreement, int Version), Terms> Versions { get; } = [];

    /// <summary>The last state.</summary>
    public int Last => states.Count - 1;

    public ImmutableDictionary<string, Terms> Agreements => states[^1].Agreements;

    public void Happened(DateTimeOffset now, ImmutableDictionary<string, Terms>? agreements = null) =>
        states.Add((now, agreements ?? Agreements));

    public bool IsVisible(Revision report, string subscriber, int state) =>
        Permitting(report, subscriber, state).Any(t => HeldUntil(report, t) <= states[state].Now);

    /// <summary>Visible, or only held back for now.</summary>
    public bool IsVisibleSoon(Revision report, string subscriber, int state) => Permitting(report, subscriber, state).Any();

    public bool WasEverVisible(Revision report, string subscriber, int from, int to) =>
        Enumerable.Range(from, Math.Max(0, to - from + 1)).Any(s => s >= report.State && IsVisible(report, subscriber, s));

    public bool IsVisibleThroughout(Revision report, string subscriber) =>
        Enumerable.Range(report.State, Last - report.State + 1).All(s => IsVisible(report, subscriber, s));

    public bool WasInvisibleAfterVisible(Revision report, string subscriber)
    {
        var seen = false;
        for (var state = report.State; state <= Last; state++)
        {
            var visible = IsVisible(report, subscriber, state);
            if (seen && !visible)
            {
                return true;
            }

            seen |= visible;
        }

        return false;
    }

    /// <summary>The revision that stands, or its withdrawal.</summary>
    public Revision Standing(string name) => Revisions.Where(r => r.Name == name).MaxBy(r => r.Number)!;

    /// <summary>The coarsest rule that holds whatever is agreed.</summary>
    public static bool IsUnderTheHomeCeiling(Revision report) => report.Environment == Environment.Dwelling;

    public static bool IsPoliceToPrivate(Revision report, string subscriber) => report.Sender == "polisen" && subscriber == "hyra";

    private IEnumerable<Terms> Permitting(Revision report, string subscriber, int state) =>
        report.IsWithdrawn || report.Tlp == Tlp.Red ? []
        : states[state].Agreements.Values.Where(t =>
            !t.IsSuspended && t.From == report.Sender && t.To == subscriber && t.Categories.Contains(report.Category)
            && report.Tlp <= t.StrictestTlp)
        .Select(t => t with
        {
            ByDay = t.ByDay || IsUnderTheHomeCeiling(report) || IsPoliceToPrivate(report, subscriber),
        });

    private static DateTimeOffset HeldUntil(Revision report, Terms terms)
    {
        var delayed = report.At + terms.Delay;
        if (!terms.ByDay)
        {
            return delayed;
        }

        var tomorrow = TimeZoneInfo.ConvertTime(report.At, Sweden).Date.AddDays(1);
        var over = new DateTimeOffset(tomorrow, Sweden.GetUtcOffset(tomorrow));
        return over > delayed ? over : delayed;
    }

    /// <summary>What is agreed between one sender and one subscriber.</summary>
    internal sealed record Terms(
        string Id, string From, string To, ImmutableArray<string> Categories, Precision Finest, TimeSpan Delay, bool ByDay,
        bool ShowsCategory, Tlp StrictestTlp, int Version, bool IsSuspended);

    /// <summary>
    /// A revision that the hub took; its withdrawal is one. Its order counts what the hub took, its state is the one that
    /// it made.
    /// </summary>
    internal sealed record Revision(
        string Name, string SourceRef, string Sender, int Number, int Order, int State, DateTimeOffset At, string Category,
        Environment Environment, Tlp Tlp, bool IsWithdrawn);
}
