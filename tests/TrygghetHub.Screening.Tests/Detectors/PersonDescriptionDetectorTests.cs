using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class PersonDescriptionDetectorTests
{
    [Theory]
    [InlineData("Ungdomar samlas vid torget, en person gripen")]
    [InlineData("Tonåringar misstänks för klotter")]
    [InlineData("En 15-åring har ramlat med cykel")]
    [InlineData("Skolan fyller 40 år")]
    [InlineData("Fängelse i 2 år för den som grips")]
    [InlineData("En mångårig misstanke")]
    [InlineData("Stulna jackor och jeans i butiken")]
    [InlineData("Polisen har gripit en man")]
    [InlineData("12 år sedan gripandet")]
    [InlineData("En idé född 2004 i Bro")]
    public void Find_Situation_Passes(string text) => Assert.Empty(Spans.Of(text, FindingKind.PersonDescription));

    [Theory]
    [InlineData("En 17-årig pojke misstänks", "17-årig pojke misstänks")]
    [InlineData("Man i 30-årsåldern gripen", "30-årsåldern gripen")]
    [InlineData("Gripen är en man, 45 år.", "Gripen är en man, 45 år")]
    [InlineData("femtonårig flicka iklädd rosa", "femtonårig flicka iklädd")]
    [InlineData("en man i fyrtiofemårsåldern anhållen", "fyrtiofemårsåldern anhållen")]
    [InlineData("misstänkt född 2004", "misstänkt född 2004")]
    [InlineData("en man född 1985-04-12 bor där", "född 1985-04-12")]
    [InlineData("kille född 850412", "född 850412")]
    [InlineData("misstänkt född -04", "misstänkt född -04")]
    [InlineData("en 20-åring i mörk jacka", "20-åring i mörk jacka")]
    [InlineData("en man iklädd svart", "man iklädd")]
    [InlineData("Signalement: lång man", "Signalement: lång man")]
    public void Find_Description_SpanIsAgeAndCue(string text, string description) =>
        Assert.Equal([description], Spans.Of(text, FindingKind.PersonDescription));
}
