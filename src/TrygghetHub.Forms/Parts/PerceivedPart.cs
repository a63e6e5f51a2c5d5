using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>How safe people feel, apart from what has happened.</summary>
internal static class PerceivedPart
{
    public static Markup Render(Reading reading)
    {
        var words = reading.Words;
        var report = reading.Picture.PerceivedSafety;
        if (report?.State != CollectionState.Collected)
        {
            return Markup.Of($"""<p class="empty">{words.NotCollected}</p>""");
        }

        return report.Lines.Count == 0
            ? Markup.Of($"""<p class="empty">{words.Nothing}</p>""")
            : Markup.Of($"""
                <ul class="lines">
                {report.Lines.Select(l => Markup.Of($"<li><b>{Reading.ShortName(reading.AreaName(l.Area))}</b>, {reading.Written(l.Source)}: {reading.Written(l.Text)}</li>\n"))}</ul>
                """);
    }
}
