using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>Who has answered for what: a number, none, or don't know.</summary>
/// <remarks>A family that the source does not share with the reader is a fourth answer, and is not hatched like the third.</remarks>
internal static class CoverageTable
{
    public static Markup Render(Reading reading)
    {
        var (picture, words) = (reading.Picture, reading.Words);
        if (picture.Coverage.Count == 0)
        {
            return Markup.Of($"""<p class="empty">{ChartSentences.Coverage(picture, reading.Language)}</p>""");
        }

        string[] families =
        [
            .. picture.Coverage.SelectMany(c => c.Families).Select(f => f.Family).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        var table = Markup.Of($"""
            <table class="coverage">
            <caption>{words.Coverage}</caption>
            <thead><tr><th scope="col">{words.Partner}</th>{families.Select(f => Markup.Of($"""<th scope="col">{ShortFamily(reading, f)}</th>"""))}</tr></thead>
            <tbody>
            {picture.Coverage.Select(c => Partner(reading, c, families))}</tbody>
            </table>
            """);
        return Markup.Of($"""
            <p class="finding">{ChartSentences.Coverage(picture, reading.Language)}</p>
            {DataTable.Scrolling(words.Coverage, table)}
            <ul class="legend">
            <li>{words.None}: {words.NoneMeans}</li>
            <li>{words.Unknown}: {words.UnknownMeans}</li>
            <li>– {words.NotShared}</li>
            {(picture.Coverage.SelectMany(c => c.Families).Any(f => f is { Answer: FamilyAnswer.Reported, HasReports: false }) ? reading.HiddenLegend : Markup.None)}
            </ul>
            """);
    }

    private static string ShortFamily(Reading reading, string family) =>
        Reading.Shortened(reading.Words.ShortFamily(family), 30);

    private static Markup Partner(Reading reading, Coverage coverage, string[] families)
    {
        var words = reading.Words;
        var notes = (coverage.Late ? $", {words.Late}" : "") + (coverage.Compared ? "" : $", {words.NotCompared}");
        var answers = families.Select(f => Answer(reading, coverage.Families.FirstOrDefault(a => a.Family == f)));
        return Markup.Of($"""
            <tr class="{(coverage.Status == CoverageStatus.Missing ? "silent" : "")}"><th scope="row">{Reading.ShortName(reading.PartnerName(coverage.Partner))}<span class="answer"><span aria-hidden="true">{PageWords.AnswerMark(coverage.Status)}</span> {words.Answers(coverage.Status)}{notes}</span></th>{answers}</tr>

            """);
    }

    private static Markup Answer(Reading reading, FamilyCoverage? family) => family?.Answer switch
    {
        FamilyAnswer.Reported => Markup.Of($"<td><b>{reading.Figure(family.HasReports ? family.Reports : null)}</b></td>"),
        FamilyAnswer.None => Markup.Of($"<td>{reading.Words.None}</td>"),
        null or FamilyAnswer.Unspecified =>
            Markup.Of($"""<td class="none"><span aria-hidden="true">–</span><span class="spoken">{reading.Words.NotShared}</span></td>"""),
        _ => Markup.Of($"""<td class="unknown"><span>{reading.Words.Unknown}</span></td>"""),
    };
}
