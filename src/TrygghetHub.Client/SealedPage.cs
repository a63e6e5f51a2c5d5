using System.Buffers.Text;
using System.Text;

namespace TrygghetHub.Seals;

/// <summary>A page of HTML that holds the sealed picture that it shows, and a seal over itself.</summary>
/// <remarks>
/// <code>
/// … the page …
/// &lt;script type="…+base64" id="sealed-picture" data-seal="…"&gt; the picture's bytes &lt;/script&gt;
/// &lt;/body&gt; …
/// &lt;!-- seal: … --&gt;          over every byte before this line
/// </code>
/// No browser runs any of it: the script is a block of data, which HTML provides for, and the last line a comment. Compiled into
/// the hub and the SDK, so that the two cannot drift apart.
/// </remarks>
internal static class SealedPage
{
    private const string PictureStart =
        "<script type=\"application/vnd.trygghethub.picture+base64\" id=\"sealed-picture\" data-seal=\"";

    private const string PictureEnd = "</script>\n";
    private const string SealStart = "<!-- seal: ";
    private const string SealEnd = " -->\n";
    private const string BodyEnd = "</body>\n";

    /// <summary>Puts a sealed picture into the page of it, and a seal over all behind it.</summary>
    /// <param name="page">Ends its body once, on a line of its own.</param>
    /// <param name="picture">The picture's bytes.</param>
    /// <param name="seal">The seal over them.</param>
    /// <param name="sign">Makes the seal over the page.</param>
    public static byte[] Write(ReadOnlySpan<byte> page, ReadOnlySpan<byte> picture, ReadOnlySpan<byte> seal, Func<byte[], byte[]> sign)
    {
        var text = Encoding.UTF8.GetString(page);
        var at = text.LastIndexOf(BodyEnd, StringComparison.Ordinal);
        var holding = Encoding.UTF8.GetBytes(
            $"{text[..at]}{PictureStart}{Convert.ToBase64String(seal)}\">{Convert.ToBase64String(picture)}{PictureEnd}{text[at..]}");
        return [.. holding, .. Encoding.UTF8.GetBytes($"{SealStart}{Convert.ToBase64String(sign(holding))}{SealEnd}")];
    }

    /// <summary>Takes such a page apart; null where it is none.</summary>
    public static Parts? Read(ReadOnlyMemory<byte> file)
    {
        var bytes = file.Span;
        var start = bytes.LastIndexOf(Encoding.UTF8.GetBytes(SealStart));
        if (start < 0 || Between(bytes[start..], SealStart, SealEnd) is not { } seal)
        {
            return null;
        }

        var page = file[..start];
        var held = page.Span.LastIndexOf(Encoding.UTF8.GetBytes(PictureStart));
        return held >= 0 && Between(page.Span[held..], "\">", PictureEnd) is { } picture
            && Between(page.Span[held..], PictureStart, "\">") is { } pictureSeal
            // What stands behind the seal it is not over.
            && bytes[start..].IndexOf(Encoding.UTF8.GetBytes(SealEnd)) + SealEnd.Length == bytes.Length - start
            ? new Parts(page, seal, picture, pictureSeal)
            : null;
    }

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
    /// <param name="Picture">The picture's bytes.</param>
    /// <param name="PictureSeal">The seal over them.</param>
    public sealed record Parts(ReadOnlyMemory<byte> Page, byte[] Seal, byte[] Picture, byte[] PictureSeal);
}
