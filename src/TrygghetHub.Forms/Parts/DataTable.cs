namespace TrygghetHub.Forms;

/// <summary>A table with a caption and headers of both directions.</summary>
/// <remarks>
/// A table that is wider than a phone scrolls in a region of its own, which a keyboard reaches and a screen reader names;
/// the page never does.
/// </remarks>
internal static class DataTable
{
    /// <summary>A table.</summary>
    /// <param name="caption">What it shows.</param>
    /// <param name="heads">Of its columns; the first is that of the rows.</param>
    /// <param name="rows">From <see cref="Row"/>.</param>
    /// <param name="kind">Class by which the style tells tables apart.</param>
    /// <param name="isNamed">Its caption is seen; otherwise it is for those who listen, since a heading says the same.</param>
    public static Markup Render(string caption, IReadOnlyList<string> heads, IEnumerable<Markup> rows, string kind = "", bool isNamed = false) =>
        Scrolling(caption, Markup.Of($"""
            <table class="{kind}">
            <caption>{caption}</caption>
            <thead><tr>{heads.Select(h => Markup.Of($"""<th scope="col">{h}</th>"""))}</tr></thead>
            <tbody>
            {rows}</tbody>
            </table>
            """), isNamed);

    /// <summary>One row: its header and its cells.</summary>
    public static Markup Row(Markup head, params Markup[] cells) => Markup.Of(
        $"""<tr><th scope="row">{head}</th>{cells.Select(c => Markup.Of($"<td>{c}</td>"))}</tr>{"\n"}""");

    /// <summary>A region that scrolls sideways where its table needs more room than there is.</summary>
    /// <param name="label">Its name.</param>
    /// <param name="table">The table.</param>
    /// <param name="isNamed">The table's caption is seen.</param>
    public static Markup Scrolling(string label, Markup table, bool isNamed = false) => Markup.Of(
        $"""<div class="scrolling{(isNamed ? " named" : "")}" role="region" aria-label="{label}" tabindex="0">{"\n"}{table}{"\n"}</div>""");

    /// <summary>Figures that are folded on a screen and stand open on paper.</summary>
    public static Markup Folded(string summary, Markup content) => Markup.Of(
        $"""<details><summary>{summary}</summary>{"\n"}{content}{"\n"}</details>""");
}
