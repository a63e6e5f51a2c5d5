using System.Buffers;
using System.Text;

namespace TrygghetHub.Screening;

/// <summary>
/// A text read by code point: escapes as what they stand for, and for detection each character as what a reader takes it for. The
/// one decoder of the hub, its connectors and the SDK.
/// </summary>
/// <remarks>
/// The text is read from its end. What follows a character is then as it will stay, so that an escape is read where its sign is
/// met, and again where what it stands for begins another one. Escapes within escapes are thereby read to any depth, in one
/// pass: every escape that is read leaves fewer characters than before. Holds pooled memory until disposed, which wipes it. Not
/// thread-safe.
/// </remarks>
internal sealed class TextReading : IDisposable
{
    private const int FirstTag = 0xE0020;
    private const int LastTag = 0xE007E;
    private const string CommentBegin = "!--";

    private readonly bool folds;
    private Seen[] seen;
    private int count;
    private StringBuilder? hidden;
    private (int Start, int End) hiddenSpan;

    // The ends of comments that have no beginning yet, as the number of entries when each was read.
    private Stack<int>? commentEnds;

    /// <summary>Reads a text of any length; also one that is no valid UTF-16.</summary>
    /// <param name="text">As given.</param>
    /// <param name="decodes">Escapes are read as what they stand for; otherwise as they are written.</param>
    /// <param name="folds">Each character is read as what it is to a reader (<see cref="Folding"/>); otherwise as itself.</param>
    public TextReading(string text, bool decodes, bool folds)
    {
        this.folds = folds;
        seen = ArrayPool<Seen>.Shared.Rent(text.Length + Folding.LongestForm);
        for (var i = text.Length; i > 0;)
        {
            // Half a surrogate pair decodes as U+FFFD.
            _ = Rune.DecodeLastFromUtf16(text.AsSpan(0, i), out var rune, out var taken);
            i -= taken;
            Put(rune.Value, i, i + taken);
            if (decodes)
            {
                Decode();
            }
        }

        seen.AsSpan(0, count).Reverse();
    }

    /// <summary>What was read, in the order of the text. With marks, which belong to the entry before them.</summary>
    public ReadOnlySpan<Seen> All => seen.AsSpan(0, count);

    /// <summary>Escapes were read in it.</summary>
    public bool HasEscapes { get; private set; }

    /// <summary>What no reader sees: tag characters, elements and comments; null where it has none. For detection alone.</summary>
    public string? Hidden => hidden is null ? null : string.Concat(hidden.ToString().Reverse());

    /// <summary>Where in the text as given that stands, from the first to the last of it.</summary>
    public (int Start, int End) HiddenSpan => hiddenSpan;

    /// <inheritdoc />
    public void Dispose() => ArrayPool<Seen>.Shared.Return(seen, clearArray: true);

    private void Put(int codePoint, int start, int end)
    {
        if (!folds || codePoint is >= ' ' and <= '~' || Folding.IsMark(codePoint))
        {
            Push(codePoint, start, end);
            return;
        }

        if (codePoint is >= FirstTag and <= LastTag)
        {
            Hide((char)(codePoint - FirstTag + ' '), start, end);
            return;
        }

        Span<char> folded = stackalloc char[Folding.LongestForm];
        for (var i = Folding.Fold(codePoint, folded) - 1; i >= 0; i--)
        {
            Push(folded[i], start, end);
        }
    }

    private void Push(int codePoint, int start, int end)
    {
        if (count == seen.Length)
        {
            var larger = ArrayPool<Seen>.Shared.Rent(count * 2);
            seen.CopyTo(larger, 0);
            ArrayPool<Seen>.Shared.Return(seen, clearArray: true);
            seen = larger;
        }

        seen[count++] = new Seen(codePoint, start, end);
    }

    /// <summary>Reads the escapes that begin where the reading is, until none does.</summary>
    private void Decode()
    {
        while (count > 0 && seen[count - 1] is { CodePoint: '&' or '%' or '\\' or '<' or '-' } sign)
        {
            if (sign.CodePoint == '-')
            {
                if (Stands("->", count - 1))
                {
                    commentEnds ??= new Stack<int>();
                    commentEnds.Push(count);
                }

                return;
            }

            if (sign.CodePoint == '<' && Stands(CommentBegin, count - 1) && CommentEnd() is { } comment)
            {
                HasEscapes = true;
                Hide(comment);
                continue;
            }

            if (Escapes.At(new Escapes.Cursor(seen.AsSpan(0, count))) is not { } escape)
            {
                return;
            }

            HasEscapes = true;
            var end = seen[count - escape.Length].End;
            if (sign.CodePoint == '<')
            {
                Hide(count - escape.Length);
            }
            else
            {
                count -= escape.Length;
            }

            if (escape.Byte is { } value)
            {
                PutByte(value, sign.Start, end);
                return;
            }

            Put(escape.Text, sign.Start, end);
        }
    }

    /// <summary>Takes away what was read last, down to a number of entries, as what no reader sees: an element or a comment.</summary>
    private void Hide(int remaining)
    {
        if (folds)
        {
            // Without the sign that it begins with, by which it would be one again.
            for (var i = remaining; i < count - 1; i++)
            {
                if (seen[i].CodePoint <= char.MaxValue)
                {
                    Hide((char)seen[i].CodePoint, seen[i].Start, seen[i].End);
                }
            }

            Hide('\n', seen[count - 1].Start, seen[count - 1].End);
        }

        count = remaining;
    }

    private void Hide(char c, int start, int end)
    {
        hiddenSpan = (start, hidden is null ? end : hiddenSpan.End);
        hidden ??= new StringBuilder();
        hidden.Append(c);
    }

    // From the last on, as all is read.
    private void Put(string text, int start, int end)
    {
        for (var i = text.Length; i > 0;)
        {
            _ = Rune.DecodeLastFromUtf16(text.AsSpan(0, i), out var rune, out var taken);
            i -= taken;
            Put(rune.Value, start, end);
        }
    }

    private void PutByte(byte value, int start, int end) => Push(Seen.FirstByte + value, start, end);

    /// <summary>These characters stand right after an entry.</summary>
    private bool Stands(string text, int after)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (after - 1 - i < 0 || seen[after - 1 - i].CodePoint != text[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How many entries stand after the comment that begins here; null where it has no end.</summary>
    private int? CommentEnd()
    {
        // What was read as part of an escape since is no end. "<!-->" is a comment, as in the HTML Standard.
        while (commentEnds is not null && commentEnds.TryPop(out var end))
        {
            if (end < count && seen[end - 1].CodePoint == '-' && Stands("->", end - 1))
            {
                return end - "-->".Length;
            }
        }

        return null;
    }
}
