using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>How far the citizen promises have come.</summary>
internal static class PromisesPart
{
    public static Markup Render(Reading reading)
    {
        var (words, notation) = (reading.Words, reading.Notation);
        var report = reading.Picture.Promises;
        if (report?.State != CollectionState.Collected)
        {
            return Markup.Of($"""<p class="empty">{words.NotCollected}</p>""");
        }

        return report.Promises.Count == 0
            ? Markup.Of($"""<p class="empty">{words.Nothing}</p>""")
            : DataTable.Render(
                words.Promises,
                [words.Promise, words.Done, words.Promised],
                report.Promises.Select(p => DataTable.Row(
                    reading.Written(p.Title), Markup.Of($"{notation.Number(p.Done)}"), Markup.Of($"{notation.Number(p.Promised)}"))));
    }
}
