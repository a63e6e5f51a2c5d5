using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Compile;

/// <summary>In which weeks which partners have answered: reported anything of the municipality, or said that there is nothing.</summary>
/// <remarks>Zero reported is not "not reported". Immutable.</remarks>
internal sealed class Answers
{
    private readonly HashSet<(PartnerId Partner, int Age)> answered = [];
    private readonly Dictionary<PartnerId, DateTimeOffset> first = [];
    private readonly Dictionary<PartnerId, int> oldest;
    private readonly IReadOnlyDictionary<PartnerId, int> asked;

    /// <param name="inputs">What there is.</param>
    /// <param name="seen">What the reader may see of it.</param>
    /// <param name="agreedFrom">Whose reports the reader may see, and from which week on that is agreed.</param>
    public Answers(PictureInputs inputs, SeenReports seen, IReadOnlyDictionary<PartnerId, IsoWeek> agreedFrom)
    {
        answered.UnionWith(seen.HaveReported);
        foreach (var (partner, week) in inputs.Words.Keys)
        {
            answered.Add((partner, SeenReports.AgeOf(week, inputs.Week)));
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
    public bool HasAnswered(PartnerId partner, int age) => answered.Contains((partner, age));

    /// <summary>
    /// Whether somebody that was asked of the week so many weeks before the picture's has not answered: of the picture's own all
    /// whom its coverage names, of an earlier one those with whom it was agreed by then. A partner that joins leaves no gap in
    /// weeks in which nobody expected anything of it.
    /// </summary>
    public bool IsSomeoneMissing(int age) =>
        asked.Any(sender => (age == 0 || age <= sender.Value) && !HasAnswered(sender.Key, age));

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
