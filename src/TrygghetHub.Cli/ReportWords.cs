using TrygghetHub.Forms;
using System.Globalization;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Cli;

/// <summary>A report as somebody may see it, in few words, on Swedish clocks.</summary>
internal static class ReportWords
{
    /// <summary>When it happened, as finely as it is shown; at most 22 characters but in a night when the clocks are moved.</summary>
    public static string When(Report report)
    {
        if (report.Occurred?.From is not { } begin)
        {
            return report.Week is { } week ? Week.Of(week).ToString() : "–";
        }

        var from = Week.Local(begin.ToDateTimeOffset());
        // The end of a period is the first instant that is not in it.
        var to = Week.Local((report.Occurred.To ?? begin).ToDateTimeOffset());
        var last = to > from ? to.AddTicks(-1) : to;
        return report.Occurred.Certainty switch
        {
            TimeCertainty.Exact => SwedishClock.Minute(from),
            TimeCertainty.Hour => SwedishClock.Hour(from),
            TimeCertainty.PartOfDay when last.Date == from.Date =>
                SwedishClock.Hours(from, to),
            TimeCertainty.Night => "night " + In(from, "yyyy-MM-dd"),
            TimeCertainty.Day or TimeCertainty.PartOfDay when last.Date == from.Date => In(from, "yyyy-MM-dd"),
            TimeCertainty.Day or TimeCertainty.PartOfDay => $"{In(from, "yyyy-MM-dd")} to {In(last, "MM-dd")}",
            _ => (report.Week is { } within ? Week.Of(within) : Week.Of(from)).ToString(),
        };
    }

    /// <summary>What it is, as people call it in Swedish.</summary>
    public static string What(Report report) => TextCell.Printable(CategoryNames.Of(report.Category, report.Family));

    /// <summary>How grave; a dash where that is not shown.</summary>
    public static string HowGrave(Report report) =>
        report.Severity == Severity.Unspecified ? "–" : Words.Of(report.Severity);

    /// <summary>By what something is shown: <c>ok-03 v2 §3</c>.</summary>
    public static string By(Grounds? grounds) => grounds is null || grounds.Agreement.Length == 0
        ? "own report"
        : TextCell.Printable($"{grounds.Agreement} v{grounds.Version.ToString(CultureInfo.InvariantCulture)} {grounds.Clause}");

    private static string In(DateTimeOffset time, string form) => time.ToString(form, CultureInfo.InvariantCulture);
}
