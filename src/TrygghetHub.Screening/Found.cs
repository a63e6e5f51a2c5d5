using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening;

/// <summary>What the detectors found in one text. Not thread-safe.</summary>
/// <remarks>
/// One finding for one value: of findings that overlap, those that block come before those that warn, then the longer
/// counts, then the kind that comes first in <see cref="FindingKind"/>.
/// </remarks>
internal sealed class Found
{
    private static readonly TextFinding[] Nothing = [];

    private List<TextFinding>? findings;

    /// <summary>Adds a span of the normalised text.</summary>
    public void Add(FindingKind kind, int start, int end) => (findings ??= []).Add(new TextFinding(kind, start, end - start));

    /// <summary>What remains, in the order of the text as given; the same empty list where nothing was found.</summary>
    public IReadOnlyList<TextFinding> In(ScreenedText text)
    {
        if (findings is null)
        {
            return Nothing;
        }

        var kept = Settle(Settle([], findings.Where(f => f.Kind.AlwaysBlocks())), findings.Where(f => !f.Kind.AlwaysBlocks()));
        return [.. kept.Values.Select(f =>
        {
            var (start, length) = text.Original(f.Start, f.Start + f.Length);
            return new TextFinding(f.Kind, start, length);
        })];
    }

    /// <summary>Adds those that overlap nothing kept, the longest first.</summary>
    private static SortedList<int, TextFinding> Settle(SortedList<int, TextFinding> kept, IEnumerable<TextFinding> more)
    {
        var taken = new SortedSet<(int Start, int End)>(kept.Values.Select(f => (f.Start, f.Start + f.Length)));
        var all = new List<TextFinding>(kept.Values);
        foreach (var finding in more.OrderByDescending(f => f.Length).ThenBy(f => f.Kind).ThenBy(f => f.Start))
        {
            var end = finding.Start + finding.Length;
            // What is kept never overlaps, so the last that begins before the end is the only one that can reach in.
            var before = taken.GetViewBetween((int.MinValue, 0), (end - 1, int.MaxValue));
            if (before.Count == 0 || before.Max.End <= finding.Start)
            {
                taken.Add((finding.Start, end));
                all.Add(finding);
            }
        }

        return new SortedList<int, TextFinding>(all.ToDictionary(f => f.Start));
    }
}
