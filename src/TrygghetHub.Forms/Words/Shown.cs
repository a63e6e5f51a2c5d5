using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>What a picture shows of its sums: the one place where sentences look figures up. Pure.</summary>
public static class Shown
{
    /// <summary>The sum that a reference names; null where the picture holds none or does not show its count.</summary>
    public static Sum? Of(SituationalPicture picture, CellRef cell) =>
        (cell.Published ? picture.PublishedSums : picture.Sums).FirstOrDefault(sum =>
            sum.HasThisWeek && sum.Area == cell.Area && sum.Family == cell.Family && sum.Category == cell.Category
                && sum.CategoryWithheld == cell.CategoryWithheld);

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
    /// The judgement is over the partners who answered in both periods, the count over all of them. Where the two would seem
    /// to contradict each other, the span is left out and the reason told.
    /// </remarks>
    public static string Against(Sum sum, PictureLanguage language)
    {
        var (claim, agrees) = sum.Judgement switch
        {
            Judgement.Above => (language.In("fler än vanligt", "more than usual"), sum.ThisWeek > sum.Usual.High),
            Judgement.Below => (language.In("färre än vanligt", "fewer than usual"), sum.ThisWeek < sum.Usual.Low),
            Judgement.BelowSourcesSilent => (
                language.In(
                    "färre än vanligt, men en källa som brukar rapportera är tyst och fallet kan vara skenbart",
                    "fewer than usual, but a source that usually reports is silent and the fall may be only apparent"),
                sum.ThisWeek < sum.Usual.Low),
            _ => (
                language.In("inom det vanliga", "within the usual span"),
                sum.Usual.Low <= sum.ThisWeek && sum.ThisWeek <= sum.Usual.High),
        };
        return agrees
            ? $"{claim} ({Wording.Span(sum.Usual, language)})"
            : $"{claim} {language.In("för de källor som kan jämföras", "for the sources that can be compared")}";
    }
}
