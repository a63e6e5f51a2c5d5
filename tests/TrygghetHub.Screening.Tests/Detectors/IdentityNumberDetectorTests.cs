using CsCheck;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class IdentityNumberDetectorTests
{
    private static readonly FindingKind[] Identity =
        [FindingKind.PersonalIdentityNumber, FindingKind.CoordinationNumber, FindingKind.InterimNumber];

    public static TheoryData<string, string> LookAlikes => new()
    {
        { "organisation number", "Kontakta kommunen, 212000-0100." },
        { "organisation number with 16", "Org.nr 16212000-0100" },
        { "organisation number, no hyphen", "Org.nr 5560360793" },
        { "wrong check digit", "990807-2392" },
        { "a day that is none", "990832-2395" },
        { "30 February", "19000230-1234" },
        { "29 February of no leap year, century known", "19990229-1234" },
        { "month 13", "991307-2395" },
        { "13 digits", "9908072391123" },
        { "14 digits", "19990807239112" },
        { "inside a longer row", "5199908072391" },
        { "a century that is none", "17990807-2391x990807-2392" },
        { "times", "Kl 09.30-16.00, 22.15, 23.59 och 00.30" },
        { "date and time", "2024-05-01 22:15:30" },
        { "date and time with dots", "2024.05.01 22.15" },
        { "coordinates WGS 84", "59.5236, 17.6321" },
        { "coordinates without comma", "59.1012 17.6321" },
        { "coordinates SWEREF 99", "N 6597106 E 656083" },
        { "running number", "Ärende 20260412345" },
        { "phone number", "070-123 45 67" },
        { "bankgiro", "Bg 5050-1055" },
        { "amounts", "12 000 kr, 5 000 kr och 990 807 kr" },
        { "price row", "10 20 30 40 50 60" },
        { "figures", "1 2 3 4 5 6 7 8 9 10" },
        { "figures in groups", "12 85 0412 2386, 14 0412 2386 55" },
        { "a meter", "Mätarställning 8504 122386 kWh" },
        { "article numbers", "8504-122387, 8513-122385 och 8504-122386 12" },
        { "a date of birth and a year", "född 12/4 1985 och död 2019" },
        { "a date and a time", "Anmält 12 april 2024 kl 2215, sista tåget 2340" },
        { "the id of a log, which begins with a time", "Logg-id nr 2403151200 och id-nummer 2403151200" },
        { "a date and the last train", "Den 240501 gick sista tåget 2340 med fyra vagnar, 2350 nästa" },
        { "a date in plain words", "Mötet den 12/4 1985 samlade 2386 personer" },
        { "figures, a number's among them", "Dag för dag: 4 9 9 0 8 0 7 2 3 9 1" },
        { "figures, a number's at first", "9 9 0 8 0 7 2 3 9 1 4" },
        { "figures, one of two digits before", "12 9 9 0 8 0 7 2 3 9 1" },
        { "figures, the last of two digits", "9 9 0 8 0 7 2 3 9 12" },
        { "figures, wrong check digit", "9 9 0 8 0 7 2 3 9 2" },
        { "figures, month 13", "9 9 1 3 0 7 2 3 9 1" },
        { "date and time of the day, right check digit", "240501 2212 ringde en granne" },
        { "date and time with a colon, right check digit", "2024-05-01 22:12" },
        { "groups that nobody writes", "S/N 9908-0723-91" },
        { "groups of three, as of amounts", "990 807 2391" },
        { "groups of a meter", "Mätare 0099 0807 2391" },
        { "chapters", "1.2.0.3.1.0" },
        { "meter reading", "990807 till 990912" },
        { "postal code", "197 91 Bro" },
        { "letters where interim has none", "990807-A391" },
        { "words of l and O", "Olof lo illa vid lilla olo" },
        { "serial of a lamp", "Lampa 12-345-67" },
    };

    [Theory]
    [MemberData(nameof(LookAlikes))]
    public void Find_LookAlike_Passes(string what, string text) =>
        Assert.True(!Spans.Of(text).Any(f => Identity.Contains(f.Kind)), what);

    [Theory]
    [InlineData("121212-1212", FindingKind.PersonalIdentityNumber)]
    [InlineData("121212+1212", FindingKind.PersonalIdentityNumber)]
    [InlineData("990807-2391", FindingKind.PersonalIdentityNumber)]
    [InlineData("701063-2391", FindingKind.CoordinationNumber)]
    [InlineData("19701063-2391", FindingKind.CoordinationNumber)]
    [InlineData("990807-T394", FindingKind.InterimNumber)]
    [InlineData("000229-1239", FindingKind.PersonalIdentityNumber)]
    public void Find_PublicVector_IsFound(string number, FindingKind kind)
    {
        // The check digit of vectors that are made here is computed, not typed.
        var valid = number[..^1] + Checked(number);

        Assert.Equal([(kind, valid)], Spans.Of(valid));
    }

    [Theory]
    [InlineData("pnr9908072391", "9908072391")]
    [InlineData("9908072391ska", "9908072391")]
    [InlineData("kl990807-2391", "990807-2391")]
    [InlineData("12 990807-2391", "990807-2391")]
    [InlineData("99O8O7-239l", "99O8O7-239l")]
    [InlineData("1999-08-07-2391", "1999-08-07-2391")]
    [InlineData("19 990807 2391", "19 990807 2391")]
    [InlineData("99 08 07 - 2391", "99 08 07 - 2391")]
    [InlineData("990807\n2391", "990807\n2391")]
    [InlineData("990807-239 1", "990807-239 1")]
    [InlineData("990807  \u2013  2391", "990807  \u2013  2391")]
    [InlineData("990 807-2391", "990 807-2391")]
    [InlineData("990807        2391", "990807        2391")]
    [InlineData("990807 23 91", "990807 23 91")]
    [InlineData("990807_2391", "990807_2391")]
    [InlineData("990807:2391", "990807:2391")]
    [InlineData("9908-07-2391", "9908-07-2391")]
    [InlineData("Pnr 9 9 0 8 0 7 2 3 9 1, enligt", "9 9 0 8 0 7 2 3 9 1")]
    [InlineData("9.9.0.8.0.7.2.3.9.1.", "9.9.0.8.0.7.2.3.9.1")]
    [InlineData("9 9 0 8 0 7-2 3 9 1", "9 9 0 8 0 7-2 3 9 1")]
    [InlineData("9 9 0 8 0 7 - 2 3 9 1", "9 9 0 8 0 7 - 2 3 9 1")]
    [InlineData("1 9 9 9 0 8 0 7 2 3 9 1", "1 9 9 9 0 8 0 7 2 3 9 1")]
    [InlineData("1 9 9 9 0 8 0 7 - 2 3 9 1", "1 9 9 9 0 8 0 7 - 2 3 9 1")]
    [InlineData("9, 9, 0, 8, 0, 7, 2, 3, 9, 1", "9, 9, 0, 8, 0, 7, 2, 3, 9, 1")]
    [InlineData("9 9 0 8 0 7.2 3.9 1", "9 9 0 8 0 7.2 3.9 1")]
    [InlineData("9908|07|239*1", "9908|07|239*1")]
    [InlineData("pnr 990807-2392", "990807-2392")]
    [InlineData("personnummer: 99 080 723 91", "99 080 723 91")]
    [InlineData("född 990807 och sista fyra är 2391", "990807 och sista fyra är 2391")]
    [InlineData("Född 1999-08-07 (2391)", "1999-08-07 (2391")]
    [InlineData("pers.nr 8504-122386", "8504-122386")]
    [InlineData("8504-122386", "8504-122386")]
    [InlineData("Sagt av 8504 122386 nu", "8504 122386")]
    [InlineData("198504-122386", "198504-122386")]
    [InlineData("85 0412 2386", "85 0412 2386")]
    [InlineData("85-0412-2386", "85-0412-2386")]
    [InlineData("85-04122386", "85-04122386")]
    [InlineData("850412-2 386", "850412-2 386")]
    [InlineData("född den 12:e april 1985, sista fyra siffrorna är 2386", "12:e april 1985, sista fyra siffrorna är 2386")]
    [InlineData("pers.nr 8504122387", "8504122387")]
    [InlineData("person nr: 8504122387", "8504122387")]
    [InlineData("p-nr 8504122387", "8504122387")]
    [InlineData("född 12/4 1985, fyra sista 2386", "12/4 1985, fyra sista 2386")]
    [InlineData("född 12.4.85 med slutsiffror 2386", "12.4.85 med slutsiffror 2386")]
    [InlineData("född den 12 april 1985, sista fyra 2386", "12 april 1985, sista fyra 2386")]
    [InlineData("Född 12 apr -85 (2386)", "12 apr -85 (2386")]
    [InlineData("född 850412, 2386 som fyra sista", "850412, 2386")]
    [InlineData("fyra sista är 2386, född 1985-04-12", "2386, född 1985-04-12")]
    [InlineData("slutsiffror 2386 och född 12 april 1985", "2386 och född 12 april 1985")]
    public void Find_WrittenForm_SpanIsTheNumber(string text, string number) =>
        Assert.Equal([number], Spans.Of(text, FindingKind.PersonalIdentityNumber));

    [Fact]
    public void Find_EveryWrittenFormInASentence_NoneMissed() =>
        SwedishSentences.Around(SwedishSentences.Disguised(Written())).Sample(
            text => Assert.Contains(Spans.Screener.Screen(text), f => Identity.Contains(f.Kind)), iter: 20_000);

    [Fact]
    public void Find_WrongCheckDigit_NeverFound() =>
        Gen.Select(Numbers, Gen.Int[1, 9], (digits, off) => digits[..^1] + (char)('0' + ((digits[^1] - '0' + off) % 10)))
            .Select(d => d[2..8] + "-" + d[8..])
            .Sample(text => Assert.DoesNotContain(Spans.Of(text), f => Identity.Contains(f.Kind)), iter: 5_000);

    [Fact]
    public void Find_OrganisationNumber_AlwaysPasses() =>
        Gen.Select(Gen.Int[16, 99], Gen.Int[20, 99], Gen.Int[0, 99], Gen.Int[0, 999], (a, b, c, d) => $"{a:00}{b:00}{c:00}-{d:000}")
            .Select(n => n + Checked(n + "0"))
            .Sample(text => Assert.Empty(Spans.Blocking("Org.nr " + text)), iter: 5_000);

    /// <summary>Twelve digits (or eleven and an interim's letter) of somebody who may exist.</summary>
    private static readonly Gen<string> Numbers = Gen.Select(
        // From 2015 on a date and four digits may be a time of day.
        Gen.Int[1930, 2014], Gen.Int[1, 366], Gen.Int[0, 999], Gen.Int[0, 3], Gen.Int[0, 10], (year, dayOfYear, serial, kind, letter) =>
        {
            var date = new DateOnly(year, 1, 1).AddDays(Math.Min(dayOfYear, DateTime.IsLeapYear(year) ? 366 : 365) - 1);
            var day = date.Day + (kind == 1 ? 60 : 0);
            var last = $"{serial:000}";
            var number = $"{date.Year:0000}{date.Month:00}{day:00}" + (kind == 2 ? "TRSUWXJKLMN"[letter] + last[1..] : last);
            return number + Checked(number[2..] + "0");
        });

    private static Gen<string> Written() => Gen.Select(Numbers, Gen.Int[0, 11], SwedishSentences.Space, SwedishSentences.Dash, (n, form, space, dash) =>
    {
        // 29 February of 1900 looks like one of 2000, which exists, and with a plus like none: never a plus there.
        var (century, yy, mm, dd, last) = (n[..2], n[2..4], n[4..6], n[6..8], n[8..]);
        return form switch
        {
            0 => century + yy + mm + dd + last,
            1 => yy + mm + dd + last,
            2 => century + yy + mm + dd + dash + last,
            3 => yy + mm + dd + dash + last,
            4 => yy + mm + dd + (yy == "00" ? "-" : "+") + last,
            5 => yy + mm + dd + space + last,
            6 => century + yy + mm + dd + space + last,
            7 => yy + space + mm + space + dd + space + last,
            8 => yy + "." + mm + "." + dd + "." + last,
            9 => century + yy + "-" + mm + "-" + dd + dash + last,
            10 => century + space + yy + mm + dd + dash + last,
            _ => century + yy + space + mm + space + dd + space + last,
        };
    });

    /// <summary>The check digit of what is written, its last character apart (Luhn; an interim letter counts as 1).</summary>
    private static char Checked(string number)
    {
        var digits = number.Where(char.IsLetterOrDigit).Select(c => char.IsDigit(c) ? c - '0' : 1).ToArray()[..^1];
        var ten = digits[^9..];
        var sum = ten.Select((d, i) => i % 2 == 0 ? d * 2 : d).Sum(d => (d / 10) + (d % 10));
        return (char)('0' + ((10 - (sum % 10)) % 10));
    }
}
