using CsCheck;
using TrygghetHub.Forms;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Sentences;

namespace TrygghetHub.Server.Tests.Pictures.Sentences;

/// <summary>Whatever a picture shows and hides, its sentences say no more than it, and nothing else.</summary>
public sealed class SentencePropertiesTests
{
    // Enough for a true zero to come some twenty times.
    private const int Iterations = 1_000;

    private static readonly string[] Above = ["fler än vanligt", "more than usual", "Ovanligt många", "ovanligt många", "nusually many"];
    private static readonly string[] Below = ["färre än vanligt", "fewer than usual"];

    private static readonly (string Name, Func<SituationalPicture, PictureLanguage, string> Say, Func<SituationalPicture, IEnumerable<int>> Figures)[] Charts =
    [
        ("Areas", ChartSentences.Areas, p => p.Sums.Where(s => s.HasThisWeek && s.Family == "" && s.Area != "").SelectMany(FiguresOf)),
        ("Table", ChartSentences.Table, p => p.Cells.Where(c => c.HasThisWeek).Select(c => c.ThisWeek)
            .Concat(p.Sums.Where(s => s.HasThisWeek && s.Area == "" && s.Family == "").SelectMany(FiguresOf))
            .Concat([p.Coverage.Count, p.Coverage.Count(c => c.Status is not (CoverageStatus.Complete or CoverageStatus.NothingToReport))])),
        ("TimePattern", ChartSentences.TimePattern, p => p.TimePattern.Bands.Where(b => b.HasReports)
            .SelectMany(b => new[] { b.Reports, b.StartHour, b.StartHour + 4 }).Concat([p.TimePattern.Weeks, 60])),
        ("Map", ChartSentences.Map, p => p.Squares.Select(s => s.Reports).Append(p.Squares.Count)),
        ("Places", ChartSentences.Places, p => p.Places.SelectMany(s => new[] { s.Reports, s.Sources }).Append(14)),
        ("Coverage", ChartSentences.Coverage, p => Enum.GetValues<CoverageStatus>().Select(s => p.Coverage.Count(c => c.Status == s))
            .Append(p.Coverage.Count(c => c.Status is CoverageStatus.Complete or CoverageStatus.NothingToReport)).Append(p.Coverage.Count)),
        ("PublishedEvents", ChartSentences.PublishedEvents, p => p.PublishedSums
            .Where(s => s.HasThisWeek && s.Area == "" && s.Family == "").SelectMany(FiguresOf)),
        ("Corrections", ChartSentences.Corrections, p => [p.Corrections.Count]),
        ("NextWeek", ChartSentences.NextWeek, p => [p.NextWeek.Events.Count, p.NextWeek.Walks.Count, 25]),
    ];

    [Fact]
    public void WeekSentences_OfAnyPicture_AreAtMostThreeWithIdsOfTheirOwn() => PictureGen.Pictures.Sample(picture =>
    {
        var sentences = WeekSentences.Of(picture);
        Assert.InRange(sentences.Count, 0, WeekSentences.Most);
        Assert.Equal(sentences.Count, sentences.Select(s => s.Id).Distinct().Count());
        Assert.All(sentences, s => Assert.True(s.Text.EndsWith('.') && s.TextEn.EndsWith('.') && s.Rule != SentenceRule.Unspecified));
        Assert.Equal(sentences, WeekSentences.Of(picture.Clone()));
    }, iter: Iterations);

    [Fact]
    public void WeekSentences_EveryNumber_IsAShownFigureOfItsCellsOrSignal() => PictureGen.Pictures.Sample(picture =>
    {
        foreach (var sentence in WeekSentences.Of(picture))
        {
            var figures = Shown(picture, sentence).SelectMany(FiguresOf).Select(n => (double)n).ToHashSet();
            if (picture.Signals.SingleOrDefault(s => s.Id == sentence.Signal) is { } signal)
            {
                figures.UnionWith([signal.Observed, signal.UsualWeeks, Math.Round(signal.UsualMean, MidpointRounding.AwayFromZero), 1]);
                figures.UnionWith(signal.Rule == SignalRule.RepeatPlace ? [14] : []);
                figures.UnionWith(
                    signal.Rule == SignalRule.TimeCluster ? [signal.InWindow, signal.WindowStartHour, signal.WindowStartHour + 4] : []);
            }
            else if (sentence.Cells.Count == 0 || sentence.Text.StartsWith("Inga", StringComparison.Ordinal))
            {
                figures.Add(picture.Coverage.Count(c => c.Status is not (CoverageStatus.Complete or CoverageStatus.NothingToReport)));
                figures.UnionWith([picture.Coverage.Count, picture.Coverage.Count(c => c.Status == CoverageStatus.Missing)]);
            }

            Assert.All(NumberWords.In($"{sentence.Text} {sentence.TextEn}"), number => Assert.Contains(number, figures));
        }
    }, iter: Iterations);

    [Fact]
    public void WeekSentences_OfHiddenFigures_SayNothing() => PictureGen.Pictures.Sample(picture =>
    {
        var sentences = WeekSentences.Of(picture);
        Assert.All(sentences, sentence => Assert.Equal(sentence.Cells.Count, Shown(picture, sentence).Count()));

        // Nor does anything that stands beside a hidden count change a word.
        var other = picture.Clone();
        foreach (var hidden in other.Sums.Concat(other.PublishedSums).Where(s => !s.HasThisWeek))
        {
            hidden.Usual = new UsualSpan { Low = 77, High = 78, Weeks = 26, Mean = 77.5 };
            hidden.Judgement = Judgement.Above;
        }

        Assert.Equal(sentences, WeekSentences.Of(other));
        foreach (var (_, say, _) in Charts)
        {
            Assert.Equal(say(picture, PictureLanguage.Swedish), say(other, PictureLanguage.Swedish));
        }
    }, iter: Iterations);

    [Fact]
    public void WeekSentences_AboveOrBelow_AreClaimedByTheJudgementAlone() => PictureGen.Pictures.Sample(picture =>
    {
        foreach (var sentence in WeekSentences.Of(picture))
        {
            var judgements = Shown(picture, sentence).Where(s => s.Usual is not null).Select(s => s.Judgement).ToList();
            var text = $"{sentence.Text} {sentence.TextEn}";
            Assert.True(!Above.Any(text.Contains) || judgements.Contains(Judgement.Above), text);
            Assert.True(!Below.Any(text.Contains) || judgements.Any(j => j is Judgement.Below or Judgement.BelowSourcesSilent), text);
            Assert.True(!judgements.Contains(Judgement.BelowSourcesSilent) || !Below.Any(text.Contains)
                || (sentence.Text.Contains("har inte rapporterat", StringComparison.Ordinal)
                    && sentence.TextEn.Contains("not reported", StringComparison.Ordinal)), text);
        }
    }, iter: Iterations);

    [Fact]
    public void WeekSentences_TrueZero_IsSaidOnlyWhereEverySourceHasConfirmed() => PictureGen.Pictures.Sample(picture =>
    {
        var isZero = WeekSentences.Of(picture).Any(s => s.Rule == SentenceRule.TrueZero);
        Assert.True(!isZero || (picture.Totals.SmallCells == 0 && picture.Coverage.Count > 0
            && picture.Coverage.All(c => c.Status is CoverageStatus.Complete or CoverageStatus.NothingToReport)));
    }, iter: Iterations);

    /// <summary>What pages say where a part of them is empty; the same words stand among the sentences.</summary>
    [Fact]
    public void Nothing_OfAWeekOfWhichSomethingIsHidden_IsNotSaidToBeNone() => PictureGen.Pictures.Sample(picture =>
    {
        var (swedish, english) = (EmptyWeek.Text(picture, PictureLanguage.Swedish), EmptyWeek.Text(picture, PictureLanguage.English));
        var isZero = picture.Totals.SmallCells == 0 && picture.Cells.All(c => c is { HasThisWeek: true, ThisWeek: 0 })
            && picture.Sums.Any(s => s is { Area: "", Family: "", HasThisWeek: true, ThisWeek: 0 });
        var published = picture.PublishedSums.Where(s => !s.HasThisWeek || s.ThisWeek > 0);
        Assert.True(isZero || !swedish.StartsWith("Inga", StringComparison.Ordinal), swedish);
        Assert.True(isZero || !english.StartsWith("No ", StringComparison.Ordinal) || picture.Coverage.Count == 0, english);
        Assert.True(!swedish.Contains("händelser", StringComparison.Ordinal) || !published.Any(), swedish);
    }, iter: Iterations);

    [Fact]
    public void ChartSentences_WhereSomethingMayBeHidden_SayOfNoPartThatThereIsNone() => PictureGen.Pictures.Sample(picture =>
    {
        if (picture.Audience.SmallestCount == 1 && picture.Totals.SmallCells == 0)
        {
            return;
        }

        foreach (var say in new[] { ChartSentences.Map, ChartSentences.Places, ChartSentences.TimePattern, ChartSentences.Corrections })
        {
            Assert.DoesNotMatch(@"^(Inga|Ingen)\b(?!.*kan visas)", say(picture, PictureLanguage.Swedish));
            Assert.DoesNotMatch(@"^(No|None)\b(?!.*(can be shown|of those shown))", say(picture, PictureLanguage.English));
        }
    }, iter: Iterations);

    [Fact]
    public void ChartSentences_EveryNumber_IsAShownFigureOfTheChart() => PictureGen.Pictures.Sample(picture =>
    {
        foreach (var (name, say, figures) in Charts)
        {
            var allowed = figures(picture).Select(n => (double)n).ToHashSet();
            foreach (var language in Enum.GetValues<PictureLanguage>())
            {
                var text = say(picture, language);
                Assert.True(NumberWords.In(text).All(allowed.Contains), $"{name}: {text}");
                Assert.EndsWith(".", text);
            }
        }
    }, iter: Iterations);

    [Fact]
    public void ChartSentences_OfAreas_NameNoneWhoseCountIsHidden() => PictureGen.Pictures.Sample(picture =>
    {
        var text = ChartSentences.Areas(picture, PictureLanguage.Swedish);
        foreach (var sum in picture.Sums.Where(s => s.Family == "" && s.Area != "" && !s.HasThisWeek))
        {
            Assert.DoesNotContain($"{sum.AreaName}:", text);
        }
    }, iter: Iterations);

    [Fact]
    public void SentenceRules_WhatTheHubWrote_MayStand() => PictureGen.Pictures.Sample(picture =>
    {
        foreach (var sentence in WeekSentences.Of(picture))
        {
            Assert.Null(SentenceRules.Check(sentence, picture, sentence.Text));
            Assert.Null(SentenceRules.Check(sentence, picture, sentence.TextEn));
        }
    }, iter: Iterations);

    private static IEnumerable<int> FiguresOf(Sum sum) =>
        sum.Usual is { } usual ? [sum.ThisWeek, usual.Low, usual.High] : [sum.ThisWeek];

    private static IEnumerable<Sum> Shown(SituationalPicture picture, Sentence sentence) => sentence.Cells.SelectMany(cell =>
        (cell.Published ? picture.PublishedSums : picture.Sums).Where(s =>
            s.HasThisWeek && s.Area == cell.Area && s.Family == cell.Family && s.Category == cell.Category));
}
