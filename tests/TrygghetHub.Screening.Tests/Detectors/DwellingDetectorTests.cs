using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class DwellingDetectorTests
{
    [Theory]
    [InlineData("Brand i lägenhet på Storgatan 5")]
    [InlineData("Vattenskada i lgh 11")]
    [InlineData("Storgatan 5, portuppgången")]
    [InlineData("Villavägen 12-1630, Nya gatan 8/1100, länsväg 363/1005, Storgatan 12-14")]
    [InlineData("Storgatan 5 (3 anmälningar)")]
    [InlineData("Storgatan 5 kl (1430)")]
    [InlineData("Skolgatan 5 - 2021")]
    [InlineData("Bygglov Storgatan 12/2024, Storgatan 12-1924 och Storgatan 5 (2021)")]
    [InlineData("Storgatan 12, uppg B, 3 anmälningar")]
    [InlineData("Storgatan 12 i 3 timmar")]
    [InlineData("Storgatan 12, tre anmälningar, tredje natten i rad och två plan")]
    [InlineData("Tredje våningen i parkeringshuset, tre trappor utan ljus")]
    [InlineData("12 lägenheter på Storgatan utan ström")]
    [InlineData("Lägenhet på Storgatan 5 och 7")]
    [InlineData("Lgh 11 har vatten. Annat ärende, många ord bort och utan samband alls, gäller Storgatan 5")]
    public void Find_FlatOrAddressAlone_Passes(string text) => Assert.Empty(Spans.Of(text, FindingKind.Dwelling));

    [Theory]
    [InlineData("Störning Storgatan 5, lgh 1101, kl 23", "Storgatan 5, lgh 1101")]
    [InlineData("Lägenhet 1203 på Ringvägen 12 B", "Lägenhet 1203 på Ringvägen 12")]
    [InlineData("LGH1101, Bergs gränd 3", "LGH1101, Bergs gränd 3")]
    [InlineData("Kungsgatan 10 lägenhetsnummer: 1301", "Kungsgatan 10 lägenhetsnummer: 1301")]
    [InlineData("lgh 1102 på Skolvägen", "lgh 1102 på Skolvägen")]
    [InlineData("Störning Skolvägen 12 (1102) igen", "Skolvägen 12 (1102")]
    [InlineData("Storgatan 12, 3:e våningen", "Storgatan 12, 3:e våningen")]
    [InlineData("Storgatan 12, 3 vån", "Storgatan 12, 3 vån")]
    [InlineData("Storgatan 12, tre trappor", "Storgatan 12, tre trappor")]
    [InlineData("Storgatan 12, tredje våningen", "Storgatan 12, tredje våningen")]
    [InlineData("Bråk på Storgatan 12 på andra våningen", "Storgatan 12 på andra våningen")]
    [InlineData("Storgatan 12 B, två tr upp", "Storgatan 12 B, två tr")]
    [InlineData("Storgatan 12, vån. två", "Storgatan 12, vån. två")]
    [InlineData("Storgatan 12, uppg B, en trappa", "Storgatan 12, uppg B, en trappa")]
    [InlineData("Storgatan 12, 2:a vån", "Storgatan 12, 2:a vån")]
    [InlineData("Storgatan 12, 3e våningen", "Storgatan 12, 3e våningen")]
    [InlineData("Storgatan 12, översta våningen", "Storgatan 12, översta våningen")]
    [InlineData("Storgatan 12, högst upp", "Storgatan 12, högst upp")]
    [InlineData("Storgatan 12, bottenvåningen", "Storgatan 12, bottenvåningen")]
    [InlineData("Storgatan 12 a, 3 tr", "Storgatan 12 a, 3 tr")]
    [InlineData("Storgatan 12, uppg B, 3 tr", "Storgatan 12, uppg B, 3 tr")]
    [InlineData("Storgatan 12, uppgång 2, vån 3", "Storgatan 12, uppgång 2, vån 3")]
    [InlineData("Torget 1 lgh nr 4", "Torget 1 lgh nr 4")]
    [InlineData("Skolstigen 2, våning 3, lgh.nr 1302", "Skolstigen 2, våning 3, lgh.nr 1302")]
    public void Find_FlatWithAddress_SpanIsBoth(string text, string dwelling) =>
        Assert.Equal([(FindingKind.Dwelling, dwelling)], Spans.Blocking(text));
}
