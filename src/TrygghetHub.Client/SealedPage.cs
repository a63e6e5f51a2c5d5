using System.Buffers.Text;
using System.Text;

namespace TrygghetHub.Seals;

/// <summary>A page of HTML that holds a seal over itself and, where it shows all of a picture, that sealed picture.</summary>
/// <remarks>
/// <code>
/// &lt;!DOCTYPE html&gt;
/// &lt;!-- sealed: … --&gt;        by which a page that was cut short is known
/// … the page …
/// &lt;script type="…+base64" id="sealed-picture" data-seal="…"&gt; the picture's bytes &lt;/script&gt;
/// &lt;/body&gt; …
/// &lt;!-- seal: … --&gt;          over every byte before this line
/// </code>
/// A sheet that shows a part of its picture holds no picture: whoever is given the sheet is given the part. No browser runs any
/// of it: the script is a block of data, which HTML provides for, and the rest comments. Compiled into the hub and the SDK, so
/// that the two cannot drift apart.
/// </remarks>
internal static class SealedPage
{
    private const string Doctype = "<!DOCTYPE html>";
    private const string Sealed = "<!-- sealed: the last line of this file is the hub's seal over all before it -->";

    private const string PictureStart =
        "<script type=\"application/vnd.trygghethub.picture+base64\" id=\"sealed-picture\" data-seal=\"";

    private const string PictureMark = "id=\"sealed-picture\"";
    private const string PictureEnd = "</script>\n";
    private const string SealStart = "<!-- seal: ";
    private const string SealEnd = " -->\n";
    private const string BodyEnd = "</body>\n";

    /// <summary>Puts a seal over all of a page behind it, and the sealed picture into it.</summary>
    /// <param name="page">Begins with its document type, and ends its body once, on a line of its own.</param>
    /// <param name="picture">Null where the page does not show all of it.</param>
    /// <param name="sign">Makes the seal over the page.</param>
    public static byte[] Write(ReadOnlySpan<byte> page, HeldPicture? picture, Func<byte[], byte[]> sign)
    {
        var text = Encoding.UTF8.GetString(page);
        if (!text.StartsWith(Doctype, StringComparison.Ordinal))
        {
            throw new ArgumentException("A page begins with its document type.", nameof(page));
        }

        var at = text.LastIndexOf(BodyEnd, StringComparison.Ordinal);
        var block = picture is null
            ? ""
            : $"{PictureStart}{Convert.ToBase64String(picture.Seal)}\">{Convert.ToBase64String(picture.Content)}{PictureEnd}";
        var holding = Encoding.UTF8.GetBytes($"{Doctype}\n{Sealed}{text[Doctype.Length..at]}{block}{text[at..]}");
        return [.. holding, .. Encoding.UTF8.GetBytes($"{SealStart}{Convert.ToBase64String(sign(holding))}{SealEnd}")];
    }

    /// <summary>
    /// Whether a file is such a page, or was: one that was altered, cut short or written anew still bears some mark of it. Only a
    /// page is looked into, for there nothing that a partner has written can be such a mark.
    /// </summary>
    public static bool IsMarked(ReadOnlyMemory<byte> file)
    {
        var start = Encoding.UTF8.GetString(file.Span[..Math.Min(file.Length, 64)]).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        return start.StartsWith(Doctype, StringComparison.OrdinalIgnoreCase)
            && (Holds(file, Sealed) || Holds(file, PictureMark) || Holds(file, SealStart));
    }

    /// <summary>Takes such a page apart; null where it is none, or no longer.</summary>
    public static Parts? Read(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        var start = bytes.LastIndexOf(Encoding.UTF8.GetBytes(SealStart));
        if (start < 0 || !IsMarked(file) || Between(bytes[start..], SealStart, SealEnd) is not { } seal
            // What stands behind the seal it is not over.
            || bytes[start..].IndexOf(Encoding.UTF8.GetBytes(SealEnd)) + SealEnd.Length != bytes.Length - start)
        {
            return null;
        }

        var page = file[..start];
        var held = page.Span.LastIndexOf(Encoding.UTF8.GetBytes(PictureStart));
        if (held < 0)
        {
            // A page without a picture bears no mark of one either.
            return Holds(page, PictureMark) ? null : new Parts(page, seal, null);
        }

        return Between(page.Span[held..], "\">", PictureEnd) is { } content && Between(page.Span[held..], PictureStart, "\">") is { } contentSeal
            ? new Parts(page, seal, new HeldPicture(content, contentSeal))
            : null;
    }

    private static bool Holds(ReadOnlyMemory<byte> file, string mark) => file.Span.IndexOf(Encoding.UTF8.GetBytes(mark)) >= 0;

    private static byte[]? Between(ReadOnlySpan<byte> bytes, string start, string end)
    {
        var from = bytes.IndexOf(Encoding.UTF8.GetBytes(start));
        if (from < 0)
        {
            return null;
        }

        var rest = bytes[(from + start.Length)..];
        var length = rest.IndexOf(Encoding.UTF8.GetBytes(end));
        return length >= 0 && Base64.IsValid(rest[..length])
            ? Convert.FromBase64String(Encoding.UTF8.GetString(rest[..length]))
            : null;
    }

    /// <summary>What a sealed page holds.</summary>
    /// <param name="Page">Every byte that the seal is over.</param>
    /// <param name="Seal">The seal.</param>
    /// <param name="Picture">The picture that it shows; null where it does not show all of one.</param>
    public sealed record Parts(ReadOnlyMemory<byte> Page, byte[] Seal, HeldPicture? Picture);

    /// <summary>A picture in a page.</summary>
    /// <param name="Content">Its bytes.</param>
    /// <param name="Seal">The seal over them.</param>
    public sealed record HeldPicture(byte[] Content, byte[] Seal);
}
