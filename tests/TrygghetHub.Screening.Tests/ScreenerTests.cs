using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests;

public sealed class ScreenerTests
{
    [Fact]
    public void Screen_Null_Throws() => Assert.Throws<ArgumentNullException>(() => new Screener([]).Screen(null!));

    [Fact]
    public void Screen_CleanText_FindsNothing() =>
        Assert.Empty(new Screener([]).Screen("Krossad ruta vid stationen."));

    [Fact]
    public void Screen_EmptyText_AllocatesNothing()
    {
        var screener = new Screener([]);
        screener.Screen("");
        var before = GC.GetAllocatedBytesForCurrentThread();

        screener.Screen("");

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Screen_CleanTexts_ShareOneEmptyList()
    {
        var screener = new Screener([]);

        Assert.Same(screener.Screen(""), screener.Screen("Klotter på gångtunnelns norra vägg, 12 kvadratmeter."));
    }

    [Fact]
    public void Kinds_BelowTwenty_BlockAlways() => Assert.All(
        Enum.GetValues<FindingKind>(), kind => Assert.Equal((int)kind is > 0 and < 20, kind.AlwaysBlocks()));

    [Fact]
    public void Screen_ManyFindings_AreInOrderAndNeverOverlap()
    {
        var found = Spans.Screener.Screen(
            "Anna Svensson, 19121212-1212, tel 070-123 45 67, anna.svensson@example.se, bil ABC 123, K123456-24, Kevins bror.");

        Assert.Equal(
            [
                FindingKind.Name, FindingKind.PersonalIdentityNumber, FindingKind.PhoneNumber, FindingKind.EmailAddress,
                FindingKind.RegistrationPlate, FindingKind.PoliceCaseNumber, FindingKind.Relation,
            ],
            found.Select(f => f.Kind));
        Assert.All(found.Zip(found.Skip(1)), pair => Assert.True(pair.First.Start + pair.First.Length <= pair.Second.Start));
    }

    [Theory]
    // What may be two things is the more specific one, once.
    [InlineData("Ring 0701234567 nu", FindingKind.PhoneNumber)]
    [InlineData("anna.svensson@example.se", FindingKind.EmailAddress)]
    [InlineData("5000-K0701234-24", FindingKind.PoliceCaseNumber)]
    [InlineData("konto 5000-701063-2391", FindingKind.CoordinationNumber)]
    public void Screen_WhatMayBeTwoThings_IsOne(string text, FindingKind kind) => Assert.Equal([kind], Spans.Of(text).Select(f => f.Kind));

    [Theory]
    [InlineData("Sagt av 990807\u200B-\u00AD2391 nu", "990807\u200B-\u00AD2391")]
    [InlineData("a\u0308 990807-2391", "990807-2391")]
    [InlineData("\u200B\uFF19\uFF19\uFF10\uFF18\uFF10\uFF17\uFF0D\uFF12\uFF13\uFF19\uFF11.", "\uFF19\uFF19\uFF10\uFF18\uFF10\uFF17\uFF0D\uFF12\uFF13\uFF19\uFF11")]
    [InlineData("\uD83D\uDE00 990807-2391 \uD83D\uDE00", "990807-2391")]
    [InlineData("\uFDFA 990807-2391", "990807-2391")]
    [InlineData("\u2026 990807-2391", "990807-2391")]
    public void Screen_NormalisedText_SpansAreOfTheTextAsGiven(string text, string value) =>
        Assert.Equal([(FindingKind.PersonalIdentityNumber, value)], Spans.Of(text));

    [Theory]
    // Tag characters and Hangul fillers are dropped, a braille blank is a space; entities and percent encoding are read, also twice.
    [InlineData("850412\U000E0041-2386", "850412\U000E0041-2386")]
    [InlineData("8504\u316412-23\u316486", "8504\u316412-23\u316486")]
    [InlineData("850412\u28002386", "850412\u28002386")]
    [InlineData("850412&#45;2386", "850412&#45;2386")]
    [InlineData("850412&#x2d2386 nu", null)]
    [InlineData("850412&ndash;2386", "850412&ndash;2386")]
    [InlineData("850412&nbsp2386", "850412&nbsp2386")]
    [InlineData("850412&amp;amp;#45;2386", "850412&amp;amp;#45;2386")]
    [InlineData("850412%252D2386", "850412%252D2386")]
    [InlineData("%2538%253504122386", "%2538%253504122386")]
    [InlineData("&amp;#56;&amp;amp;#x35;0412-2386.", "&amp;#56;&amp;amp;#x35;0412-2386")]
    [InlineData("&#0000000000000000000056;50412-2386", "&#0000000000000000000056;50412-2386")]
    [InlineData("850412&#&#52;5;2386", "850412&#&#52;5;2386")]
    [InlineData("850412\uFF06\uFF03\uFF14\uFF15\uFF1B2386", "850412\uFF06\uFF03\uFF14\uFF15\uFF1B2386")]
    [InlineData("850412&\u200B#4\u200B5;2386", "850412&\u200B#4\u200B5;2386")]
    [InlineData("850412&#xFF06;#4\u03325;2386", "850412&#xFF06;#4\u03325;2386")]
    [InlineData("85<b>04</b>12<br>2386", "85<b>04</b>12<br>2386")]
    [InlineData("8504<!-- 1 -->12-2386", "8504<!-- 1 -->12-2386")]
    [InlineData("850412%962386", "850412%962386")]
    [InlineData("850412\\u005Cu002D2386", "850412\\u005Cu002D2386")]
    [InlineData("850412%E2%80%932386", "850412%E2%80%932386")]
    [InlineData("&#56;50412-238%36.", "&#56;50412-238%36")]
    [InlineData("\u277D\u277A\u24FF\u2779\u2776\u2777-2386", "\u277D\u277A\u24FF\u2779\u2776\u2777-2386")]
    [InlineData("8\uFE0F\u20E350412-2386", "8\uFE0F\u20E350412-2386")]
    [InlineData("85\u041E412-2386", "85\u041E412-2386")]
    public void Screen_NumberInDisguise_SpanIsOfTheTextAsGiven(string text, string? value) =>
        Assert.Equal(value is null ? [] : [value], Spans.Of("Sagt: " + text, FindingKind.PersonalIdentityNumber));

    [Fact]
    public void Screen_TextInTagCharacters_IsFoundWhereItStands()
    {
        var hidden = string.Concat("850412-2386".Select(c => char.ConvertFromUtf32(0xE0000 + c)));

        Assert.Equal([(FindingKind.PersonalIdentityNumber, hidden)], Spans.Of($"Lugn kväll{hidden}."));
    }

    [Theory]
    [InlineData("amp;", "&", "#56;")]
    [InlineData("25", "%", "38")]
    [InlineData("#38;", "&", "#56;")]
    [InlineData("u005C", "\\", "u0038")]
    public void Screen_ADigitEncodedOverAndOver_IsFoundAtAnyDepth(string again, string sign, string digit)
    {
        var value = sign + string.Concat(Enumerable.Repeat(again, 5_000)) + digit + "50412-2386";

        Assert.Equal([(FindingKind.PersonalIdentityNumber, value)], Spans.Of($"Sagt: {value}."));
    }

    [Theory]
    [InlineData("<a href=\"mailto:kalle%40exempel.se\">mejl</a>", FindingKind.EmailAddress)]
    [InlineData("&lt;a href=&quot;mailto:kalle&#64;exempel.se&quot;&gt;mejl&lt;/a&gt;", FindingKind.EmailAddress)]
    [InlineData("Lugnt<!-- 850412&#45;2386 -->", FindingKind.PersonalIdentityNumber)]
    [InlineData("Lugnt <img src=\"x\" alt=\"850412%2D2386\">", FindingKind.PersonalIdentityNumber)]
    [InlineData("<!-- 850412 --><b>x</b><!-- &#45;2386 --> <!-- 850412%2D2386 -->", FindingKind.PersonalIdentityNumber)]
    public void Screen_WhatElementsAndCommentsHold_IsFound(string text, FindingKind kind) =>
        Assert.Contains(kind, Spans.Blocking(text).Select(f => f.Kind));

    [Fact]
    public void Screen_WhatAnElementHoldsAsItIs_IsFoundInItsPlace() => Assert.Equal(
        [(FindingKind.EmailAddress, "kalle@exempel.se")], Spans.Blocking("<a href=\"mailto:kalle@exempel.se\" id=\"x\">mejl</a>"));

    [Fact]
    public void Screen_WhatBlocksAcrossWhatWarns_IsFound()
    {
        static string Tags(string text) => string.Concat(text.Select(c => char.ConvertFromUtf32(0xE0000 + c)));

        // What is hidden spans the name, which only warns.
        Assert.Contains(FindingKind.PersonalIdentityNumber, Spans.Blocking($"{Tags("850412")} Kevin Andersson {Tags("-2386")}").Select(f => f.Kind));
    }

    [Fact]
    public void Screen_TagCharactersThatAreEncoded_AreFound()
    {
        var hidden = string.Concat("850412-2386".Select(c => $"&#x{0xE0000 + c:X};"));

        Assert.Equal([(FindingKind.PersonalIdentityNumber, hidden)], Spans.Of($"Lugn kväll{hidden}."));
    }

    [Theory]
    [InlineData("Go\u0308sta Sjo\u0308berg")]
    [InlineData("G&#111;&#776;sta Sj&ouml;berg")]
    public void Screen_NamesWithMarksApart_AreFound(string name) => Assert.Equal([name], Spans.Of($"Det var {name} där", FindingKind.Name));
}
