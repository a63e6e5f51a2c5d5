using CsCheck;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests.Detectors;

public sealed class EmailAddressDetectorTests
{
    [Theory]
    [InlineData("Vi ses @ torget. Ta med fika")]
    [InlineData("10 st @ 25 kr")]
    [InlineData("10 st @25,50 kr")]
    [InlineData("Tack @polisen, se kartan")]
    [InlineData("Kalle @torget,se upp, bilaga @polisen/se")]
    [InlineData("info@polisen,annars")]
    [InlineData("@")]
    [InlineData("a@b")]
    [InlineData("anna@localhost")]
    [InlineData("anna@example.")]
    [InlineData("@example.se")]
    [InlineData("Se www.polisen.se/start")]
    [InlineData("Enligt punkt (a) nedan.och enligt (b)")]
    [InlineData("Punkt 3(a) gäller parken. Se skylten")]
    [InlineData("Grupp (A) Torget.Se kartan")]
    [InlineData("Elefantens snabel-a")]
    [InlineData("We met at live music, look at outlook and at spray")]
    public void Find_LookAlike_Passes(string text) => Assert.Empty(Spans.Of(text, FindingKind.EmailAddress));

    [Theory]
    [InlineData("Skriv till anna.svensson@example.se.", "anna.svensson@example.se")]
    [InlineData("<anna+bro@mail.example.com>", "anna+bro@mail.example.com")]
    [InlineData("åsa.öberg@exempel.se", "åsa.öberg@exempel.se")]
    [InlineData("anna @ example.se", "anna @ example.se")]
    [InlineData("kalle@exempel,se", "kalle@exempel,se")]
    [InlineData("kalle@exempel ,se", "kalle@exempel ,se")]
    [InlineData("kalle@exempel..se", "kalle@exempel..se")]
    [InlineData("kalle@exempel/se", "kalle@exempel/se")]
    [InlineData("kalle@@exempel.se", "kalle@@exempel.se")]
    [InlineData("kalle@mail.exempel,com", "kalle@mail.exempel,com")]
    [InlineData("kalle@exempel;nu", "kalle@exempel;nu")]
    [InlineData("kalle@exempel_se", "kalle@exempel_se")]
    [InlineData("kalle@exempel:se", "kalle@exempel:se")]
    [InlineData("kalle(at)exempel,se", "kalle(at)exempel,se")]
    [InlineData("anna(at)example.se", "anna(at)example.se")]
    [InlineData("anna [at] example.se", "anna [at] example.se")]
    [InlineData("anna snabel-a example.se", "anna snabel-a example.se")]
    [InlineData("kalle at gmail", "kalle at gmail")]
    [InlineData("kalle (at) live", "kalle (at) live")]
    [InlineData("namn(a)x.se", "namn(a)x.se")]
    [InlineData("namn[a]x.se", "namn[a]x.se")]
    [InlineData("namn{A}x.se", "namn{A}x.se")]
    [InlineData("Skriv till namn (a) x.se nu", "namn (a) x.se")]
    [InlineData("namn (snabel-a) x.se", "namn (snabel-a) x.se")]
    [InlineData("namn[snabela]x.se", "namn[snabela]x.se")]
    [InlineData("namn snabel a x.se", "namn snabel a x.se")]
    [InlineData("namn Snabel-a x.se", "namn Snabel-a x.se")]
    [InlineData("anna\uFF20example.se", "anna\uFF20example.se")]
    [InlineData("an\u00ADna@exam\u200Bple.se", "an\u00ADna@exam\u200Bple.se")]
    public void Find_Address_SpanIsTheAddress(string text, string address) =>
        Assert.Equal([address], Spans.Of(text, FindingKind.EmailAddress));

    [Fact]
    public void Find_AddressInASentence_NoneMissed() =>
        SwedishSentences.Around(
            Gen.Select(Gen.Char['a', 'z'].Array[1, 12], Gen.Char['a', 'z'].Array[1, 12], SwedishSentences.Pick("se", "com", "nu", "org"),
                (name, domain, top) => $"{string.Concat(name)}@{string.Concat(domain)}.{top}"))
        .Sample(text => Assert.NotEmpty(Spans.Of(text, FindingKind.EmailAddress)), iter: 5_000);
}
