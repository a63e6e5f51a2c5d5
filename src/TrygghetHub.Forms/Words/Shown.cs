using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>What a picture shows of its sums: the one place where sentences look figures up. Pure.</summary>
public static class Shown
{
    /// <summary>The sum that a reference names; null where the picture holds none or does not show its count.</summary>
    public static Sum? Of(SituationalPicture picture, CellRef cell) =>
        cell is { Area.Length: > 0, Category.Length: > 0 } ? OfCell(picture, cell)
        : (cell.Published ? picture.PublishedSums : picture.Sums).FirstOrDefault(sum =>
            sum.HasThisWeek && sum.Area == cell.Area && sum.Family == cell.Family && sum.Category == cell.Category
                && sum.CategoryWithheld == cell.CategoryWithheld);

    // Sums by category are of the whole municipality; of one area the cell has the figure.
    private static Sum? OfCell(SituationalPicture picture, CellRef wanted) =>
        (wanted.Published ? picture.PublishedEvents : picture.Cells).FirstOrDefault(cell =>
            cell.HasThisWeek && cell.Area == wanted.Area && cell.Family == wanted.Family && cell.Category == wanted.Category) is not { } found
            ? null
            : SumOf(found);

    private static Sum SumOf(Cell cell)
    {
        var sum = new Sum
        {
            Area = cell.Area,
            AreaName = cell.AreaName,
            Family = cell.Family,
            Category = cell.Category,
            CategoryName = cell.CategoryName,
            ThisWeek = cell.ThisWeek,
            Usual = cell.Usual,
            Judgement = cell.Judgement,
        };
        if (cell.HasLastWeek)
        {
            sum.LastWeek = cell.LastWeek;
        }

        if (cell.HasComparedReports)
        {
            sum.ComparedReports = cell.ComparedReports;
        }

        return sum;
    }

    /// <summary>Something of the week may be left out of the picture: then nothing that is not there is said not to be.</summary>
    public static bool MayHide(SituationalPicture picture) =>
        picture.Audience is { SmallestCount: > 1 } || picture.Totals is { SmallCells: > 0 };

    /// <summary>No partner has reported anything, and nothing is left out: a zero that is shown to be one.</summary>
    public static bool IsZero(SituationalPicture picture)
    {
        var totals = picture.Totals ?? new Totals();
        var all = Of(picture, new CellRef())?.ThisWeek ?? (totals.HasPartnerReports ? totals.PartnerReports : (int?)null);
        return all == 0 && totals.SmallCells == 0 && picture.Cells.All(cell => cell is { HasThisWeek: true, ThisWeek: 0 });
    }

    /// <summary>Whether its count may be set against the usual span, which is shown too.</summary>
    public static bool IsJudged(Sum sum) =>
        sum.HasThisWeek && sum.Usual is not null && sum.Judgement != Judgement.Unspecified;

    /// <summary>How a judged count lies against what is usual: "fler än vanligt (4–9)".</summary>
    /// <remarks>
    /// The judgement and the span are over the partners who answered in both periods. Where the count holds others' as well, it is said
    /// how many of it are compared.
    /// </remarks>
    public static string Against(SituationalPicture picture, Sum sum, PictureLanguage language)
    {
        var silent = Silent(picture, language);
        if (sum.Judgement == Judgement.SourcesMissing)
        {
            return language.In(
                $"det går inte att säga om det är vanligt, för {silent} har inte rapporterat",
                $"it cannot be said whether that is usual, for {silent} {(silent == SomeEnglish ? "have" : "has")} not reported");
        }

        var span = Wording.Span(sum.Usual, language);
        var against = sum.Judgement switch
        {
            Judgement.Above => language.In($"fler än vanligt ({span})", $"more than usual ({span})"),
            Judgement.Below => language.In($"färre än vanligt ({span})", $"fewer than usual ({span})"),
            Judgement.BelowSourcesSilent => language.In(
                $"färre än vanligt ({span}), men {silent} har inte rapporterat; det kan förklara minskningen",
                $"fewer than usual ({span}), but {silent} {(silent == SomeEnglish ? "have" : "has")} not reported, which may explain the decrease"),
            _ => language.In($"inom det vanliga ({span})", $"within the usual span ({span})"),
        };
        return sum.HasComparedReports
            ? language.In(
                $"{Wording.Number(sum.ComparedReports, language)} av dem kan jämföras, {against}",
                $"{Wording.Number(sum.ComparedReports, language)} of them can be compared, {against}")
            : against;
    }

    private const string SomeEnglish = "some sources";

    // One silent source is named; of several a sentence would be a list.
    private static string Silent(SituationalPicture picture, PictureLanguage language) =>
        picture.Coverage.Where(c => c.Status == CoverageStatus.Missing).Select(c => c.PartnerName).ToList() is [{ Length: > 0 } name]
            ? name
            : language.In("källor", SomeEnglish);
}
