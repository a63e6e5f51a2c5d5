
namespace TrygghetHub.Forms;

/// <summary>Which earlier weeks have changed since they were frozen.</summary>
internal static class CorrectionsPart
{
    public static Markup Render(Reading reading)
    {
        var (words, notation) = (reading.Words, reading.Notation);
        var finding = ChartSentences.Corrections(reading.Picture, reading.Language);
        if (reading.Picture.Corrections.Count == 0)
        {
            return Markup.Of($"""<p class="empty">{finding}</p>""");
        }

        var table = DataTable.Render(
            words.Corrections,
            [words.Week, words.Added, words.Corrected, words.Withdrawn, words.LateAnswersHead],
            reading.Picture.Corrections.Select(c => DataTable.Row(
                Markup.Of($"{notation.Week(c.Week)} {c.Week.Year}"),
                Markup.Of($"{notation.Number(c.Changes?.Added ?? 0)}"),
                Markup.Of($"{notation.Number(c.Changes?.Corrected ?? 0)}"),
                Markup.Of($"{notation.Number(c.Changes?.Withdrawn ?? 0)}"),
                Markup.Of($"{notation.Number(c.Changes?.Answered ?? 0)}"))));
        return Markup.Of($"""
            <p class="finding">{finding}</p>
            {table}
            """);
    }
}
