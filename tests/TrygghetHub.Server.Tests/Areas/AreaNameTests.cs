using TrygghetHub.Server.Areas;

namespace TrygghetHub.Server.Tests.Areas;

public class AreaNameTests
{
    [Theory]
    [InlineData("Kungsängen", "kungsangen")]
    [InlineData("  KUNGSÄNGEN ", "kungsangen")]
    [InlineData("Kungsa\u0308ngen", "kungsangen")]
    [InlineData("Övre Håga-Ö", "ovre haga o")]
    [InlineData("S:t Olof", "s t olof")]
    [InlineData("Café", "cafe")]
    [InlineData("–", "")]
    [InlineData("Kungs\u00ADängen\u00A0", "kungsangen")]
    [InlineData("Ｂｒｏ\u2011Ｃｅｎｔｒｕｍ", "bro centrum")]
    [InlineData("Bro\u200B\u3000\U000E0041centrum", "bro centrum")]
    public void Folded_AnyWriting_IsWhatTheyHaveInCommon(string name, string folded) =>
        Assert.Equal(folded, AreaName.Folded(name));

    [Theory]
    [InlineData("Exempeltorget (Bro)", "Exempeltorget")]
    [InlineData("Exempeltorget", "Exempeltorget")]
    [InlineData("(Bro)", "(Bro)")]
    [InlineData("Torget (gamla) norr", "Torget (gamla) norr")]
    public void WithoutSuffix_ParenthesesAtTheEnd_AreCutOff(string name, string without) =>
        Assert.Equal(without, AreaName.WithoutSuffix(name));

    [Theory]
    [InlineData("Östra Råby (Bro)", "ostraraby")]
    [InlineData("Område 12", "omrade12")]
    [InlineData("Ž", "z")]
    [InlineData("北", "")]
    public void ShortName_OfAName_HasLettersAndDigitsAlone(string name, string code) =>
        Assert.Equal(code, AreaName.ShortName(name));

    [Fact]
    public void Folded_EveryLetterOfItsTable_IsALetterFromAToZ() => Assert.All(
        "åäàáâãāæöøòóôõōœéèêëēěüùúûūíìîïīñńŋçčćđðšśžźýÿŧłß",
        c => Assert.True(char.IsAsciiLetterLower(Assert.Single(AreaName.Folded(c.ToString())))));
}
