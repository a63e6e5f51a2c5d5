using CsCheck;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class RegistrationPlateDetectorTests
{
    [Theory]
    [InlineData("Brand i HUS 123")]
    [InlineData("Belysningsstolpe BRO 112 trasig")]
    [InlineData("Skåp FTX 123 uppbrutet")]
    [InlineData("Kamera CAM 204 nedriven")]
    [InlineData("Container märkt RAG 455 brann")]
    [InlineData("Hissen nr ABC 123 står")]
    [InlineData("VÄG 222 avstängd")]
    [InlineData("RIK 112")]
    [InlineData("E18 123 m efter TPL 139")]
    [InlineData("En personbil i diket vid TPL 139")]
    [InlineData("Beslut enligt LSS 123")]
    [InlineData("Ring SOS 112, TEL 123")]
    [InlineData("Bilen kom med 100 km/h")]
    [InlineData("regnr slutar med 123")]
    [InlineData("Två bilar och 123 personer")]
    [InlineData("ABC 1234")]
    [InlineData("ABCD 123")]
    [InlineData("XABC123")]
    [InlineData("ABC   123")]
    [InlineData("ABC 12O")]
    [InlineData("AIC 123")]
    [InlineData("ABQ 123")]
    [InlineData("ÅBC 123")]
    [InlineData("Lampa abc 123")]
    [InlineData("SFS 2023:196")]
    [InlineData("Bilen, TPL 139, bärgad")]
    [InlineData("Personbil vid DOM 123")]
    [InlineData("bilen med 123 kronor")]
    [InlineData("BILEN MED 100 KM/H")]
    [InlineData("Saab och Volvo max 100 km/h")]
    // Makes and models, norms, authorities, radio, media, arms and drugs, products, roads.
    [InlineData("En BMW 320 och en mc KTM 125, Mercedes GLC 300 och Yamaha YZF 250")]
    [InlineData("PDF 123, DOC 200, JPG 300, USB 300, LED 150, SSD 500, DNA 123")]
    [InlineData("RSA 112, SOS 112, LKC 204, RLC 110, MSB 120, TRV 263, SMS 725")]
    [InlineData("enligt PBL 900, BBR 105, AFS 202, DDR 400, HVB 120, SSK 123")]
    [InlineData("Film ABX 123, rum KLM 123, buss KLM 123, talgrupp KLM 123, norm KLM 123")]
    [InlineData("CZK 500, EUR 250, SEK 900, THC 100, LSD 100, AKM 762")]
    [InlineData("Stöld av DeWalt DCD 796 och Philips SHM 190")]
    [InlineData("Vägen är rak 50 m och ett rep 20 m långt, rör tub 12 g")]
    [InlineData("Vägen är rak 50m, rep 20m, RÖR TUB 12 G")]
    [InlineData("ett rör klm 12 d och KLM 12 M")]
    [InlineData("Avstånd KLM 123 m, vikt KLM 100 kg, KLM 100 %")]
    [InlineData("TUR 123 MOT 200 PÅ RAD 300, SAL 101, HUS 204, BYN 300")]
    public void Find_LookAlike_Passes(string text) => Assert.Empty(Spans.Blocking(text));

    [Theory]
    [InlineData("Silvrig bil ABC 123 stod där", "ABC 123")]
    [InlineData("ABC123", "ABC123")]
    [InlineData("Lampan trasig, ABC 123 stod där", "ABC 123")]
    [InlineData("Vid porten stod ABC 123", "ABC 123")]
    [InlineData("ABC-12D", "ABC-12D")]
    [InlineData("(ABC12D)", "ABC12D")]
    [InlineData("regnr abc 123", "abc 123")]
    [InlineData("en bil, abc12d, körde", "abc12d")]
    [InlineData("Regnr: HUS 123", "HUS 123")]
    [InlineData("Moped LSS12D", "LSS12D")]
    [InlineData("bilen DOM 123 stod där", "DOM 123")]
    [InlineData("Volvo MAX 123", "MAX 123")]
    [InlineData("BMW MED-12D", "MED-12D")]
    [InlineData("Lastbil: HUS 123", "HUS 123")]
    [InlineData("taxi (LAG 123)", "LAG 123")]
    [InlineData("bil abc 123", "abc 123")]
    [InlineData("mlb84a stod där", "mlb84a")]
    [InlineData("klm123 felparkerad", "klm123")]
    [InlineData("ABC_123", "ABC_123")]
    [InlineData("En taxi ABX123T", "ABX123T")]
    [InlineData("Skylt KLM\n123", "KLM\n123")]
    [InlineData("Skylt KLM\r\n123", "KLM\r\n123")]
    [InlineData("Där stod KLM \r\n12D", "KLM \r\n12D")]
    [InlineData("Där stod KLM \n123", "KLM \n123")]
    [InlineData("Där stod KLM 12 D", "KLM 12 D")]
    [InlineData("bilen klm 12 d", "klm 12 d")]
    [InlineData("Bilen KLM 12 W har stått", "KLM 12 W")]
    [InlineData("regnr klm 12 m", "klm 12 m")]
    [InlineData("K L M 1 2 3", "K L M 1 2 3")]
    [InlineData("\u041A\u041C\u0425 123", "\u041A\u041C\u0425 123")]
    [InlineData("Norsk bil AB 12345", "AB 12345")]
    [InlineData("Dansk bil AB 12 345", "AB 12 345")]
    [InlineData("Tysk bil B-AB 1234", "B-AB 1234")]
    [InlineData("regnr KALLE1", "KALLE1")]
    [InlineData("ABC\u00A0123", "ABC\u00A0123")]
    [InlineData("\uFF21\uFF22\uFF23 \uFF11\uFF12\uFF13", "\uFF21\uFF22\uFF23 \uFF11\uFF12\uFF13")]
    public void Find_Plate_SpanIsThePlate(string text, string plate) =>
        Assert.Equal([(FindingKind.RegistrationPlate, plate)], Spans.Blocking(text));

    [Fact]
    public void Find_PlateAfterAWordForIt_NoneMissed() =>
        Gen.Select(Letters.Array[3], Gen.Int[0, 99], Gen.OneOf(Gen.Char['0', '9'], LastLetter), SwedishSentences.Pick("", " ", "-"),
            (letters, number, last, gap) => $"Bilen, regnr {string.Concat(letters)}{gap}{number:00}{last}, stod kvar.")
        .Sample(text => Assert.Single(Spans.Blocking(text)), iter: 10_000);

    private static readonly Gen<char> Letters = Gen.Char["ABCDEFGHJKLMNOPRSTUWXYZ"];
    private static readonly Gen<char> LastLetter = Gen.Char["ABCDEFGHJKLMNPRSTUWXYZ"];
}
