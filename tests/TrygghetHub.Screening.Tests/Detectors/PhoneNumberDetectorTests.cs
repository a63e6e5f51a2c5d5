using CsCheck;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class PhoneNumberDetectorTests
{
    [Theory]
    [InlineData("Ring 112")]
    [InlineData("Tipsa polisen på 114 14 eller 11414, vården på 1177")]
    [InlineData("Öppet 08.00-16.30")]
    [InlineData("Öppet 08.30-16.00")]
    [InlineData("Stängt 0830-1600 och 0900-1700")]
    [InlineData("Mellan 08.30 och 16.00, 08:15-09:45")]
    [InlineData("Den 08-02-2024 och 2024-02-08")]
    [InlineData("Den 01-02-2024, 08/12/2024, 07-08-24")]
    [InlineData("Punkten 59.0812345678 17.0701234567")]
    [InlineData("N 6597106, E 656083")]
    [InlineData("Löpnummer 20260412345")]
    [InlineData("Ärende 2024-0701234567")]
    [InlineData("Org.nr 212000-0100, bg 5050-1055")]
    [InlineData("Skada för 1 250 000 kr")]
    [InlineData("0 personer, 00 skadade, 000000000000")]
    [InlineData("0 70 174 06 05 12 och 0 7 174 06 05 1")]
    [InlineData("Resultat 0 70, 0-70 och 0 71 12")]
    [InlineData("Linje 046 och 0100")]
    [InlineData("+12 grader, 22+3 personer")]
    [InlineData("Öppet 07.30-16.00 12 personer")]
    [InlineData("Öppet 0730-16.00 12 personer")]
    [InlineData("Kl 07.00 16.00 24 personer")]
    [InlineData("Den 07.02.2024-08 12")]
    [InlineData("197 91 Bro")]
    [InlineData("Telefon 20240512 och tel 240512, mobil 500000 kr, tel 116 111 och tel 116111")]
    public void Find_LookAlike_Passes(string text) => Assert.Empty(Spans.Blocking(text));

    [Theory]
    [InlineData("Ring 070-123 45 67 nu", "070-123 45 67")]
    [InlineData("Ring 0701234567.", "0701234567")]
    [InlineData("tel 1234567", "1234567")]
    [InlineData("Telefon: 12345678.", "12345678")]
    [InlineData("tel0701234567", "0701234567")]
    [InlineData("tel: O7O-l23 45 67", "O7O-l23 45 67")]
    [InlineData("0701-23 45 67", "0701-23 45 67")]
    [InlineData("0 70 174 06 05", "0 70 174 06 05")]
    [InlineData("Nås på 0 70-174 06 05.", "0 70-174 06 05")]
    [InlineData("0-70-174-06-05", "0-70-174-06-05")]
    [InlineData("(0)70-174 06 05", "0)70-174 06 05")]
    [InlineData("0 701740605", "0 701740605")]
    [InlineData("0 7 0 1740605", "0 7 0 1740605")]
    [InlineData("07 0 174 06 05", "07 0 174 06 05")]
    [InlineData("tel 0 8 123 456 78", "0 8 123 456 78")]
    [InlineData("070.123.45.67", "070.123.45.67")]
    [InlineData("070-123-45-67", "070-123-45-67")]
    [InlineData("Ring 070-123.45.67.", "070-123.45.67")]
    [InlineData("Ring 070.123 45-67", "070.123 45-67")]
    [InlineData("0701.23 45 67", "0701.23 45 67")]
    [InlineData("0701-23.45.67", "0701-23.45.67")]
    [InlineData("+46 70 123 45 67", "+46 70 123 45 67")]
    [InlineData("+46 (0)70-123 45 67", "+46 (0)70-123 45 67")]
    [InlineData("+46701234567", "+46701234567")]
    [InlineData("0046 70 123 45 67", "0046 70 123 45 67")]
    [InlineData("46701234567", "46701234567")]
    [InlineData("08-123 456 78 kl 12", "08-123 456 78")]
    [InlineData("(08) 123 456 78", "08) 123 456 78")]
    [InlineData("018-10 20 30", "018-10 20 30")]
    [InlineData("0910-123 45", "0910-123 45")]
    [InlineData("+47 22 22 55 55", "+47 22 22 55 55")]
    [InlineData("+358 40 1234567", "+358 40 1234567")]
    [InlineData("070\u00A0123\u00A045\u00A067", "070\u00A0123\u00A045\u00A067")]
    [InlineData("070\u2013123 45 67", "070\u2013123 45 67")]
    public void Find_Number_SpanIsTheNumber(string text, string number) =>
        Assert.Equal([(FindingKind.PhoneNumber, number)], Spans.Blocking(text));

    [Fact]
    public void Find_MobileInEveryWrittenForm_NoneMissed() =>
        SwedishSentences.Around(SwedishSentences.Disguised(Written)).Sample(text => Assert.NotEmpty(Spans.Blocking(text)), iter: 10_000);

    private static readonly Gen<string> Written = Gen.Select(
        SwedishSentences.Pick("70", "72", "73", "76", "79"), Gen.Int[1_000_000, 9_999_999], Gen.Int[0, 10], SwedishSentences.Space, (prefix, number, form, space) =>
        {
            var (a, b, c) = ($"{number}"[..3], $"{number}"[3..5], $"{number}"[5..]);
            return form switch
            {
                0 => $"0{prefix}{number}",
                1 => $"0{prefix}-{number}",
                2 => $"0{prefix}-{a}{space}{b}{space}{c}",
                3 => $"0{prefix}{space}{a}{space}{b}{space}{c}",
                4 => $"0{prefix}.{a}.{b}.{c}",
                5 => $"+46{prefix}{number}",
                6 => $"+46{space}{prefix}{space}{a}{space}{b}{space}{c}",
                7 => $"0046{prefix}{number}",
                8 => $"0{prefix}-{a}.{b}.{c}",
                9 => $"0{prefix}{a[0]}.{a[1..]} {b} {c}",
                _ => $"0{prefix}/{a}{b}{c}",
            };
        });
}
