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
            return language.In("Hur många rapporter som har kommit kan inte visas.", "How many reports have come cannot be shown.");
        }

        if (count == 0)
        {
            return ChartSentences.Coverage(picture, language);
        }

        if (open == count)
        {
            return language.In(
                "Inga rapporter har kommit, och ingen källa har bekräftat veckan.",
                "No reports have come, and no source has confirmed the week.");
        }

        if (open > 0)
        {
            return language.In(
                $"Inga rapporter har kommit, men {open} av {count} källor har ännu inte bekräftat veckan.",
                $"No reports have come, but {open} of {count} sources {(open == 1 ? "has" : "have")} not confirmed the week yet.");
        }

        var isNothingPublished = picture.Totals is not { PublishedEvents: > 0 }
            && picture.PublishedEvents.All(cell => cell is { HasThisWeek: true, ThisWeek: 0 })
            && picture.PublishedSums.All(sum => sum is { HasThisWeek: true, ThisWeek: 0 });
        var (some, all) = (NumberWords.Capital(count, language), NumberWords.Of(count, language));
        return language.In(
            $"{(isNothingPublished ? "Inga händelser." : "Inga rapporter från parterna.")} "
                + $"{some} av {all} {(count == 1 ? "källa" : "källor")} har rapporterat.",
            $"{(isNothingPublished ? "No events." : "No reports from the parties.")} "
                + $"{some} of {all} {(count == 1 ? "source has" : "sources have")} reported.");
    }

    private static int Unconfirmed(SituationalPicture picture) =>
        picture.Coverage.Count(c => c.Status is not (CoverageStatus.Complete or CoverageStatus.NothingToReport));
}
