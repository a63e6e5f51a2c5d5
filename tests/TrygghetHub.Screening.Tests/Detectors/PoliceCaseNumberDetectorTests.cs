using CsCheck;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class PoliceCaseNumberDetectorTests
{
    [Theory]
    [InlineData("K4 och K5 i korsningen")]
    [InlineData("Vägen K123456")]
    [InlineData("Bokning 123456-24")]
    [InlineData("Volk123456-24x")]
    [InlineData("Kiosk 12-24")]
    [InlineData("K12-24")]
    [InlineData("K-märkt hus från 1920")]
    [InlineData("ok 1234 - 56789")]
    [InlineData("nyckelserie 2K 4471-08 och 12K 123456-24")]
    public void Find_LookAlike_Passes(string text) => Assert.Empty(Spans.Of(text, FindingKind.PoliceCaseNumber));

    [Theory]
    [InlineData("Se 5000-K123456-24.", "5000-K123456-24")]
    [InlineData("Se K123456-24", "K123456-24")]
    [InlineData("0201-K1234-2024", "0201-K1234-2024")]
    [InlineData("5000K123456-24", "5000K123456-24")]
    [InlineData("K-nummer 123456-24", "K-nummer 123456-24")]
    [InlineData("K-nr: 123456-24", "K-nr: 123456-24")]
    [InlineData("k 123456/24", "k 123456/24")]
    [InlineData("5000\u2013K123456\u201324", "5000\u2013K123456\u201324")]
    public void Find_Number_SpanIsTheNumber(string text, string number) =>
        Assert.Equal([(FindingKind.PoliceCaseNumber, number)], Spans.Blocking(text));

    [Fact]
    public void Find_NumberInASentence_NoneMissed() =>
        SwedishSentences.Around(Gen.Select(Gen.Int[1000, 9999], Gen.Int[1000, 1_999_999], Gen.Int[10, 29], SwedishSentences.Dash,
            (unit, number, year, dash) => $"{unit}-K{number}{dash}{year}"))
        .Sample(text => Assert.NotEmpty(Spans.Of(text, FindingKind.PoliceCaseNumber)), iter: 5_000);
}
