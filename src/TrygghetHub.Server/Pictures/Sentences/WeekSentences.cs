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

    // More families than these in one sentence are not read.
    private const int MostNamed = 3;

    /// <summary>The sentences, the most important first, in both languages.</summary>
    public static IReadOnlyList<Sentence> Of(SituationalPicture picture) =>
        [.. Signals(picture).Concat(SilentSentences(picture)).Concat(WholeWeek(picture)).Take(Most)];

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
                    Text = SignalText(picture, signal, sum, PictureLanguage.Swedish),
                    TextEn = SignalText(picture, signal, sum, PictureLanguage.English),
                    Rule = SentenceRule.Signal,
                    Signal = signal.Id,
                    Cells = { cell },
                };
            }
        }
    }

    private static bool IsAbove(Sum sum) => Shown.IsJudged(sum) && sum.Judgement == Judgement.Above;

    private static string SignalText(SituationalPicture picture, Signal signal, Sum sum, PictureLanguage language)
    {
        var kind = signal.Category.Length > 0
            ? Wording.Kind(signal.Category, signal.CategoryName, language)
            : Wording.Kind(signal.Family, signal.FamilyName, language);
        var (observed, inWindow) = (Wording.Number(signal.Observed, language), Wording.Number(signal.InWindow, language));
        var place = Wording.PlaceIn(signal.Place, signal.AreaName, language);
        return signal.Rule switch
        {
            SignalRule.Deviation => (signal.Published
                    ? language.In(
                        $"Polisen har publicerat ovanligt många händelser i {signal.AreaName} som gäller {kind}: ",
                        $"The police have published unusually many events of {kind} in {signal.AreaName}: ")
                    : language.In(
                        $"Ovanligt många rapporter om {kind} i {signal.AreaName}: ", $"Unusually many reports of {kind} in {signal.AreaName}: "))
                + $"{observed}{Among(signal, sum, language)}, {Usual(signal.UsualMean, language, language.In(" i veckan", " a week"))}.",
            SignalRule.NewPlace => language.In(
                $"Ny plats: {place} har {Wording.Reports(signal.Observed, language)}, efter {Wording.Weeks(signal.UsualWeeks, language)} utan någon.",
                $"New place: {place} has {Wording.Reports(signal.Observed, language)}, after {Wording.Weeks(signal.UsualWeeks, language)} without any."),
            SignalRule.RepeatPlace => language.In(
                $"{place}: {Wording.Reports(signal.Observed, language)} på 14 dagar, {Usual(signal.UsualMean, language, "")}.",
                $"{place}: {Wording.Reports(signal.Observed, language)} in 14 days, {Usual(signal.UsualMean, language, "")}.")
                + About(picture, signal, language),
            _ => (signal.Published
                    ? language.In($"Polisens publicerade händelser i {signal.AreaName} som gäller {kind}: ", $"Events of {kind} in {signal.AreaName} published by the police: ")
                    : language.In($"Rapporter om {kind} i {signal.AreaName}: ", $"Reports of {kind} in {signal.AreaName}: "))
                + language.In(
                    $"{inWindow} av {observed} {Wording.Between(signal.WindowStartHour, language)}, en större andel än veckorna före.",
                    $"{inWindow} of {observed} {Wording.Between(signal.WindowStartHour, language)}, a larger share than in the weeks before."),
        };
    }

    // The count of the signal is of the sources that can be compared; where the table says another one, the reason is told.
    private static string Among(Signal signal, Sum sum, PictureLanguage language) => signal.Observed == sum.ThisWeek
        ? ""
        : language.In(" från de källor som kan jämföras", " from the sources that can be compared");

    // What the place's reports are about, as far as the picture's list of places says so; it has no counts by family.
    private static string About(SituationalPicture picture, Signal signal, PictureLanguage language)
    {
        var families = picture.Places.FirstOrDefault(p => p.Area == signal.Area && p.PlaceName == signal.Place && p.Reports == signal.Observed)
            ?.Families.Take(MostNamed).ToList() ?? [];
        var kinds = families.Select(f => Wording.Kind(f, CategoryNames.OfFamily(f), language)).ToList();
        return kinds.Count == 0 ? ""
            : language.In(" Rapporterna gäller bland annat ", " The reports include ") + string.Join(", ", kinds.SkipLast(1))
                + (kinds.Count > 1 ? language.In(" samt ", " as well as ") : "") + kinds[^1] + ".";
    }

    // "Fewer than one" is written in a word: no figure of the picture is 1 for it.
    private static string Usual(double mean, PictureLanguage language, string period) => mean switch
    {
        0 => language.In("normalt ingen", "normally none"),
        < 1 => language.In("normalt mindre än en", "normally fewer than one") + period,
        _ => language.In("normalt omkring ", "normally about ") + Wording.Number((int)Math.Round(mean, MidpointRounding.AwayFromZero), language) + period,
    };

    private static IEnumerable<Sentence> SilentSentences(SituationalPicture picture)
    {
        var text = SilentSources.Text(picture, PictureLanguage.Swedish);
        if (text.Length > 0)
        {
            yield return new Sentence
            {
                Id = "silent-sources",
                Text = text,
                TextEn = SilentSources.Text(picture, PictureLanguage.English),
                Rule = SentenceRule.SilentSources,
            };
        }
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
        var swedish = Wording.Reports(sum.ThisWeek, PictureLanguage.Swedish) + (isPart ? " som ni får se" : " i kommunen");
        var english = Wording.Reports(sum.ThisWeek, PictureLanguage.English) + (isPart ? " that you may see" : " in the municipality");
        if (!Shown.IsJudged(sum))
        {
            var isTooEarly = !Shown.MayHide(picture);
            yield return Of(
                SentenceRule.TooEarly,
                $"{swedish}. {(isTooEarly ? "Det är för tidigt" : "Det går inte")} att säga vad som är normalt.",
                $"{english}. {(isTooEarly ? "It is too early to say what is normal" : "What is normal cannot be said")}.");
            yield break;
        }

        yield return Of(
            SentenceRule.WholeWeek,
            $"{swedish}, {Shown.Against(picture, sum, PictureLanguage.Swedish)}.",
            $"{english}, {Shown.Against(picture, sum, PictureLanguage.English)}.");
        // The steering group is given no signal of a place: that it sees none does not mean that there is none.
        if (picture.Signals.Count == 0 && sum.Judgement == Judgement.Usual && picture.Audience?.Kind != AudienceKind.Steering)
        {
            var isWhole = !Shown.MayHide(picture);
            var isUsual = IsUsual(picture);
            yield return Of(
                SentenceRule.NothingStandsOut,
                $"Inget{(isWhole ? "" : " av det som visas")} avviker {(isUsual ? "från det normala" : "mer än vad slumpen kan förklara")}.",
                $"Nothing{(isWhole ? "" : " of what is shown")} deviates {(isUsual ? "from what is normal" : "more than chance can explain")}.");
        }
    }

    // About every fifth figure is outside its span by chance: with one that is, the sentence does not say that all is normal.
    private static bool IsUsual(SituationalPicture picture) =>
        picture.Sums.Where(s => s.HasThisWeek).Select(s => s.Judgement)
            .Concat(picture.Cells.Where(c => c.HasThisWeek).Select(c => c.Judgement))
            .All(j => j is Judgement.Usual or Judgement.Unspecified);

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
