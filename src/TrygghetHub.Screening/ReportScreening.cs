using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening;

/// <summary>Screens every text field of a report, each by what it is for. Thread-safe.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>The summary and the sender's own code: everything.</item>
/// <item>References of the sender: identity numbers, e-mail, and phone numbers with <c>+</c> or of a Swedish
/// mobile's form. Running numbers (20260412345) pass, and so do police case numbers: the hub keeps a keyed hash.</item>
/// <item>The name of a place: everything but names and relations, which places have, too ("Annas backe").</item>
/// </list>
/// </remarks>
/// <param name="screener">Finds.</param>
public sealed class ReportScreening(Screener screener)
{
    /// <summary>What is found, field by field; the field paths begin with <c>report.</c>. Empty for a clean report.</summary>
    /// <param name="report">Not changed.</param>
    /// <param name="alsoBlocking">Kinds that block besides those that always do.</param>
    public IReadOnlyList<Finding> Screen(Report report, IReadOnlySet<FindingKind> alsoBlocking)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(alsoBlocking);
        List<Finding>? findings = null;
        Add("report.source_ref", screener.ScreenReference(report.SourceRef));
        Add("report.source_version", screener.ScreenReference(report.SourceVersion));
        Add("report.source_category", screener.Screen(report.SourceCategory));
        Add("report.place.named", report.Place is { } place ? screener.ScreenPlace(place.Named) : []);
        Add("report.summary", screener.Screen(report.Summary));
        return findings ?? (IReadOnlyList<Finding>)[];

        void Add(string field, IReadOnlyList<TextFinding> found)
        {
            foreach (var (kind, start, length) in found)
            {
                (findings ??= []).Add(new Finding
                {
                    Kind = kind,
                    Field = field,
                    Start = start,
                    Length = length,
                    Blocking = kind.AlwaysBlocks() || alsoBlocking.Contains(kind),
                });
            }
        }
    }
}
