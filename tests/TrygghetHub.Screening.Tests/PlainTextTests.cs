using CsCheck;

namespace TrygghetHub.Screening.Tests;

/// <summary>What systems encode for browsers is read as what a reader sees.</summary>
public sealed class PlainTextTests
{
    [Theory]
    [InlineData("850412&#45;2386", "850412-2386")]
    [InlineData("850412&#x2D;2386", "850412-2386")]
    [InlineData("850412&#X2d2386", "850412\uFFFD")]
    [InlineData("850412&amp;#45;2386", "850412-2386")]
    [InlineData("850412&amp;amp;amp;#45;2386", "850412-2386")]
    [InlineData("850412&ndash;2386", "850412–2386")]
    [InlineData("850412&hyphen;2386", "850412\u20102386")]
    [InlineData("850412%2D2386", "850412-2386")]
    [InlineData("850412%252D2386", "850412-2386")]
    [InlineData("850412%26%2345%3B2386", "850412-2386")]
    [InlineData("&#56;50412-2386", "850412-2386")]
    [InlineData("070&nbsp;123&nbsp;45&nbsp67", "070\u00A0123\u00A045\u00A067")]
    [InlineData("070&shy;1234567", "070\u00AD1234567")]
    [InlineData("anna&commat;exempel&period;se", "anna@exempel.se")]
    [InlineData("anna%40exempel.se", "anna@exempel.se")]
    [InlineData("850412<b>-</b>2386", "850412-2386")]
    [InlineData("850412&lt;wbr&gt;-2386", "850412-2386")]
    [InlineData("850412<!-- x -->-2386", "850412-2386")]
    [InlineData("ett<br />två<p class=\"a\">tre</p>", "ett\ntvå\ntre\n")]
    [InlineData("M&auml;n br&aringkar &amp klotter &quot;ACAB&quot;", "Män bråkar & klotter \"ACAB\"")]
    [InlineData("V%C3%A5ld%20och%20%C3%A4ldre", "Våld och äldre")]
    [InlineData("V%u00E5ld", "Våld")]
    [InlineData("100 &#128; och &#146;", "100 € och ’")]
    [InlineData("&#7;&#0;", "\uFFFD")]
    [InlineData("&#0000000000000000000045;&#99999999999999999999;", "-\uFFFD")]
    [InlineData("%2538%2535", "85")]
    [InlineData("&amp;#56;&%2335;", "8#")]
    [InlineData("&am%70;#5%36;", "8")]
    [InlineData("&am<b></b>p;#5<!-- x -->6;", "8")]
    [InlineData("<!-- a --><!-- b -->c<!--->d<!-- e --> f -->", "cd f -->")]
    [InlineData("%26lt%3Bbr%26gt%3B", "\n")]
    [InlineData("V\\u00E5ld, V%E5ld \\xE4ldre", "Våld, V%E5ld äldre")]
    [InlineData("\\uD83D\\uDE42 %uD83D%uDE42 \\uD83D", "\uD83D\uDE42 \uD83D\uDE42 \\uD83D")]
    [InlineData("&Aring;&aring;&ocirc;&notin;&notit; &fjlig;", "Ååô\u2209\u00ACit; fj")]
    [InlineData("10 &euro 5 &euro;", "10 &euro 5 €")]
    [InlineData("\uD800&amp;\uDC00", "\uD800&\uDC00")]
    public void Of_WhatIsEncoded_IsWhatAReaderSees(string text, string shown) => Assert.Equal(shown, PlainText.Of(text));

    [Theory]
    [InlineData("")]
    [InlineData("Bråk & klotter")]
    [InlineData("H&M, R&D och A&O")]
    [InlineData("20% rabatt, 50%-ig")]
    [InlineData("minst 20 %, högst 100%")]
    [InlineData("3 < 5 > 2")]
    [InlineData("<anna>")]
    [InlineData("&okänt; &;")]
    [InlineData("100%E5 %0A")]
    [InlineData("50%bara, 10%fall")]
    [InlineData("C:\\temp\\unika, \\x")]
    [InlineData("<!-- utan slut")]
    [InlineData("<b utan slut")]
    public void Of_WhatIsNoEncoding_Stays(string text) => Assert.Equal(text, PlainText.Of(text));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    [InlineData(100_000)]
    public void Of_ATextEncodedOverAndOver_IsTheText(int times)
    {
        Assert.Equal("850412-2386", PlainText.Of("850412&" + string.Concat(Enumerable.Repeat("amp;", times)) + "#45;2386"));
        Assert.Equal("850412-2386", PlainText.Of("850412%" + string.Concat(Enumerable.Repeat("25", times)) + "2D2386"));
        Assert.Equal("&", PlainText.Of("&" + string.Concat(Enumerable.Repeat("amp;", times))));
    }

    [Fact]
    public void Of_ATextThatIsPlain_IsItself() =>
        Gen.String.Sample(text => Assert.Equal(PlainText.Of(text), PlainText.Of(PlainText.Of(text))));

    [Fact]
    public void Of_PiecesOfEscapes_AreReadUntilNoneIsLeft()
    {
        string[] pieces =
        [
            "&", "#", "x", "amp", "amp;", ";", "4", "5", "38", "%", "25", "26", "23", "C3", "A5", "E5", "0A", "u", "0025", "\\", "x5C", "<", ">", "b", "/",
            " ", "!--", "-->", "<br", "lt", "gt;", "&#", "&lt;", "nbsp", "å", "\uD83D", "\uDE42", "D83D", "DE42", "00",
        ];
        Gen.Int[0, pieces.Length - 1].Array[1, 14].Select(which => string.Concat(which.Select(i => pieces[i]))).Sample(
            text => Assert.Equal(PlainText.Of(text), PlainText.Of(PlainText.Of(text))), iter: 20_000);
    }

    [Fact]
    public void Of_AnyEncodingOfAText_IsTheText()
    {
        Func<char, string>[] encodings =
        [
            c => $"&#{(int)c};", c => $"&#x{(int)c:x};", c => $"&#X{(int)c:X4};", c => Uri.HexEscape('%') + $"{(int)c:X2}", c => c.ToString(),
            c => $"&amp;#{(int)c};", c => $"%26%23{(int)c}%3B", c => $"\\u{(int)c:X4}", c => $"%25{(int)c:X2}", c => $"&#37;{(int)c:X2}", c => $"\\x5Cx{(int)c:x2}",
        ];
        Gen.Select(Gen.Char["0123456789-abcdefghij"].Array[1, 20], Gen.Int[0, encodings.Length - 1].Array[20]).Sample((chars, how) =>
        {
            // What stands beside a bare letter or digit must not be read with it.
            var encoded = string.Concat(chars.Select((c, i) => encodings[how[i]](c)));
            Assert.Equal(new string(chars), PlainText.Of(encoded));
        });
    }
}
