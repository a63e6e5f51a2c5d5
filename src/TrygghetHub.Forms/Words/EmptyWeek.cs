using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>What is said of a week of which no partner's report is counted; sentences and pages say it in the same words. Pure.</summary>
/// <remarks>
/// Zero is not silence: no reports are no events only where every source has said that it has reported all, and no zero at all
/// where something is not shown.
/// </remarks>
public static class EmptyWeek
{
    /// <summary>Every source has answered for the week, and the zero is one.</summary>
    public static bool IsTrueZero(SituationalPicture picture) =>
        Shown.IsZero(picture) && picture.Coverage.Count > 0 && Unconfirmed(picture) == 0;

    /// <summary>Why there is nothing to tell.</summary>
    public static string Text(SituationalPicture picture, PictureLanguage language)
    {
        var (count, open) = (picture.Coverage.Count, Unconfirmed(picture));
        if (!Shown.IsZero(picture))
        {
            return language.In(
                "Hur många rapporter som har kommit in kan inte visas.", "The number of reports received cannot be shown.");
        }

        if (count == 0)
        {
            return ChartSentences.Coverage(picture, language);
        }

        if (open > 0)
        {
            var none = language.In("Inga rapporter har kommit in", "No reports have been received");
            var unconfirmed = picture.Coverage.Where(IsUnconfirmed).Select(c => c.PartnerName).ToList();
            return SilentSources.Named(unconfirmed, language) is { } names
                ? language.In(
                    $"{none}, men {names} har inte bekräftat veckan.",
                    $"{none}, but {names} {(open == 1 ? "has" : "have")} not confirmed the week.")
                : open == count
                    ? language.In(
                        $"{none}. Ingen av de {count} källorna har bekräftat veckan.",
                        $"{none}. None of the {count} sources has confirmed the week.")
                    : language.In(
                        $"{none}, men {open} av de {count} källorna har inte bekräftat veckan.",
                        $"{none}, but {open} of the {count} sources {(open == 1 ? "has" : "have")} not confirmed the week.");
        }

        var isNothingPublished = picture.Totals is not { PublishedEvents: > 0 }
            && picture.PublishedEvents.All(cell => cell is { HasThisWeek: true, ThisWeek: 0 })
            && picture.PublishedSums.All(sum => sum is { HasThisWeek: true, ThisWeek: 0 });
        var (some, all) = (NumberWords.Capital(count, language), NumberWords.Of(count, language));
        var against = Shown.Of(picture, new CellRef()) is { Judgement: Judgement.Usual or Judgement.Below } sum && Shown.IsJudged(sum)
            ? $", {Shown.Against(picture, sum, language)}"
            : "";
        return language.In(
            $"{(isNothingPublished ? "Inga rapporter" : "Inga rapporter från parterna")}{against}. "
                + (count == 1 ? "Den enda källan har svarat." : $"{some} av {all} källor har svarat."),
            $"{(isNothingPublished ? "No reports" : "No reports from the partners")}{against}. "
                + (count == 1 ? "The only source has answered." : $"{some} of {all} sources have answered."));
    }

    private static int Unconfirmed(SituationalPicture picture) => picture.Coverage.Count(IsUnconfirmed);

    private static bool IsUnconfirmed(Coverage coverage) =>
        coverage.Status is not (CoverageStatus.Complete or CoverageStatus.NothingToReport);
}
