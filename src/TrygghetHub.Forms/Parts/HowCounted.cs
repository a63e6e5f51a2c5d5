using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>What the words mean, what was not counted, which agreements permitted it, and the checksums to check it by.</summary>
internal static class HowCounted
{
    public static Markup Render(Reading reading)
    {
        var (picture, words, notation) = (reading.Picture, reading.Words, reading.Notation);
        var basis = picture.Basis ?? new Basis();
        var agreements = basis.Agreements.Count == 0 ? Markup.None : DataTable.Render(
            words.Agreement,
            [words.Agreement, words.Version, words.Clauses],
            basis.Agreements.Select(a => DataTable.Row(
                Reading.Name(a.Agreement), Markup.Of($"{a.Version}"), Reading.Name(string.Join(", ", a.Clauses)))),
            "texts");
        var totals = picture.Totals ?? new Totals();
        (string Term, string Value)[] versions =
        [
            (words.SmallCells(reading.SmallestCount), notation.Number(totals.SmallCells)),
            (words.Context, reading.FigureText(totals.HasContext ? totals.Context : null)),
            (words.ConfirmedDoubles, reading.FigureText(totals.HasConfirmedDoubles ? totals.ConfirmedDoubles : null)),
            (words.CategoryList, $"{words.Version} {notation.Number(basis.CategoryListVersion)}"),
            (words.Ceilings, $"{words.Version} {notation.Number(basis.CeilingsVersion)}"),
            (words.AreaList, $"{words.Version} {notation.Number(basis.AreaListVersion)}"),
            (words.Inputs, notation.Number(basis.Inputs.Count)),
            (words.InputsHash, basis.InputsSha256),
            (words.ContentHash, picture.ContentSha256),
        ];
        return Markup.Of($"""
            <h3>{words.Definitions}</h3>
            <dl class="meanings">
            {words.Meanings(reading.SmallestCount).Select(m => Markup.Of($"<div><dt>{m.Term}</dt><dd>{m.Meaning}</dd></div>\n"))}</dl>
            {agreements}
            <dl class="versions">
            {versions.Select(v => Markup.Of($"<div><dt>{v.Term}</dt><dd>{v.Value}</dd></div>\n"))}</dl>
            """);
    }
}
