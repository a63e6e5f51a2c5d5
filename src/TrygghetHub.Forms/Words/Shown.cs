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

    /// <summary>How a judged count compares with what is normal, after a comma: "fler än vanligt (normalt 4–9)".</summary>
    /// <remarks>
    /// The judgement and the span are of the partners who reported in both periods. Where the count includes others as well, the text
    /// says how many of it are compared.
    /// </remarks>
    public static string Against(SituationalPicture picture, Sum sum, PictureLanguage language)
    {
        if (sum.Judgement == Judgement.SourcesMissing)
        {
            return language.In(
                $"men det går inte att säga om det är normalt: {SilentSources.Clause(picture, language)}",
                $"but whether that is normal cannot be said: {SilentSources.Clause(picture, language)}");
        }

        var span = Wording.Span(sum.Usual, language);
        if (sum.ThisWeek == 0 && sum.Judgement == Judgement.Usual && !sum.HasComparedReports)
        {
            return language.In($"vilket är normalt ({span})", $"which is normal ({span})");
        }

        var against = sum.Judgement switch
        {
            Judgement.Above => language.In($"fler än vanligt (normalt {span})", $"more than usual (normally {span})"),
            Judgement.Below => language.In($"färre än vanligt (normalt {span})", $"fewer than usual (normally {span})"),
            Judgement.BelowSourcesSilent => language.In(
                $"färre än vanligt (normalt {span}), men {SilentSources.Clause(picture, language)}; det kan förklara minskningen",
                $"fewer than usual (normally {span}), but {SilentSources.Clause(picture, language)}; that may explain the decrease"),
            _ => language.In($"som vanligt (normalt {span})", $"as usual (normally {span})"),
        };
        var compared = Wording.Number(sum.ComparedReports, language);
        return sum.HasComparedReports
            ? language.In($"varav {compared} kan jämföras: {against}", $"{compared} of which can be compared: {against}")
            : against;
    }
}
