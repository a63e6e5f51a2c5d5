using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>What came of the last meeting's measures: before any new figure.</summary>
internal static class MeasuresPart
{
    public static Markup Render(Reading reading)
    {
        var (words, notation) = (reading.Words, reading.Notation);
        var report = reading.Picture.Measures;
        if (report?.State != CollectionState.Collected)
        {
            return Markup.Of($"""<p class="empty">{words.NotCollected}</p>""");
        }

        return report.Measures.Count == 0
            ? Markup.Of($"""<p class="empty">{words.Nothing}</p>""")
            : DataTable.Render(
                words.Measures,
                [words.Measure, words.Owner, words.Area, words.Due, words.Standing, words.Outcome],
                report.Measures.Select(m => DataTable.Row(
                    reading.Written(m.Title),
                    Reading.Name(reading.PartnerName(m.Owner)),
                    Reading.ShortName(reading.AreaName(m.Area)),
                    Markup.Of($"{(m.DueTime is { } due ? notation.Date(due) : "")}"),
                    Markup.Of($"{words.Stands(m.Standing)}"),
                    Markup.Of($"{reading.Written(m.Outcome)}{Effect(reading, m)}"))),
                "texts");
    }

    // What was counted before and after; never that the measure did it.
    private static Markup Effect(Reading reading, MeasureLine measure) => measure is { HasReportsBefore: true, HasReportsAfter: true }
        ? Markup.Of($""" <span class="effect">{reading.Words.BeforeAndAfter(measure.ReportsBefore, measure.ReportsAfter, measure.ComparedWeeks)}</span>""")
        : Markup.None;
}
