using System.Text.RegularExpressions;
using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms.Tests;

/// <summary>What a page says, and what it must not.</summary>
public sealed class PicturePageTests
{
    [Fact]
    public void WeekWithoutEvents_WhenAllHaveAnswered_IsATrueZero() =>
        Assert.Contains("Inga rapporter. Tre av tre källor har svarat.", Page(ExamplePictures.TrueZero()), StringComparison.Ordinal);

    [Fact]
    public void WeekWithoutEvents_WhenASourceIsSilent_IsNotKnown()
    {
        var picture = ExamplePictures.TrueZero();
        picture.Coverage[0].Status = CoverageStatus.Missing;

        var page = Page(picture);

        Assert.Contains($"Inga rapporter har kommit in, men {picture.Coverage[0].PartnerName} har inte bekräftat veckan.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("källor har svarat", page, StringComparison.Ordinal);
    }

    /// <summary>What is known by its family alone is a row of its own, and not the family's sum.</summary>
    [Fact]
    public void Sum_OfReportsWhoseCategoryIsWithheld_IsNotTheFamilys()
    {
        var picture = ExamplePictures.Full();
        var family = picture.Sums.First(s => s is { Area: "", Family.Length: > 0, Category: "" });
        var withheld = family.Clone();
        (withheld.CategoryWithheld, withheld.ThisWeek, family.ThisWeek) = (true, 0, 4_321);
        picture.Sums.Add(withheld);

        Assert.Contains("<b>4&#xA0;321</b>", Page(picture), StringComparison.Ordinal);
    }

    // Two reports under an agreement that shows counts from three on are in no figure of the page.
    [Fact]
    public void WeekWithoutEvents_WhenSomethingIsHidden_IsNotSaidToBeOne()
    {
        var picture = ExamplePictures.TrueZero();
        picture.Totals.SmallCells = 1;

        var page = Page(picture);

        Assert.Contains("<p class=\"empty\">Hur många rapporter som har kommit in kan inte visas.</p>", page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"empty\">Här visas inte om tidigare veckor har ändrats.</p>", page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"empty\">Ingen plats kan visas.</p>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("källor har svarat", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Inga rapporter har", page, StringComparison.Ordinal);
    }

    [Fact]
    public void WeekWithoutReports_WhenThePoliceHavePublishedEvents_IsNoWeekWithoutEvents()
    {
        var picture = ExamplePictures.TrueZero();
        picture.Totals.PublishedEvents = 2;

        Assert.DoesNotContain("Inga händelser.", Page(picture), StringComparison.Ordinal);
    }

    [Fact]
    public void HeatMap_ThatIsLeftOut_IsNotSaidToRestOnTooFew()
    {
        var picture = ExamplePictures.Full();
        picture.TimePattern = new TimePattern { Weeks = 4 };

        var page = Page(picture);

        Assert.Contains("<p class=\"empty\">När det händer kan inte visas.</p>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("färre än 60", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Figure_ThatIsNotShown_IsSaidInWordsAndNeverANought()
    {
        var picture = ExamplePictures.TrueZero();
        picture.Audience = new Audience { Kind = AudienceKind.Partner, Partner = "polisen", SmallestCount = 3 };
        picture.Cells.Add(new Cell { Area = "9901-a", AreaName = "Björkby", Category = "theft", CategoryName = "Stöld", Family = "theft-and-burglary" });

        var page = Page(picture);

        Assert.Contains("visas inte, för att inte röja en liten siffra", page, StringComparison.Ordinal);
        Assert.Contains("visas inte: färre än 3, eller skulle röja en sådan siffra", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<td><b>0</b>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PictureState.Collecting, "Preliminär")]
    [InlineData(PictureState.InReview, "Utkast")]
    [InlineData(PictureState.Distributed, "Fastställd")]
    [InlineData(PictureState.Superseded, "Ersatt")]
    public void State_StandsInWords(PictureState state, string word)
    {
        var picture = ExamplePictures.Full();
        picture.State = state;

        Assert.Contains($"<strong>{word}</strong>", Page(picture), StringComparison.Ordinal);
    }

    [Fact]
    public void Draft_SaysThatNobodyHasSetHowItIsHandled()
    {
        var draft = ExamplePictures.Full();

        foreach (var page in new[] { Page(draft), WeekendSheet.Render(draft, PictureLanguage.Swedish) })
        {
            Assert.DoesNotContain("TLP:", page, StringComparison.Ordinal);
            Assert.Contains("<span class=\"tlp\">TLP inte vald</span>", page, StringComparison.Ordinal);
        }

        Assert.Contains("TLP inte vald, väljs när lägesbilden fastställs", Page(draft), StringComparison.Ordinal);
        Assert.Contains("<span class=\"tlp\">TLP:AMBER</span>", Page(ExamplePictures.Approved()), StringComparison.Ordinal);
    }

    [Fact]
    public void RevisionThatIsSuperseded_SaysSoAboveItsHeading()
    {
        var page = Page(ExamplePictures.Approved());

        Assert.InRange(page.IndexOf("Revision 3 gäller i stället", StringComparison.Ordinal), 1, page.IndexOf("<h1", StringComparison.Ordinal));
    }

    [Fact]
    public void Erratum_TellsSignalsAndLevelsThatDiffer()
    {
        var picture = ExamplePictures.Approved();
        picture.Review.Diff.SignalsGone.Add("new-place.9901-c.gangtunneln");
        picture.Review.Diff.SignalsGone.Add("deviation.9901-a.fire.published");
        picture.Review.Diff.SignalsGone.Add("deviation.9901-b.fire.vehicle-fire");
        picture.Review.Diff.Levels.Add(new LevelChange { Area = ExamplePictures.Municipality, AreaName = "Sjövik", New = AreaLevel.Deviation });

        var page = Page(picture);
        var erratum = page[page.IndexOf("class=\"erratum\"", StringComparison.Ordinal)..];
        erratum = erratum[..erratum.IndexOf("</header>", StringComparison.Ordinal)];

        Assert.Matches("<h3>Sticker ut nu</h3><ul class=\"lines\"><li>Skadegörelse och nedskräpning, <bdi>Björkby</bdi>: 14 .*[.] Därför tas det upp: så många beror sällan på slumpen[.]</li>", erratum);
        Assert.Contains("<li><bdi>Norrvik</bdi>, Ordning och störning: en större andel än vanligt vid samma tid på dygnet</li>", erratum, StringComparison.Ordinal);
        Assert.Contains("<li><bdi>Ängsholmen</bdi>: platsen är ny</li>", erratum, StringComparison.Ordinal);
        Assert.Contains("<bdi>Björkby</bdi>, Brand, händelser som polisen har publicerat: ", erratum, StringComparison.Ordinal);
        Assert.Contains("<bdi>Norrvik</bdi>, Fordonsbrand: ", erratum, StringComparison.Ordinal);
        Assert.Contains("<li><bdi>Björkby</bdi>: Avvikelse → Gemensam insats</li>", erratum, StringComparison.Ordinal);
        Assert.Contains("<li><bdi>Hela kommunen</bdi>: Läget är inte bedömt → Avvikelse</li>", erratum, StringComparison.Ordinal);
    }

    [Fact]
    public void Erratum_OfRevisionsThatAreAlike_HasNoEmptyLists()
    {
        var picture = ExamplePictures.Approved();
        picture.Review.Diff = new PictureDiff { FromRevision = 1 };

        Assert.DoesNotContain("Sticker ut nu", Page(picture), StringComparison.Ordinal);
        Assert.DoesNotContain("Ändrat läge", Page(picture), StringComparison.Ordinal);
    }

    [Fact]
    public void Erratum_OfTheSteeringGroup_HoldsNoCells()
    {
        var picture = ExamplePictures.Steering();
        picture.Review.Diff = ExamplePictures.Approved().Review.Diff;

        Assert.Contains("Gemensam insats</li>", Page(picture), StringComparison.Ordinal);
        Assert.DoesNotContain("Ängsholmen, brand", Page(picture), StringComparison.Ordinal);
    }

    [Fact]
    public void Sentence_ThatWasChanged_IsMarkedWithItsReason()
    {
        var page = Page(ExamplePictures.Approved());

        Assert.Contains("ändrad av samordnaren: <bdi>Kortare.</bdi>", page, StringComparison.Ordinal);
        Assert.Contains("struken av samordnaren: <bdi>Säger inget nytt.</bdi>", page, StringComparison.Ordinal);
        Assert.Contains("<del><bdi>87 rapporter i kommunen, som vanligt (normalt 35–107).</bdi></del>", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AudienceKind.Partner)]
    [InlineData(AudienceKind.Steering)]
    public void Sentence_ThatWasStruck_StandsOnNoOthersPage(AudienceKind kind)
    {
        var picture = ExamplePictures.Approved();
        picture.Audience = new Audience { Kind = kind, Partner = "polisen", SmallestCount = 1 };

        var page = Page(picture);

        Assert.DoesNotContain("Hela veckan ligger inom", page, StringComparison.Ordinal);
        Assert.DoesNotContain("struken", page, StringComparison.Ordinal);
        Assert.Contains("ändrad av samordnaren", page, StringComparison.Ordinal);
    }

    [Fact]
    public void HeatMap_UnderSixtyReports_IsNotDrawnAndSaysWhy()
    {
        var picture = ExamplePictures.Full();
        picture.TimePattern.TimedReports = 59;

        var page = Page(picture);

        Assert.DoesNotContain("class=\"heat\"", page, StringComparison.Ordinal);
        Assert.Contains("färre än 60 rapporter har en känd tid", page, StringComparison.Ordinal);
    }

    [Fact]
    public void HeatMap_OfPublishedEvents_SaysThatTheyAreNotTheParties()
    {
        var picture = ExamplePictures.Full();
        Assert.Contains("Flest rapporter: lördagar mellan kl.&#xA0;20 och 24", Page(picture), StringComparison.Ordinal);

        picture.TimePattern.Published = true;
        var page = Page(picture);

        Assert.DoesNotContain("Flest rapporter: lördagar", page, StringComparison.Ordinal);
        Assert.Contains("Flest händelser som polisen har publicerat: lördagar mellan kl.&#xA0;20 och 24", page, StringComparison.Ordinal);
        Assert.Contains("publicerade händelser från polisen med känd tid under 4 veckor.", page, StringComparison.Ordinal);
    }

    // A mark on the map is a square that the picture holds, or an area's total.
    [Fact]
    public void Map_WithoutSquares_HasNoMarkButTheTotalsOfAreas()
    {
        var picture = ExamplePictures.Full();
        picture.Squares.Clear();

        var page = Page(picture);
        var map = page[page.IndexOf("class=\"municipality\" viewBox", StringComparison.Ordinal)..];
        map = map[..map.IndexOf("</svg>", StringComparison.Ordinal)];

        Assert.DoesNotContain("<rect", map, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(map, "<circle"));
    }

    [Fact]
    public void AreaOnTheMap_WhoseTotalIsNotShown_HasNoNumber()
    {
        var picture = ExamplePictures.Full();
        foreach (var area in picture.Areas)
        {
            area.Weeks[^1].ClearReports();
        }

        Assert.Equal(3, Regex.Count(Page(picture), "<circle class=\"total unknown\"[^>]*/><text[^>]*>‥<"));
    }

    [Fact]
    public void SteeringGroup_IsGivenTrendAndMeasuresAlone()
    {
        var page = Page(ExamplePictures.Steering());

        Assert.Equal(["matters", "measures", "areas", "counted"], Regex.Matches(page, "<section id=\"([a-z]+)\"").Select(m => m.Groups[1].Value));
        // The coordinator struck the sentence on the whole week: it is struck for every reader.
        Assert.DoesNotContain("rapporter i kommunen", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Stationstorget", page, StringComparison.Ordinal);
        Assert.DoesNotContain("skadegörelse", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void LastYear_IsToldOnlyWhereItIsKnown()
    {
        var picture = ExamplePictures.Full();
        Assert.Contains("<dt>samma vecka förra året</dt><dd><b>71</b></dd>", Page(picture), StringComparison.Ordinal);
        Assert.DoesNotContain("Samma vecka förra året", Page(picture), StringComparison.Ordinal);

        picture.Sums[0].ClearLastYear();
        picture.PublishedSums[0].LastYear = 12;

        Assert.DoesNotContain("samma vecka förra året", Page(picture), StringComparison.Ordinal);
        Assert.Contains("Samma vecka förra året: 12. Siffran är bara till kännedom.", Page(picture), StringComparison.Ordinal);
    }

    // One that is hidden since it would tell of another may be large.
    [Fact]
    public void Figure_ThatIsNotShown_IsNotSaidToBeSmall()
    {
        var page = Page(ExamplePictures.Partner());

        Assert.DoesNotMatch("<span class=\"spoken\">[^<]*färre än 3", page);
        Assert.DoesNotMatch("<desc[^>]*>[^<]*färre än 3", page);
    }

    [Fact]
    public void Mean_OfASignal_IsTheCompilersAlone()
    {
        var picture = ExamplePictures.Full();
        Assert.Contains("i genomsnitt 6,4 i veckan under 41 veckor", Page(picture), StringComparison.Ordinal);

        picture.Audience = new Audience { Kind = AudienceKind.Partner, Partner = "polisen", SmallestCount = 1 };

        Assert.DoesNotContain("6,4", Page(picture), StringComparison.Ordinal);
        Assert.Contains("jämfört med 41 veckor", Page(picture), StringComparison.Ordinal);
    }

    [Fact]
    public void Seal_IsSpokenOfOnlyWhereThereIsOne()
    {
        var picture = ExamplePictures.Approved();
        Assert.DoesNotContain("förseglad", Page(picture), StringComparison.Ordinal);

        Assert.Contains("Filen är förseglad av hubben.", PicturePage.Render(picture, PictureLanguage.Swedish, isSealed: true), StringComparison.Ordinal);
        Assert.Contains("Filen är förseglad av hubben.", WeekendSheet.Render(picture, PictureLanguage.Swedish, isSealed: true), StringComparison.Ordinal);
    }

    // Loose sheets of paper; what stands in the strings of a style is no style.
    [Theory]
    [InlineData("Sjövik", "\"Sjövik\\2c  vecka")]
    [InlineData("\"} body { display: none } </style><b>\\", "\"\\22 \\7d  body \\7b  display\\3a  none \\7d  \\3c \\2f style\\3e \\3c b\\3e \\5c \\2c  vecka")]
    public void Paper_BearsItsPictureInTheMarginsOfEveryPage(string name, string expected)
    {
        var picture = ExamplePictures.Approved();
        picture.MunicipalityName = name;

        foreach (var page in new[] { Page(picture), WeekendSheet.Render(picture, PictureLanguage.Swedish) })
        {
            Assert.Contains($"<style>@page {{ @top-left {{ content: {expected}\\a0 47 2026\\2c  revision 2\" }}", page, StringComparison.Ordinal);
            Assert.Contains("@top-right { content: \"Ersatt\\2c  TLP\\3a AMBER\" } }</style>", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void HowItWasCounted_TellsWhatIsNotCounted()
    {
        var picture = ExamplePictures.Full();
        picture.Totals.SmallCells = 4;
        picture.Totals.ConfirmedDoubles = 1021;
        picture.Totals.ClearContext();

        var page = Page(picture);

        Assert.Contains("<dt>Siffror som inte visas</dt><dd>4</dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>Dubbletter, samma händelse som i en annan rapport (räknas inte)</dt><dd>1&#xA0;021</dd>", page, StringComparison.Ordinal);
        Assert.Contains("<dt>Bakgrundsrapporter (räknas inte)</dt><dd>visas inte</dd>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Agreement_ThatIsInForceNoMore_IsNamedInTheHeader()
    {
        var picture = ExamplePictures.Full();
        Assert.DoesNotContain("inte längre gäller", Page(picture), StringComparison.Ordinal);

        picture.EndedAgreements.Add("<OK-02>");
        Assert.Contains("Bygger på en överenskommelse som inte längre gäller: &lt;OK-02&gt;.", Page(picture), StringComparison.Ordinal);

        picture.EndedAgreements.Add("OK-03");
        Assert.Contains("Bygger på överenskommelser som inte längre gäller: &lt;OK-02&gt; och OK-03.", Page(picture), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(AudienceKind.Partner)]
    [InlineData(AudienceKind.Steering)]
    [InlineData(AudienceKind.Unspecified)]
    public void WeekendSheet_OfAnotherReaderThanTheCompiler_NeverSaysThatNothingHasChanged(AudienceKind kind)
    {
        var picture = ExamplePictures.Approved();
        picture.LateChanges = null;
        Assert.Contains("Inget nytt har kommit in sedan sammanställningen.", WeekendSheet.Render(picture, PictureLanguage.Swedish), StringComparison.Ordinal);

        picture.Audience.Kind = kind;
        var sheet = WeekendSheet.Render(picture, PictureLanguage.Swedish);

        Assert.DoesNotContain("Inget nytt har kommit in", sheet, StringComparison.Ordinal);
        Assert.Contains("Det som har kommit in efter sammanställningen visas inte här.", sheet, StringComparison.Ordinal);
    }

    [Fact]
    public void LevelOfTheMunicipality_WhenDecided_StandsInTheHeaders()
    {
        var picture = ExamplePictures.Approved();
        picture.Review.Levels.Remove(picture.Review.Levels.Single(l => l.Area == ExamplePictures.Municipality));
        Assert.DoesNotContain("Hela kommunen:", Page(picture), StringComparison.Ordinal);
        Assert.DoesNotContain("Hela kommunen:", WeekendSheet.Render(picture, PictureLanguage.Swedish), StringComparison.Ordinal);

        picture = ExamplePictures.Approved();
        var page = Page(picture);
        var header = page[..page.IndexOf("</header>", StringComparison.Ordinal)];
        var sheet = WeekendSheet.Render(picture, PictureLanguage.Swedish);

        Assert.Contains("Hela kommunen: <span class=\"badge level-2\"", header, StringComparison.Ordinal);
        Assert.Contains("Avvikelse</span> <span class=\"standing\">(beslutat)</span>: <bdi>Flera platser i flera områden.</bdi>", header, StringComparison.Ordinal);
        Assert.Contains("<p class=\"level\">Hela kommunen: <span class=\"badge level-2\">", sheet, StringComparison.Ordinal);
    }

    // On a phone the first screen holds some 900 pixels: what matters stands before who answers for it, and before the contents.
    [Fact]
    public void Page_BeginsWithWhatMatters()
    {
        var page = Page(ExamplePictures.Approved());

        var order = new List<int>
        {
            At("<h1"), At("id=\"matters\""), At("class=\"levels\""), At("class=\"facts\""), At("class=\"contents\""), At("id=\"measures\""),
        };
        int At(string mark) => page.IndexOf(mark, StringComparison.Ordinal);

        Assert.DoesNotContain(-1, order);
        Assert.Equal(order.Order(), order);
    }

    [Fact]
    public void WeekendSheet_IsOfTheWeekendAfterTheMeeting()
    {
        var sheet = WeekendSheet.Render(ExamplePictures.Approved(), PictureLanguage.Swedish);

        Assert.Contains("Helgen 27–29&#xA0;november 2026</span>", sheet, StringComparison.Ordinal);
        Assert.Contains("Veckolägesbild, vecka&#xA0;47", sheet, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">fredag</th>", sheet, StringComparison.Ordinal);
        Assert.DoesNotContain("<th scope=\"row\">torsdag</th>", sheet, StringComparison.Ordinal);
        Assert.Contains("Därför tas det upp: så många beror sällan på slumpen.", sheet, StringComparison.Ordinal);
    }

    [Fact]
    public void WeekendSheet_OfAWeekWithLittleToTell_LeavesOutWhatIsEmpty()
    {
        var picture = ExamplePictures.SilentSources();
        picture.Signals.Clear();

        var sheet = WeekendSheet.Render(picture, PictureLanguage.Swedish);

        Assert.DoesNotContain("class=\"empty\"", sheet, StringComparison.Ordinal);
        Assert.DoesNotContain("Tre platser", sheet, StringComparison.Ordinal);
        Assert.DoesNotContain("Det som sticker ut", sheet, StringComparison.Ordinal);
        Assert.Contains("<strong>Preliminär</strong>", sheet, StringComparison.Ordinal);
        Assert.Contains("Siffrorna kan ändras.", sheet, StringComparison.Ordinal);
    }

    [Fact]
    public void WeekendSheet_OfASignalWhoseSentenceWasStruck_SaysNothingOfIt()
    {
        var picture = ExamplePictures.Approved();
        picture.Review.Edits.Add(new SentenceEdit { Sentence = picture.Sentences[0].Id, Reason = "Dubbelräknat." });

        Assert.DoesNotContain("Det som sticker ut", WeekendSheet.Render(picture, PictureLanguage.Swedish), StringComparison.Ordinal);
    }

    [Fact]
    public void WeekendSheet_SaysOfWhichRevisionItIs()
    {
        var sheet = WeekendSheet.Render(ExamplePictures.Approved(), PictureLanguage.Swedish);

        Assert.Contains("Revision 2. Uppgifter som kommit in senast tisdag 24", sheet, StringComparison.Ordinal);
        Assert.Contains("Diarienummer: <bdi>KS 2026/00412</bdi>.", sheet, StringComparison.Ordinal);
    }

    [Fact]
    public void PageInEnglish_NamesAllOfTheMunicipalityInEnglish()
    {
        var picture = ExamplePictures.Approved();
        picture.Review.Diff.Figures.Add(new FigureChange { Cell = new CellRef(), Label = "Hela kommunen", Before = 8, After = 9 });

        var page = PicturePage.Render(picture, PictureLanguage.English);

        Assert.Contains("<th scope=\"row\">Whole municipality</th><td>8</td><td>9</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Hela kommunen", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_OfAPictureWithNothingSet_IsStillAPage()
    {
        var page = Page(new SituationalPicture());

        Assert.Contains("Ingen källa har en överenskommelse om att rapportera hit.", page, StringComparison.Ordinal);
        Assert.Contains("Samlas inte in ännu.", page, StringComparison.Ordinal);
        Assert.StartsWith("<!DOCTYPE html>", WeekendSheet.Render(new SituationalPicture(), PictureLanguage.English), StringComparison.Ordinal);
        Assert.NotEmpty(PictureGeoJson.Write(new SituationalPicture(), PictureLanguage.Swedish));
        Assert.Equal(11, PictureCsv.Files(new SituationalPicture(), PictureLanguage.Swedish).Count);
    }

    [Fact]
    public void PageInEnglish_SaysWhereItIsSwedish()
    {
        var page = PicturePage.Render(ExamplePictures.Approved(), PictureLanguage.English);

        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"en\">", page, StringComparison.Ordinal);
        Assert.Contains("<bdi lang=\"sv\">Kortare.</bdi>", page, StringComparison.Ordinal);
        Assert.Contains("<bdi lang=\"sv\">Björkby, skadegörelse och nedskräpning</bdi>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Skadegörelse", page, StringComparison.Ordinal);
    }

    private static string Page(SituationalPicture picture) => PicturePage.Render(picture, PictureLanguage.Swedish);
}
