using System.Collections;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening;

/// <summary>What the detectors found in one text. Not thread-safe.</summary>
/// <remarks>
/// One finding for one value: of findings that overlap, those that block come before those that warn, then the longer
/// counts, then the kind that comes first in <see cref="FindingKind"/>.
/// </remarks>
internal sealed class Found
{
    /// <summary>The empty list that every clean text has.</summary>
    public static readonly IReadOnlyList<TextFinding> Nothing = [];

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

        var kept = WithoutOverlaps(findings, text.Chars.Length);
        for (var i = 0; i < kept.Count; i++)
        {
            var (start, length) = text.Original(kept[i].Start, kept[i].Start + kept[i].Length);
            kept[i] = new TextFinding(kept[i].Kind, start, length);
        }

        return kept;
    }

    /// <summary>Of findings of one text, in whatever order, those that count, in the text's order.</summary>
    /// <param name="findings">With positions of the text.</param>
    /// <param name="length">How long the text is.</param>
    public static List<TextFinding> WithoutOverlaps(IReadOnlyCollection<TextFinding> findings, int length)
    {
        // What is taken is marked character by character: findings are short, and a long text may have very many.
        var taken = new BitArray(length);
        var kept = new List<TextFinding>(findings.Count);
        kept.AddRange(findings.OrderByDescending(f => f.Kind.AlwaysBlocks()).ThenByDescending(f => f.Length)
            .ThenBy(f => f.Kind).ThenBy(f => f.Start).Where(finding => Take(taken, finding)));
        kept.Sort((one, other) => one.Start.CompareTo(other.Start));
        return kept;
    }

    private static bool Take(BitArray taken, TextFinding finding)
    {
        var end = finding.Start + finding.Length;
        for (var i = finding.Start; i < end; i++)
        {
            if (taken[i])
            {
                return false;
            }
        }

        for (var i = finding.Start; i < end; i++)
        {
            taken[i] = true;
        }

        return true;
    }
}
