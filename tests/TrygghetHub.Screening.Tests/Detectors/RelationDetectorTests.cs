using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class RelationDetectorTests
{
    [Theory]
    [InlineData("Mannens bror ringde")]
    [InlineData("Kvinnans granne och hennes son")]
    [InlineData("Polis kallas till platsen. Ambulans kallad.")]
    [InlineData("A-traktor, så kallad EPA, stoppad")]
    [InlineData("Kommunens barn, skolans vänner, i Brunnas familjer")]
    [InlineData("Vid \"Grottan\" samlas ungdomar")]
    public void Find_Nobody_Passes(string text) => Assert.Empty(Spans.Of(text, FindingKind.Relation));

    [Theory]
    [InlineData("Det var Kevins bror", "Kevins bror")]
    [InlineData("Det var kevins lillebror", "kevins lillebror")]
    [InlineData("Anders mamma ringde", "Anders mamma")]
    [InlineData("Björns sambo", "Björns sambo")]
    [InlineData("Enligt Xhevdets kusin", "Xhevdets kusin")]
    [InlineData("en man kallad Råttan sågs", "kallad Råttan")]
    [InlineData("en man kallad \"lilla råttan\" sågs", "kallad \"lilla råttan\"")]
    [InlineData("mannen, alias råttan", "alias råttan")]
    [InlineData("med smeknamnet Råttan", "smeknamnet Råttan")]
    [InlineData("Kevin \"Råttan\" Svensson", "Kevin \"Råttan\"")]
    [InlineData("Kevin \u201DRåttan\u201D Svensson", "Kevin \u201DRåttan\u201D")]
    public void Find_SomebodysKinOrNickname_SpanIsAll(string text, string relation) =>
        Assert.Equal([relation], Spans.Of(text, FindingKind.Relation));
}
