using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>The weekly picture as a page that stands by itself: on paper, on a phone, without a network.</summary>
/// <remarks>
/// <para>
/// One file of HTML with its style and its charts in it; no script, no font and no address from outside, which its own
/// content security policy forbids too. The order is that of the meeting. Pure: the same picture gives the same bytes.
/// </para>
/// <para>
/// Nothing is told by colour alone: every judgement has a mark and words, every chart a sentence and a table (WCAG 2.2 AA).
/// </para>
/// </remarks>
public static class PicturePage
{
    /// <summary>The page.</summary>
    /// <param name="picture">As its reader may see it, with its review.</param>
    /// <param name="language">Of the page's own words; what people have written stands as they wrote it.</param>
    /// <param name="isSealed">The hub's seal will stand in the file: the page says so, and how to check it.</param>
    public static string Render(SituationalPicture picture, PictureLanguage language, bool isSealed = false)
    {
        var reading = new Reading(picture, language);
        var words = reading.Words;

        // What the steering group is given: what matters, trend and measures.
        PagePart[] parts = reading.IsForSteering
            ?
            [
                new("matters", words.Matters, MattersPart.Render(reading)),
                new("measures", words.Measures, MeasuresPart.Render(reading)),
                new("areas", words.Areas, AreaMultiples.Render(reading)),
                new("counted", words.Counted, HowCounted.Render(reading)),
            ]
            :
            [
                new("matters", words.Matters, MattersPart.Render(reading)),
                new("measures", words.Measures, MeasuresPart.Render(reading)),
                new("areas", words.Areas, AreaMultiples.Render(reading)),
                new("table", words.Table, CountTable.Reported(reading)),
                new("when", words.When, TimeHeatMap.Render(reading)),
                new("where", words.Where, MunicipalityMap.Render(reading)),
                new("published", words.Published, CountTable.Published(reading)),
                new("perceived", words.Perceived, PerceivedPart.Render(reading)),
                new("next", words.Next, NextWeekPart.Render(reading)),
                new("promises", words.Promises, PromisesPart.Render(reading)),
                new("coverage", words.Coverage, CoverageTable.Render(reading)),
                new("corrections", words.Corrections, CorrectionsPart.Render(reading)),
                new("counted", words.Counted, HowCounted.Render(reading)),
            ];

        return Sheet.Render(reading, words.Title, "page", Markup.Of($"""
            {PictureHeader.Render(reading)}
            <main id="content" tabindex="-1">
            {parts[0].Render(1)}
            {PictureHeader.Facts(reading)}
            <nav class="contents" aria-label="{words.Contents}"><ol>
            {parts.Select(p => Markup.Of($"""<li><a href="#{p.Id}">{p.Heading}</a></li>"""))}
            </ol></nav>
            {parts.Skip(1).Select((p, i) => p.Render(i + 2))}
            </main>
            <footer><p>{words.Footer}</p>{Sheet.Sealed(reading, isSealed)}</footer>
            """));
    }
}
