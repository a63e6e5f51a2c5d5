using System.Text;

namespace TrygghetHub.Screening.Tests;

/// <summary>Whatever is sent, screening ends, and its spans lie inside the text. Seeded: a failure tells its seed.</summary>
public sealed class FuzzTests
{
    private const int Texts = 20_000;

    private static readonly string[] Pieces =
    [
        "990807", "2391", "-", " ", "\n", "070", "+46", "(0)", "123 45 67", "@", "a.b@c", ".se", "ABC", "12D", "K", "5000-K1234", "-24", "lgh",
        "1101", "Storgatan", " 5", "Kevin", "s", " bror", "Björn", " Berg", "\"", "alias ", "kallad ", "17-årig", " misstänks", "konto ", "SE45",
        "O", "l", "|", "T", "\u200B", "\u00AD", "\u0308", "\u20E3", "\uD800", "\uDC00", "\uFDFA", "\uFF11", "𝟏", "👩\u200D👩\u200D👧", "ß", "İ", "\0",
        "\u0660", "漢", "å", "S:t ", "insta: ", "&", "#", "amp;", "%", "25", "\\u00", "<b", ">", "<!--", "-->", "%C3", "%A5", "\U000E0031", "&#xE003", ";", "(at)", "född ", "år", "0", "1", "00", "..", "//",
    ];

    [Theory]
    // What once failed.
    [InlineData("")]
    [InlineData("990807-")]
    [InlineData("123-")]
    [InlineData("\uD800")]
    [InlineData("\u0308")]
    [InlineData("a\u0308\u0308\uDC00990807-2391\uD800")]
    [InlineData("99080723\u20E391")]
    [InlineData("insta: ")]
    [InlineData("född ")]
    [InlineData("SE45")]
    public void Screen_WhatOnceFailed_Ends(string text) => AssertInside(text);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Screen_TextsOfPieces_SpansAreInside(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Texts; i++)
        {
            var text = new StringBuilder();
            for (var n = random.Next(1, 30); n > 0; n--)
            {
                text.Append(Pieces[random.Next(Pieces.Length)]);
            }

            AssertInside(text.ToString());
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Screen_RandomCodeUnits_SpansAreInside(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < Texts; i++)
        {
            AssertInside(string.Create(random.Next(0, 200), random, (span, r) =>
            {
                foreach (ref var c in span)
                {
                    c = (char)r.Next(r.Next(3) == 0 ? 0x10000 : 0x180);
                }
            }));
        }
    }

    [Theory]
    [InlineData("9")]
    [InlineData("9 ")]
    [InlineData("990807-2391 ")]
    [InlineData("070 ")]
    [InlineData("00 ")]
    [InlineData("+0 ")]
    [InlineData("070123456")]
    [InlineData("+4670 ")]
    [InlineData("Ol1")]
    [InlineData("l")]
    [InlineData("a@")]
    [InlineData("@")]
    [InlineData("a.")]
    [InlineData("Anna ")]
    [InlineData("Björn ")]
    [InlineData("Kevins bror ")]
    [InlineData("lgh 1101 ")]
    [InlineData("Storgatan 5 lgh 1 ")]
    [InlineData("konto ")]
    [InlineData("17-årig ")]
    [InlineData("alias \"")]
    [InlineData("Kevin \"")]
    [InlineData("SE45")]
    [InlineData("SE45 ")]
    [InlineData("\u0308")]
    [InlineData("a\u0308")]
    [InlineData("\u200B")]
    [InlineData("\uD83D")]
    [InlineData("\uFDFA")]
    [InlineData("insta ")]
    [InlineData("(at)")]
    [InlineData("K1234")]
    [InlineData("%25")]
    [InlineData("%C3")]
    [InlineData("&amp;")]
    [InlineData("&abcdefghijklmnopqrstuvwxyz")]
    [InlineData("&#1")]
    [InlineData("&#38;")]
    [InlineData("<b ")]
    [InlineData("<!--")]
    [InlineData("-->")]
    [InlineData("<!---->")]
    [InlineData("\\u005C")]
    [InlineData(" ")]
    public void Screen_OneMegabyteOfTheSame_Ends(string piece) =>
        AssertInside(new StringBuilder().Insert(0, piece, 1_000_000 / piece.Length).ToString());

    // What comes first makes each of what follows look far back, or the whole be read twice.
    [Theory]
    [InlineData("ring x", " 1")]
    [InlineData("ring x", " 0701234567")]
    [InlineData("x", " 070 123 45 67")]
    [InlineData("tel", " 00")]
    [InlineData("tel", " +0")]
    [InlineData("pnr x", " 990807")]
    [InlineData("pass x", " 91274406")]
    [InlineData("bil x", " 12")]
    [InlineData("regnr x", " ABC 123")]
    [InlineData("konto x", " 8327-9")]
    [InlineData("lgh x", " 1")]
    [InlineData("Storgatan x", " 1")]
    [InlineData("född x", " 1")]
    [InlineData("kvitto x", " 20240412-1887")]
    [InlineData("a", "&#45;070-123 45 67 ")]
    [InlineData("&", "amp;")]
    [InlineData("%", "25")]
    [InlineData("&#", "1")]
    [InlineData("&#38;", "#38;")]
    [InlineData("&#x", "0")]
    [InlineData("<b ", "x")]
    [InlineData("<!--", "x-->")]
    [InlineData("", "<b x>")]
    [InlineData("", "<!--<b 850412-2386>-->")]
    [InlineData("\U000E003C", "\U000E0062 \U000E003E\U000E003C")]
    [InlineData("%2D", "070-123 45 67 ")]
    [InlineData("%2D", "ABC123 a@b.se ")]
    [InlineData("insta ", "@a ")]
    [InlineData("misstänks ", "17-årig ")]
    public void Screen_OneMegabyteAfterAWord_Ends(string prefix, string piece) =>
        AssertInside(prefix + new StringBuilder().Insert(0, piece, 1_000_000 / piece.Length));

    private static void AssertInside(string text)
    {
        var past = 0;
        foreach (var finding in Spans.Screener.Screen(text))
        {
            Assert.True(finding.Start >= past && finding.Length > 0 && finding.Start + finding.Length <= text.Length,
                $"{finding} of {text.Length}, after {past}: {string.Join(' ', text.Take(100).Select(c => $"{(int)c:X4}"))}");
            past = finding.Start + finding.Length;
        }
    }
}
