using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace TrygghetHub.Forms;

/// <summary>An interpolated string whose holes are encoded, unless what fills them is markup.</summary>
/// <remarks>Used by the compiler, for <see cref="Markup.Of"/>. Not thread-safe.</remarks>
[InterpolatedStringHandler]
public readonly ref struct MarkupText
{
    // Letters of every script stand as they are; what has a meaning in HTML, and what has no form of its own, does not.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder written;

    /// <summary>Called by the compiler with the length of the literal text, in characters, and the number of holes.</summary>
    public MarkupText(int literalLength, int holes) => written = new StringBuilder(literalLength + (holes * 16));

    /// <summary>Literal text of the string: markup as it is.</summary>
    public void AppendLiteral(string literal) => written.Append(literal);

    /// <summary>Markup, which is not encoded again.</summary>
    public void AppendFormatted(Markup markup) => written.Append(markup.ToString());

    /// <summary>Markup in parts, one after the other.</summary>
    public void AppendFormatted(IEnumerable<Markup> parts)
    {
        foreach (var part in parts)
        {
            written.Append(part.ToString());
        }
    }

    /// <summary>Text, encoded; null is empty.</summary>
    public void AppendFormatted(string? text) => written.Append(Encoder.Encode(Printable(text ?? "")));

    /// <summary>A number of the page's geometry or structure; what people read is written by <see cref="Notation"/>.</summary>
    public void AppendFormatted(int number) => written.Append(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>A length or position: two decimals at most, with a point.</summary>
    public void AppendFormatted(double number) =>
        written.Append((Math.Round(number, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture));

    /// <summary>What has been written.</summary>
    public string Written() => written.ToString();

    // A control character has no form, and HTML has no way to write one.
    private static string Printable(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? c is '\n' or '\t' ? ' ' : '\uFFFD' : c)) : text;
}
