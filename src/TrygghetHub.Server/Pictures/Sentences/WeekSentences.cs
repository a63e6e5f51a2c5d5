using TrygghetHub.Forms;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Sentences;

/// <summary>What matters this week, in at most three sentences. Pure and thread-safe.</summary>
/// <remarks>
/// <para>Made of the picture's own fields alone, which hold only what the reader may see: no sentence speaks of a figure that is
/// not shown. Signals come first, then sources that are silent, then the whole week against what is usual.</para>
/// <para>A sentence says what was counted and never why. What lies within the usual span is neither more nor less; a fall that
/// may rest on a silent source says so; there are no percentages, which mislead under twenty reports.</para>
/// </remarks>
internal static class WeekSentences
{
    /// <summary>More are not read.</summary>
    public const int Most = 3;

    // More names than these in one sentence are not read.
    private const int MostNamed = 3;

    /// <summary>The sentences, the most important first, in both languages.</summary>
    public static IReadOnlyList<Sentence> Of(SituationalPicture picture) =>
        [.. Signals(picture).Concat(SilentSources(picture)).Concat(WholeWeek(picture)).Take(Most)];

    private static IEnumerable<Sentence> Signals(SituationalPicture picture)
    {
        foreach (var signal in picture.Signals)
        {
            // A place speaks of reports of all families in its area.
            var cell = new CellRef { Area = signal.Area, Family = signal.Family, Category = signal.Category, Published = signal.Published };
            if (Shown.Of(picture, cell) is { } sum && (signal.Rule != SignalRule.Deviation || IsAbove(sum)))
            {
                yield return new Sentence
                {
                    Id = $"signal.{signal.Id}",
                    Text = SignalText(signal, sum, PictureLanguage.Swedish),
                    TextEn = SignalText(signal, sum, PictureLanguage.English),
                    Rule = SentenceRule.Signal,
                    Signal = signal.Id,
                    Cells = { cell },
                };
            }
        }
    }

    private static bool IsAbove(Sum sum) => Shown.IsJudged(sum) && sum.Judgement == Judgement.Above;

    private static string SignalText(Signal signal, Sum sum, PictureLanguage language)
    {
        var kind = signal.Category.Length > 0
            ? Wording.Kind(signal.Category, signal.CategoryName, language)
            : Wording.Kind(signal.Family, signal.FamilyName, language);
        var by = signal.Published ? language.In("händelser som polisen har publicerat", "events published by the police") : language.In("rapporter", "reports");
        var observed = Wording.Number(signal.Observed, language);
        var usual = Usual(signal.UsualMean, language);
        var place = $"{signal.Place} {language.In("i", "in")} {signal.AreaName}";
        return signal.Rule switch
        {
            SignalRule.Deviation => language.In(
                $"Fler {by} än vanligt om {kind} i {signal.AreaName}: {observed} mot {usual} i veckan{Among(signal, sum, language)}.",
                $"More {by} than usual on {kind} in {signal.AreaName}: {observed} against {usual} a week{Among(signal, sum, language)}."),
            SignalRule.NewPlace => language.In(
                $"Ny plats: {place} har {Wording.Reports(signal.Observed, language)} efter {Wording.Number(signal.UsualWeeks, language)} veckor utan någon.",
                $"A new place: {place} has {Wording.Reports(signal.Observed, language)} after {Wording.Number(signal.UsualWeeks, language)} weeks without any."),
            SignalRule.RepeatPlace => language.In(
                $"{place} återkommer: {Wording.Reports(signal.Observed, language)} på 14 dagar mot {usual}.",
                $"{place} comes back: {Wording.Reports(signal.Observed, language)} in 14 days against {usual}."),
            _ => language.In(
                $"{Wording.Number(signal.InWindow, language)} av {observed} {by} om {kind} i {signal.AreaName} gäller klockan "
                    + $"{Wording.Hours(signal.WindowStartHour)}, mer samlat än veckorna före.",
                $"{Wording.Number(signal.InWindow, language)} of {observed} {by} on {kind} in {signal.AreaName} are of "
                    + $"{Wording.Hours(signal.WindowStartHour)}, closer together than in the weeks before."),
        };
    }

    // The count of the signal is of the sources that can be compared; where the table says another one, the reason is told.
    private static string Among(Signal signal, Sum sum, PictureLanguage language) => signal.Observed == sum.ThisWeek
        ? ""
        : language.In(" från de källor som kan jämföras", " from the sources that can be compared");

    private static string Usual(double mean, PictureLanguage language) => mean switch
    {
        0 => language.In("vanligen inga", "usually none"),
        < 1 => language.In("vanligen färre än 1", "usually fewer than 1"),
        _ => language.In("vanligen omkring ", "usually about ") + Wording.Number((int)Math.Round(mean, MidpointRounding.AwayFromZero), language),
    };

    private static IEnumerable<Sentence> SilentSources(SituationalPicture picture)
    {
        var silent = picture.Coverage.Where(c => c.Status == CoverageStatus.Missing).Select(c => c.PartnerName).ToList();
        if (silent.Count == 0)
        {
            yield break;
        }

        yield return new Sentence
        {
            Id = "silent-sources",
            Text = silent.Count <= MostNamed
                ? $"Vi vet inte hur det är hos {Wording.Among(silent, PictureLanguage.Swedish)}, som inte har rapporterat."
                : $"Vi vet inte hur det är hos {silent.Count} av {picture.Coverage.Count} källor, som inte har rapporterat.",
            TextEn = silent.Count <= MostNamed
                ? $"We do not know about {Wording.Among(silent, PictureLanguage.English)}, which {(silent.Count == 1 ? "has" : "have")} not reported."
                : $"We do not know about {silent.Count} of {picture.Coverage.Count} sources, which have not reported.",
            Rule = SentenceRule.SilentSources,
        };
    }

    private static IEnumerable<Sentence> WholeWeek(SituationalPicture picture)
    {
        var all = new CellRef();
        if (Shown.Of(picture, all) is not { } sum)
        {
            yield break;
        }

        if (sum.ThisWeek == 0)
        {
            yield return Of(
                EmptyWeek.IsTrueZero(picture) ? SentenceRule.TrueZero : SentenceRule.WholeWeek,
                EmptyWeek.Text(picture, PictureLanguage.Swedish), EmptyWeek.Text(picture, PictureLanguage.English));
            yield break;
        }

        // One partner sees a part of the municipality's reports, and that is what its sum is of.
        var isPart = picture.Audience?.Kind == AudienceKind.Partner;
        var swedish = Wording.Reports(sum.ThisWeek, PictureLanguage.Swedish) + (isPart ? " av dem som ni får se" : " i hela kommunen");
        var english = Wording.Reports(sum.ThisWeek, PictureLanguage.English) + (isPart ? " of those that you may see" : " in all of the municipality");
        if (!Shown.IsJudged(sum))
        {
            var isTooEarly = !Shown.MayHide(picture);
            yield return Of(
                SentenceRule.TooEarly,
                $"{swedish}; {(isTooEarly ? "det är för tidigt" : "det går inte")} att säga vad som är vanligt.",
                $"{english}; {(isTooEarly ? "it is too early to say" : "it cannot be said")} what is usual.");
            yield break;
        }

        yield return Of(
            SentenceRule.WholeWeek,
            $"{swedish}: {Shown.Against(picture, sum, PictureLanguage.Swedish)}.",
            $"{english}: {Shown.Against(picture, sum, PictureLanguage.English)}.");
        // The steering group is given no signal of a place: that it sees none does not mean that there is none.
        if (picture.Signals.Count == 0 && sum.Judgement == Judgement.Usual && picture.Audience?.Kind != AudienceKind.Steering)
        {
            var isWhole = !Shown.MayHide(picture);
            yield return Of(
                SentenceRule.NothingStandsOut,
                $"Inget{(isWhole ? "" : " av det som visas")} avviker mer än vad slumpen kan ge.",
                $"Nothing{(isWhole ? "" : " of what is shown")} differs by more than chance can give.");
        }
    }

    // Of the whole municipality.
    private static Sentence Of(SentenceRule rule, string text, string english) => new()
    {
        Id = rule switch
        {
            SentenceRule.TrueZero => "true-zero",
            SentenceRule.TooEarly => "too-early",
            SentenceRule.NothingStandsOut => "nothing-stands-out",
            _ => "whole-week",
        },
        Text = text,
        TextEn = english,
        Rule = rule,
        Cells = { new CellRef() },
    };
}
