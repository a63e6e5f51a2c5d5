using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>In which weeks which partners have answered: reported anything of the municipality, or said that there is nothing.</summary>
/// <remarks>
/// Zero reported is not "not reported". The public feed answers for itself: an event that the police have published is no word on what
/// they report, and a week in which the feed has spoken of other municipalities is a zero of this one. Immutable.
/// </remarks>
internal sealed class Answers
{
    private readonly HashSet<(PartnerId Partner, bool Published, int Age)> answered = [];
    private readonly Dictionary<PartnerId, DateTimeOffset> first = [];
    private readonly Dictionary<PartnerId, int> oldest;
    private readonly IReadOnlyDictionary<PartnerId, int> asked;
    private readonly HashSet<PartnerId> haveFeed;

    /// <param name="inputs">What there is.</param>
    /// <param name="seen">What the reader may see of it.</param>
    /// <param name="agreedFrom">Whose reports the reader may see, and from which week on that is agreed.</param>
    public Answers(PictureInputs inputs, SeenReports seen, IReadOnlyDictionary<PartnerId, IsoWeek> agreedFrom)
    {
        answered.UnionWith(seen.HaveReported);
        foreach (var (partner, week) in inputs.Words.Keys)
        {
            answered.Add((partner, false, SeenReports.AgeOf(week, inputs.Week)));
        }

        // The feed speaks of every week from its first event on, as far as it has been heard of any municipality.
        foreach (var feed in answered.Where(a => a.Published).ToLookup(a => a.Partner, a => a.Age))
        {
            var last = feed.Min();
            answered.UnionWith(Enumerable.Range(0, feed.Max())
                .Where(age => age > last || inputs.FeedWeeks.Contains((feed.Key, inputs.Week.Plus(-age))))
                .Select(age => (feed.Key, true, age)));
        }

        foreach (var report in seen.Single.Where(s => s.Age == 0).Select(s => s.Report))
        {
            // What was corrected had come before.
            Earliest(report.Envelope.Sender, report.Revision > 1 ? DateTimeOffset.MinValue : report.ReceivedAt);
        }

        foreach (var ((partner, week), word) in inputs.Words)
        {
            if (week == inputs.Week)
            {
                Earliest(partner, word.At);
            }
        }

        haveFeed = [.. answered.Where(a => a.Published).Select(a => a.Partner)];
        oldest = answered.GroupBy(a => a.Partner).ToDictionary(g => g.Key, g => g.Max(a => a.Age));
        // Whoever sends in what was before it joined is asked from then on: what it left out in between is not known either.
        asked = agreedFrom.ToDictionary(
            sender => sender.Key, sender => Math.Max(SeenReports.AgeOf(sender.Value, inputs.Week), WeeksKnown(sender.Key)));
        OldestAge = oldest.Values.DefaultIfEmpty().Max();
    }

    /// <summary>The age of the oldest week that anybody has answered in; before it nothing is known.</summary>
    public int OldestAge { get; }

    /// <summary>How many weeks before the picture's a partner's first answer lies; 0 where it has given none before.</summary>
    public int WeeksKnown(PartnerId partner) => oldest.GetValueOrDefault(partner);

    /// <summary>Whether a partner has answered in the week so many weeks before the picture's.</summary>
    /// <param name="partner">Which.</param>
    /// <param name="published">By published events, by its own reports, or by either.</param>
    /// <param name="age">So many weeks before the picture's.</param>
    public bool HasAnswered(PartnerId partner, bool? published, int age) =>
        (published != true && answered.Contains((partner, false, age))) || (published != false && answered.Contains((partner, true, age)));

    /// <summary>
    /// Whether somebody that was asked of the week so many weeks before the picture's has not answered: of the picture's own all
    /// whom its coverage names, of an earlier one those with whom it was agreed by then. A partner that joins leaves no gap in
    /// weeks in which nobody expected anything of it.
    /// </summary>
    public bool IsSomeoneMissing(int age) =>
        asked.Any(sender => (age == 0 || age <= sender.Value) && !HasAnswered(sender.Key, ReportsItself(sender.Key) ? false : null, age));

    /// <summary>Whether a partner reports by itself: one that has published events alone is heard by them.</summary>
    public bool ReportsItself(PartnerId partner) => !haveFeed.Contains(partner) || answered.Any(a => a.Partner == partner && !a.Published);

    /// <summary>The partners that were asked of the picture's week and have not answered.</summary>
    public IEnumerable<PartnerId> Silent =>
        asked.Keys.Where(partner => !HasAnswered(partner, ReportsItself(partner) ? false : null, 0)).Order();

    /// <summary>When a partner first said or sent anything of the picture's week; null where it has not.</summary>
    public DateTimeOffset? FirstAnswer(PartnerId partner) =>
        first.TryGetValue(partner, out var at) ? at : null;

    private void Earliest(PartnerId partner, DateTimeOffset at)
    {
        if (!first.TryGetValue(partner, out var known) || at < known)
        {
            first[partner] = at;
        }
    }
}
