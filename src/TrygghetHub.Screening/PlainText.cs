using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace TrygghetHub.Screening;

/// <summary>The text that a reader sees of what systems write for browsers.</summary>
/// <remarks>
/// HTML's character references (with and without their semicolon), percent encoding and <c>%u00E5</c> are decoded, elements
/// and comments left out. What was encoded twice is decoded twice. A text whose number is written
/// <c>850412&amp;#45;2386</c> is stored as what it says, and screened as that. Pure; thread-safe.
/// </remarks>
public static partial class PlainText
{
    // Systems encode twice, at times three times. More is nobody's text.
    private const int MostTimes = 6;

    // HTML 5's names of ASCII characters, blanks and hyphens, which .NET, that knows those of HTML 4, lacks.
    private static readonly FrozenDictionary<string, string> Names = (
        "Tab=\t NewLine=\n excl=! num=# dollar=$ percnt=% lpar=( rpar=) ast=* midast=* plus=+ comma=, period=. sol=/ colon=: semi=; "
        + "equals== quest=? commat=@ lsqb=[ lbrack=[ bsol=\\ rsqb=] rbrack=] Hat=^ lowbar=_ grave=` lcub={ lbrace={ verbar=| vert=| "
        + "rcub=} rbrace=} AMP=& LT=< GT=> QUOT=\" hyphen=\u2010 dash=\u2010 horbar=\u2015 NonBreakingSpace=\u00A0 "
        + "ZeroWidthSpace=\u200B NoBreak=\u2060 numsp=\u2007 puncsp=\u2008 hairsp=\u200A MediumSpace=\u205F ThinSpace=\u2009 "
        + "emsp13=\u2004 emsp14=\u2005 Lstrok=Ł lstrok=ł Ccaron=Č ccaron=č Cacute=Ć cacute=ć Zcaron=Ž zcaron=ž")
        .Split(' ').ToFrozenDictionary(n => n[..n.IndexOf('=', StringComparison.Ordinal)], n => n[(n.IndexOf('=', StringComparison.Ordinal) + 1)..], StringComparer.Ordinal);

    // Those that HTML reads without a semicolon, as far as a text holds them: letters, blanks and the signs of markup.
    private static readonly string[] WithoutSemicolon =
    [
        .. "aring Aring auml Auml ouml Ouml eacute Eacute egrave Egrave uuml Uuml oslash Oslash aelig AElig agrave aacute acirc "
            .Split(' ', StringSplitOptions.RemoveEmptyEntries),
        "atilde", "ccedil", "ecirc", "euml", "iacute", "icirc", "iuml", "ntilde", "oacute", "ocirc", "otilde", "uacute", "ucirc",
        "szlig", "nbsp", "shy", "amp", "lt", "gt", "quot",
    ];

    /// <summary>The text without encodings and elements.</summary>
    /// <param name="text">As a source has it.</param>
    /// <returns>The same where it has none; empty where it is encoded more than six times over.</returns>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var times = 0; times < MostTimes; times++)
        {
            if (text.AsSpan().IndexOfAny('&', '%', '<') < 0)
            {
                return text;
            }

            var decoded = Percent().Replace(
                Reference().Replace(Element().Replace(WithoutComments(text), Shown), Character), Bytes);
            if (string.Equals(decoded, text, StringComparison.Ordinal))
            {
                return text;
            }

            text = decoded;
        }

        return "";
    }

    // A comment that is never closed is text. Linear: a regular expression looks for the end again from each beginning.
    private static string WithoutComments(string text)
    {
        const string begin = "<!--", end = "-->";
        var (shown, at) = (new StringBuilder(), 0);
        while (text.IndexOf(begin, at, StringComparison.Ordinal) is >= 0 and var from
            && text.IndexOf(end, from + begin.Length, StringComparison.Ordinal) is >= 0 and var to)
        {
            shown.Append(text, at, from - at);
            at = to + end.Length;
        }

        return at == 0 ? text : shown.Append(text, at, text.Length - at).ToString();
    }

    // An element within a line is nothing, any other one begins a line.
    private static string Shown(Match element) => element.Groups["inline"].Success ? "" : "\n";

    private static string Character(Match reference)
    {
        if (reference.Groups["number"] is { Success: true } number)
        {
            var (digits, style) = number.ValueSpan[0] is 'x' or 'X'
                ? (number.Value[1..], NumberStyles.AllowHexSpecifier)
                : (number.Value, NumberStyles.None);
            return int.TryParse(digits, style, CultureInfo.InvariantCulture, out var code) && code > 0
                && Rune.TryCreate(Windows(code), out var rune)
                // A control character draws nothing; what is no character a browser shows as one.
                ? Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune) ? "" : rune.ToString()
                : "\uFFFD";
        }

        var name = reference.Groups["name"].Value;
        if (reference.Value[^1] == ';')
        {
            var decoded = Names.GetValueOrDefault(name) ?? WebUtility.HtmlDecode(reference.Value);
            if (!string.Equals(decoded, reference.Value, StringComparison.Ordinal))
            {
                return decoded;
            }
        }

        return Array.Find(WithoutSemicolon, n => name.StartsWith(n, StringComparison.Ordinal)) is { } begin
            ? WebUtility.HtmlDecode($"&{begin};") + reference.Value[(1 + begin.Length)..]
            : reference.Value;
    }

    // Numbers from 128 to 159 are those of Windows-1252, as HTML says.
    private static int Windows(int code) =>
        code is >= 0x80 and <= 0x9F ? "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ"[code - 0x80] : code;

    private static string Bytes(Match percent)
    {
        if (percent.Groups["unit"] is { Success: true } unit)
        {
            var code = int.Parse(unit.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            return Rune.TryCreate(code, out var rune) ? rune.ToString() : percent.Value;
        }

        try
        {
            var text = Strict.GetString(Convert.FromHexString(percent.Value.Replace("%", "", StringComparison.Ordinal)));
            // "20%" before a number is a percentage.
            return text.Any(char.IsControl) ? percent.Value : text;
        }
        catch (DecoderFallbackException)
        {
            return percent.Value;
        }
    }

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [GeneratedRegex(
        "</?(?:(?<inline>a|abbr|b|big|code|em|font|i|mark|s|small|span|strong|sub|sup|tt|u|wbr)"
        + "|br|p|div|li|ul|ol|dl|dt|dd|table|tbody|thead|tr|td|th|h[1-6]|hr|img|section|article|blockquote|pre|body|html|head|script|style)"
        + "(?:\\s[^<>]{0,1000})?/?>",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Element();

    [GeneratedRegex("&(?:#(?<number>[xX][0-9A-Fa-f]{1,8}|[0-9]{1,10})|(?<name>[A-Za-z][A-Za-z0-9]{1,30}));?")]
    private static partial Regex Reference();

    [GeneratedRegex("%u(?<unit>[0-9A-Fa-f]{4})|(?:%[0-9A-Fa-f]{2})+")]
    private static partial Regex Percent();
}
