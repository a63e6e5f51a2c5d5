using System.Text.Unicode;

namespace TrygghetHub.Cli.Connectors;

/// <summary>What a source answered.</summary>
/// <param name="Content">The body; null where nothing has changed since the validators that were sent (304).</param>
/// <param name="ETag">As the source wrote it, to be sent back; empty where it gave none.</param>
/// <param name="LastModified">Likewise.</param>
/// <param name="Charset">What the content type declares; empty where it declares nothing.</param>
internal sealed record SourceAnswer(byte[]? Content, string ETag, string LastModified, string Charset = "")
{
    private static readonly string[] Latin = ["iso-8859-1", "iso8859-1", "latin1", "windows-1252", "cp1252"];

    /// <summary>What the content is declared to be.</summary>
    /// <exception cref="SourceException">The declared encoding is not read here.</exception>
    public TextEncoding Declared => EncodingOf(Charset);

    /// <summary>Reads the name of an encoding; the empty one is UTF-8.</summary>
    /// <exception cref="SourceException">It is not read here.</exception>
    public static TextEncoding EncodingOf(string charset) => charset.ToLowerInvariant() switch
    {
        // What is UTF-16 shows it itself, and some say so of what is not.
        "" or "utf-8" or "utf8" or "us-ascii" or "ascii" or "utf-16" or "utf-16le" or "utf-16be" or "utf-32" => TextEncoding.Utf8,
        var other => Latin.Contains(other) ? TextEncoding.Windows1252 : throw new SourceException(
            "The source declares an encoding that is not read here.", "Ask its owner for UTF-8."),
    };

    /// <summary>The JSON that the content is, as UTF-8.</summary>
    /// <remarks>
    /// JSON is UTF-8 whatever the content type says (RFC 8259, 11): many servers declare ISO-8859-1 by default. Only what is no
    /// UTF-8 is what was declared. Faults that are left are found where the texts are read.
    /// </remarks>
    public static ReadOnlyMemory<byte> Json(ReadOnlyMemory<byte> content, TextEncoding declared)
    {
        if (declared == TextEncoding.Windows1252 && !Utf8.IsValid(content.Span))
        {
            return TextFile.Read("the source's answer", content, declared);
        }

        using var text = TextStream.Unmarked(new MemoryStream(content.ToArray(), writable: false), out _);
        using var whole = new MemoryStream();
        text.CopyTo(whole);
        return whole.ToArray();
    }

    /// <summary>Opens the content, which is there, as JSON.</summary>
    /// <inheritdoc cref="Json(ReadOnlyMemory{byte}, TextEncoding)"/>
    public Stream Open() => new MemoryStream(Json(Content!, Declared).ToArray(), writable: false);
}
