using TrygghetHub.Forms;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Pictures.Sentences;

namespace TrygghetHub.Server.Tests.Pictures.Sentences;

public sealed class WeekSentencesTests
{
    private static readonly UsualSpan Span = new() { Low = 28, High = 41, Weeks = 52, Mean = 34.2 };

    [Fact]
    public void Of_APictureThatShowsNothing_IsSilent() => Assert.Empty(WeekSentences.Of(new SituationalPicture()));

    [Fact]
    public void Of_NoReportsAndAllSourcesConfirmed_IsATrueZero() => Assert.Equal(
        ["Inga rapporter. Tre av tre källor har svarat."],
        Texts(Picture(0, null, Judgement.Unspecified, CoverageStatus.Complete, CoverageStatus.NothingToReport, CoverageStatus.Complete)));

    [Fact]
    public void Of_ATrueZeroThatIsNormal_SaysSo() => Assert.Equal(
        ["Inga rapporter, vilket är normalt (0–2). Tre av tre källor har svarat."],
        Texts(Picture(
            0, new UsualSpan { High = 2, Weeks = 52, Mean = 0.6 }, Judgement.Usual,
            CoverageStatus.Complete, CoverageStatus.Complete, CoverageStatus.Complete)));

    [Fact]
    public void Of_NoReportsAndASilentSource_IsNoZero() => Assert.Equal(
        [
            "Källa B har inte rapporterat. Vi vet inte vad de har sett.",
            "Inga rapporter har kommit in, men Källa B har inte bekräftat veckan.",
        ],
        Texts(Picture(0, null, Judgement.Unspecified, CoverageStatus.Complete, CoverageStatus.Missing)));

    [Fact]
    public void Of_NoReportsAndNoSourceConfirmed_SaysThatNoneHas() => Assert.Equal(
        ["Inga rapporter har kommit in. Ingen av de 4 källorna har bekräftat veckan."],
        Texts(Picture(0, null, Judgement.Unspecified, [.. Enumerable.Repeat(CoverageStatus.Reported, 4)])));

    [Theory]
    [InlineData(1, 6, "Källa A har inte rapporterat. Vi vet inte vad de har sett.")]
    [InlineData(3, 3, "Källa A, Källa B och Källa C har inte rapporterat. Vi vet inte vad de har sett.")]
    [InlineData(4, 6, "4 av de 6 källorna har inte rapporterat. Vi vet inte vad de har sett.")]
    [InlineData(6, 6, "Ingen av de 6 källorna har rapporterat. Vi vet inte vad de har sett.")]
    public void Of_SilentSources_NamesOneToThree(int silent, int sources, string text) => Assert.Equal(
        text,
        Texts(Picture(8, null, Judgement.Unspecified,
            [.. Enumerable.Repeat(CoverageStatus.Missing, silent), .. Enumerable.Repeat(CoverageStatus.Complete, sources - silent)]))[0]);

    [Fact]
    public void Coverage_OfSourcesInEveryState_CountsEachOnce()
    {
        var picture = Picture(3, null, Judgement.Unspecified, CoverageStatus.Complete, CoverageStatus.NothingToReport, CoverageStatus.Reported, CoverageStatus.Missing);

        Assert.Equal("2 av de 4 källorna är klara med veckan. 1 källa har rapporterat, men mer kan komma. Källa D har inte rapporterat. Vi vet inte vad de har sett.", ChartSentences.Coverage(picture, PictureLanguage.Swedish));
    }

    [Fact]
    public void Coverage_OfSilentSourcesOnly_NamesThem() => Assert.Equal(
        "Källa A och Källa B har inte rapporterat. Vi vet inte vad de har sett.",
        ChartSentences.Coverage(Picture(0, null, Judgement.Unspecified, CoverageStatus.Missing, CoverageStatus.Missing), PictureLanguage.Swedish));

    /// <summary>What an agreement keeps out of the figures may be there all the same.</summary>
    [Fact]
    public void Of_NoReportsShownAndSomeKeptBack_IsNoZero()
    {
        var picture = Picture(0, null, Judgement.Unspecified, CoverageStatus.Complete);
        picture.Totals = new Totals { SmallCells = 1 };

        Assert.Equal(["Hur många rapporter som har kommit in kan inte visas."], Texts(picture));
    }

    [Fact]
    public void Of_AZeroBesidePublishedEvents_IsOfThePartiesOnly()
    {
        var picture = Picture(0, null, Judgement.Unspecified, CoverageStatus.Complete);
        picture.PublishedSums.Add(new Sum { ThisWeek = 2 });

        Assert.Equal(["Inga rapporter från parterna. Den enda källan har svarat."], Texts(picture));
    }

    [Fact]
    public void Of_AUsualWeek_SaysThatNothingStandsOut() => Assert.Equal(
        ["34 rapporter i kommunen, som vanligt (normalt 28–41).", "Inget avviker från det normala."],
        Texts(Picture(34, Span, Judgement.Usual, CoverageStatus.Complete)));

    [Fact]
    public void Of_APartnersProjection_DoesNotSpeakOfTheWholeMunicipality()
    {
        var picture = Picture(34, Span, Judgement.Usual, CoverageStatus.Complete);
        picture.Audience = new Audience { Kind = AudienceKind.Partner, Partner = "polisen", SmallestCount = 3 };

        Assert.Equal("34 rapporter som ni får se, som vanligt (normalt 28–41).", Texts(picture)[0]);
        Assert.DoesNotContain("municipality", WeekSentences.Of(picture)[0].TextEn, StringComparison.Ordinal);
    }

    /// <summary>Signals of places are kept from it, so that none it sees says nothing of whether there are any.</summary>
    [Fact]
    public void Of_TheSteeringGroupsPicture_NeverSaysThatNothingStandsOut()
    {
        var picture = Picture(34, Span, Judgement.Usual, CoverageStatus.Complete);
        picture.Audience = new Audience { Kind = AudienceKind.Steering, SmallestCount = 3 };

        Assert.Equal(["34 rapporter i kommunen, som vanligt (normalt 28–41)."], Texts(picture));
    }

    [Fact]
    public void Of_AFallWithASilentSource_SaysThatItMayBeTheSilence() => Assert.Equal(
        "20 rapporter i kommunen, färre än vanligt (normalt 28–41), men Källa A har inte rapporterat; det kan förklara minskningen.",
        Texts(Picture(20, Span, Judgement.BelowSourcesSilent, CoverageStatus.Missing))[1]);

    [Fact]
    public void Of_ACountOfWhichAPartIsCompared_SaysHowMuch()
    {
        var picture = Picture(50, Span, Judgement.Usual, CoverageStatus.Complete);
        picture.Sums[0].ComparedReports = 34;

        Assert.Equal("50 rapporter i kommunen, varav 34 kan jämföras: som vanligt (normalt 28–41).", Texts(picture)[0]);
    }

    [Fact]
    public void Of_AWeekThatTheSourcesWhoAnsweredCannotCarry_SaysThatItCannotBeSaid() => Assert.Equal(
        "30 rapporter i kommunen, men det går inte att säga om det är normalt: Källa A har inte rapporterat.",
        Texts(Picture(30, Span, Judgement.SourcesMissing, CoverageStatus.Missing))[1]);

    [Fact]
    public void Of_FewWeeks_IsTooEarly() => Assert.Equal(
        ["1 rapport i kommunen. Det är för tidigt att säga vad som är normalt."],
        Texts(Picture(1, null, Judgement.Unspecified, CoverageStatus.Complete)));

    [Fact]
    public void Of_Signals_ComesFirstInBothLanguages()
    {
        var picture = Picture(34, Span, Judgement.Usual, CoverageStatus.Missing);
        picture.Signals.Add(Deviation());
        picture.Sums.Add(Fires(14, Judgement.Above));

        var sentences = WeekSentences.Of(picture);

        Assert.Equal([SentenceRule.Signal, SentenceRule.SilentSources, SentenceRule.WholeWeek], sentences.Select(s => s.Rule));
        Assert.Equal("Ovanligt många rapporter om bränder i Bro: 14, normalt omkring 5 i veckan.", sentences[0].Text);
        Assert.Equal("Unusually many reports of fire in Bro: 14, normally about 5 a week.", sentences[0].TextEn);
        Assert.Equal("signal.deviation.0139-bro.fire", sentences[0].Id);
    }

    [Theory]
    [InlineData(0, "normalt ingen")]
    [InlineData(0.5, "normalt mindre än en i veckan")]
    [InlineData(1.2, "normalt omkring 1 i veckan")]
    public void Of_ASignalOfACategory_NamesItInThePlural(double mean, string usual)
    {
        var picture = Picture(34, Span, Judgement.Usual, CoverageStatus.Complete);
        var signal = Deviation();
        (signal.Category, signal.CategoryName, signal.UsualMean, signal.Observed) = ("vehicle-fire", "Fordonsbrand", mean, 10);
        picture.Signals.Add(signal);
        picture.Cells.Add(new Cell
        {
            Area = "0139-bro",
            Family = "fire",
            Category = "vehicle-fire",
            ThisWeek = 10,
            Judgement = Judgement.Above,
            Usual = new UsualSpan { Low = 0, High = 2, Weeks = 52, Mean = mean },
        });

        Assert.Equal($"Ovanligt många rapporter om fordonsbränder i Bro: 10, {usual}.", Texts(picture)[0]);
    }

    [Fact]
    public void Of_ARepeatedPlace_SaysWhatItsReportsInclude()
    {
        var picture = Picture(34, Span, Judgement.Usual, CoverageStatus.Complete);
        picture.Sums.Add(Fires(14, Judgement.Usual));
        picture.Sums[1].Family = "";
        picture.Signals.Add(new Signal
        {
            Id = "repeat-place.0139-bro.station",
            Rule = SignalRule.RepeatPlace,
            Area = "0139-bro",
            AreaName = "Bro",
            Place = "Bro station",
            Observed = 18,
            UsualMean = 1.1,
            UsualWeeks = 7,
        });
        Assert.Equal("Bro station: 18 rapporter på 14 dagar, normalt omkring 1.", Texts(picture)[0]);

        picture.Places.Add(new TopPlace
        {
            Area = "0139-bro",
            PlaceName = "Bro station",
            Reports = 18,
            Families = { "order-and-disturbance", "fire" },
        });
        Assert.Equal(
            "Bro station: 18 rapporter på 14 dagar, normalt omkring 1. Rapporterna gäller bland annat ordning och störningar samt bränder.",
            Texts(picture)[0]);
    }

    [Fact]
    public void Of_ATimeCluster_SaysTheClockAsPeopleDo()
    {
        var picture = Picture(34, Span, Judgement.Usual, CoverageStatus.Complete);
        picture.Sums.Add(Fires(12, Judgement.Usual));
        var signal = Deviation();
        (signal.Rule, signal.Observed, signal.InWindow, signal.WindowStartHour) = (SignalRule.TimeCluster, 12, 9, 20);
        picture.Signals.Add(signal);

        Assert.Equal(
            "Rapporter om bränder i Bro: 9 av 12 mellan kl.\u00A020 och 24, en större andel än veckorna före.", Texts(picture)[0]);
    }

    // About every fifth figure is outside its span by chance.
    [Fact]
    public void Of_AUsualWeekWithAFigureOutsideItsSpan_DoesNotSayThatAllIsNormal()
    {
        var picture = Picture(34, Span, Judgement.Usual, CoverageStatus.Complete);
        picture.Sums.Add(Fires(9, Judgement.Above));

        Assert.Equal("Inget avviker mer än vad slumpen kan förklara.", Texts(picture)[1]);
    }

    [Fact]
    public void Of_ASignalWhoseCountIsHidden_SaysNothingOfItAndNotThatNothingStandsOut()
    {
        var picture = Picture(34, Span, Judgement.Usual, CoverageStatus.Complete);
        picture.Signals.Add(Deviation());
        var hidden = Fires(14, Judgement.Above);
        hidden.ClearThisWeek();
        picture.Sums.Add(hidden);

        Assert.Equal([SentenceRule.WholeWeek], WeekSentences.Of(picture).Select(s => s.Rule));
    }

    // A figure that is copied from the page's table is the one that stands there.
    [Theory]
    [InlineData("1\u00A0234 rapporter.")]
    [InlineData("1\u202F234 rapporter.")]
    [InlineData("1234 rapporter.")]
    [InlineData("1,234 reports.")]
    [InlineData("1\u00A0234 rapporter vecka\u00A047.")]
    public void Check_AFigureOfThousands_IsOneNumberInEveryForm(string text) => Assert.Null(CheckedThousands(text));

    [Theory]
    [InlineData("1 rapport.")]
    [InlineData("234 rapporter.")]
    [InlineData("1 234 rapporter.")]
    [InlineData("1\u00A0235 rapporter.")]
    [InlineData("1\u00A02345 rapporter.")]
    [InlineData("11\u00A0234 rapporter.")]
    [InlineData("1,23 rapporter.")]
    public void Check_APartOfAFigureOfThousands_IsRefused(string text) => Assert.NotNull(CheckedThousands(text));

    [Fact]
    public void Of_AFigureOfThousands_IsWrittenAsInTables() => Assert.Equal(
        ("1\u00A0234 rapporter i kommunen. Det är för tidigt att säga vad som är normalt.",
            "1,234 reports in the municipality. It is too early to say what is normal."),
        WeekSentences.Of(Picture(1234, null, Judgement.Unspecified, CoverageStatus.Complete)).Select(s => (s.Text, s.TextEn)).Single());

    private static TrygghetHub.Server.Platform.Errors.Refusal? CheckedThousands(string text)
    {
        var picture = Picture(1234, null, Judgement.Unspecified, CoverageStatus.Complete);
        picture.Week = new TrygghetHub.Calendar.V1.IsoWeek { Year = 2026, Week = 47 };
        return SentenceRules.Check(WeekSentences.Of(picture)[0], picture, text);
    }

    [Theory]
    [InlineData("Fjorton bränder i Bro, mot 5 i vanliga fall.")]
    [InlineData("Många bränder i Bro vecka 47.")]
    [InlineData("14 bränder mellan den 16 november och 2026-11-22.")]
    [InlineData("")]
    public void Check_OtherWordsForTheSameFigures_IsTaken(string text) => Assert.Null(Checked(text));

    [Theory]
    [InlineData("15 bränder i Bro.")]
    [InlineData("Femton bränder i Bro.")]
    [InlineData("Tjugotvå bränder i Bro.")]
    [InlineData("Twenty-two fires in Bro.")]
    [InlineData("Bränderna ökade med 14 %.")]
    [InlineData("Bränderna ökade med 14 procent.")]
    [InlineData("16 bränder i Bro den 16 november.")]
    [InlineData("14 bränder i Bro den 3 juli.")]
    [InlineData("١٤ bränder i Bro.")]
    [InlineData("⑤ bränder i Bro.")]
    [InlineData("47 bränder i Bro vecka 47.")]
    public void Check_ANumberThatIsNoneOfItsFigures_IsRefused(string text)
    {
        var refusal = Checked(text)!;

        Assert.Equal((TrygghetHub.Errors.V1.ErrorReason.SentenceFigures, "text"), (refusal.Reason, refusal.Field));
        Assert.Contains("14", refusal.Remedy, StringComparison.Ordinal);
    }

    private static TrygghetHub.Server.Platform.Errors.Refusal? Checked(string text)
    {
        var picture = Picture(34, Span, Judgement.Usual, CoverageStatus.Complete);
        picture.Week = new TrygghetHub.Calendar.V1.IsoWeek { Year = 2026, Week = 47 };
        picture.Signals.Add(Deviation());
        picture.Sums.Add(Fires(14, Judgement.Above));
        return SentenceRules.Check(WeekSentences.Of(picture)[0], picture, text);
    }

    private static Signal Deviation() => new()
    {
        Id = "deviation.0139-bro.fire",
        Rule = SignalRule.Deviation,
        Area = "0139-bro",
        AreaName = "Bro",
        Family = "fire",
        FamilyName = "Brand",
        Observed = 14,
        UsualMean = 5.2,
        UsualWeeks = 52,
        Sources = 2,
    };

    private static Sum Fires(int count, Judgement judgement) => new()
    {
        Area = "0139-bro",
        Family = "fire",
        ThisWeek = count,
        Usual = new UsualSpan { Low = 2, High = 8, Weeks = 52, Mean = 5.2 },
        Judgement = judgement,
    };

    private static IReadOnlyList<string> Texts(SituationalPicture picture) => [.. WeekSentences.Of(picture).Select(s => s.Text)];

    private static SituationalPicture Picture(int count, UsualSpan? usual, Judgement judgement, params CoverageStatus[] statuses) => new()
    {
        Sums = { new Sum { ThisWeek = count, Usual = usual, Judgement = judgement } },
        Coverage = { statuses.Select((status, at) => new Coverage { PartnerName = $"Källa {(char)('A' + at)}", Status = status }) },
    };
}
