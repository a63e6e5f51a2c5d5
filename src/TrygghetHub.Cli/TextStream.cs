using System.Text;

namespace TrygghetHub.Cli;

/// <summary>The text of a file as UTF-8 without a byte order mark, read forward and checked on its way. Not thread-safe.</summary>
/// <remarks>
/// The encoding is what a byte order mark says (UTF-8, UTF-16, UTF-32), UTF-16 where the zeros of its first letters show it,
/// else what was declared, else UTF-8. Reading throws a <see cref="UsageException"/> with the place of the first fault. NUL
/// and SUB (Ctrl+Z) that fill up the end of a file are no text and are left out. Holds about 200 KiB.
/// </remarks>
internal sealed class TextStream : Stream
{
    private const int PieceBytes = 64 * 1024;
    private const byte Substitute = 0x1A;

    // Of one character in UTF-8.
    private const int MostContinuations = 3;

    private readonly string name;
    private readonly Stream raw;
    private readonly string elseDeclare;
    private readonly Form form;
    private readonly Decoder? decoder;
    private readonly SingleByteText? singleByte;
    private readonly byte[] piece = new byte[PieceBytes];

    // Decoded text: checked and not yet given, then not yet checked.
    private byte[] text = [];
    private int given;
    private int isChecked;
    private int filled;
    private bool hasEnded;

    private long offset;
    private int line = 1;
    private int column = 1;

    /// <summary>Takes a file that is open.</summary>
    /// <param name="name">What to call it in a fault.</param>
    /// <param name="raw">Its bytes; closed with this stream.</param>
    /// <param name="declared">Somebody says that it is this; a mark in the file goes before.</param>
    /// <param name="elseDeclare">What to add to the remedy where the bytes are not UTF-8: how to declare what they are.</param>
    public TextStream(string name, Stream raw, TextEncoding declared = TextEncoding.Utf8, string elseDeclare = "")
    {
        this.elseDeclare = elseDeclare;
        (this.name, this.raw) = (name, raw);
        Span<byte> begin = stackalloc byte[4];
        begin = begin[..raw.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false)];
        (form, var mark) = FormOf(begin);
        offset = mark;
        decoder = DecoderOf(form);
        singleByte = form == Form.Utf8 && mark == 0 && declared == TextEncoding.Windows1252 ? new SingleByteText() : null;
        Decode(begin[mark..], isEnd: false);
    }

    private enum Form
    {
        Utf8 = 1,
        Utf16 = 2,
        Utf16BigEndian = 3,
        Utf32 = 4,
        Utf32BigEndian = 5,
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The bytes as UTF-8 without a mark, where a mark or zeros say that they are UTF-16 or UTF-32; nothing is checked.</summary>
    /// <param name="raw">The bytes; closed with what is returned.</param>
    /// <param name="mark">How many bytes the mark has; null where the bytes returned are others than those of the file.</param>
    /// <remarks>What cannot be decoded is U+FFFD, which <see cref="TextDamage"/> finds.</remarks>
    public static Stream Unmarked(Stream raw, out int? mark)
    {
        var begin = new byte[4];
        var length = raw.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false);
        var (form, marked) = FormOf(begin.AsSpan(0, length));
        var whole = new BegunStream(begin.AsMemory(marked, length - marked), raw);
        mark = form == Form.Utf8 ? marked : null;
        return EncodingOf(form) is { } encoding
            ? Encoding.CreateTranscodingStream(whole, encoding, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
            : whole;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (given == isChecked && !hasEnded)
        {
            Fill();
        }

        var count = Math.Min(buffer.Length, isChecked - given);
        text.AsSpan(given, count).CopyTo(buffer);
        given += count;
        return count;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            raw.Dispose();
        }

        base.Dispose(disposing);
    }

    private static (Form Form, int Mark) FormOf(ReadOnlySpan<byte> begin) => begin switch
    {
        [0xEF, 0xBB, 0xBF, ..] => (Form.Utf8, 3),
        [0xFF, 0xFE, 0, 0] => (Form.Utf32, 4),
        [0, 0, 0xFE, 0xFF] => (Form.Utf32BigEndian, 4),
        [0xFF, 0xFE, ..] => (Form.Utf16, 2),
        [0xFE, 0xFF, ..] => (Form.Utf16BigEndian, 2),
        // Two letters of Latin-1; no text in UTF-8 has a zero.
        [not 0, 0, not 0, 0] => (Form.Utf16, 0),
        [0, not 0, 0, not 0] => (Form.Utf16BigEndian, 0),
        _ => (Form.Utf8, 0),
    };

    private static Encoding? EncodingOf(Form form) => form switch
    {
        Form.Utf16 => new UnicodeEncoding(bigEndian: false, byteOrderMark: false),
        Form.Utf16BigEndian => new UnicodeEncoding(bigEndian: true, byteOrderMark: false),
        Form.Utf32 => new UTF32Encoding(bigEndian: false, byteOrderMark: false),
        Form.Utf32BigEndian => new UTF32Encoding(bigEndian: true, byteOrderMark: false),
        _ => null,
    };

    private static Decoder? DecoderOf(Form form) => EncodingOf(form)?.GetDecoder();

    private void Fill()
    {
        var read = raw.Read(piece);
        hasEnded = read == 0;
        Decode(piece.AsSpan(0, read), hasEnded);
        Check();
    }

    /// <summary>Appends to what is not yet checked.</summary>
    private void Decode(ReadOnlySpan<byte> bytes, bool isEnd)
    {
        // What was given makes room.
        text.AsSpan(given, filled - given).CopyTo(text);
        (isChecked, filled, given) = (isChecked - given, filled - given, 0);
        if (singleByte is not null)
        {
            Room(bytes.Length * SingleByteText.MostBytesPerByte);
            if (singleByte.Decode(bytes, isEnd, text.AsSpan(filled), out var written) is { } fault)
            {
                throw fault.In(name);
            }

            filled += written;
        }
        else if (decoder is not null)
        {
            var characters = new char[decoder.GetCharCount(bytes, isEnd)];
            var count = decoder.GetChars(bytes, characters, isEnd);
            Room(count * 3);
            filled += Encoding.UTF8.GetBytes(characters.AsSpan(0, count), text.AsSpan(filled));
        }
        else
        {
            Room(bytes.Length);
            bytes.CopyTo(text.AsSpan(filled));
            filled += bytes.Length;
        }
    }

    private void Room(int bytes)
    {
        if (text.Length - filled < bytes)
        {
            Array.Resize(ref text, Math.Max(text.Length * 2, filled + bytes));
        }
    }

    private void Check()
    {
        if (hasEnded)
        {
            filled = isChecked + text.AsSpan(isChecked, filled - isChecked).TrimEnd([(byte)0, Substitute]).Length;
        }

        // Until the end is there the last bytes wait for those that they may belong to.
        var pending = text.AsSpan(isChecked, filled - isChecked);
        var decided = hasEnded ? pending.Length : Math.Max(0, pending.Length - TextDamage.LongestSequence);
        var begin = decided;
        while (begin > 0 && decided - begin < MostContinuations && begin < pending.Length && IsContinuation(pending[begin]))
        {
            begin--;
        }

        // More of them than a character has are no UTF-8, wherever they are cut.
        decided = begin < pending.Length && IsContinuation(pending[begin]) ? decided : begin;

        var fault = TextDamage.Find(pending, out var at);
        if (fault is null || at >= decided)
        {
            Advance(pending[..decided]);
            isChecked += decided;
            return;
        }

        if (pending[at] is 0 or Substitute && IsFillingToTheEnd(pending[at..]))
        {
            (isChecked, filled, hasEnded) = (isChecked + at, isChecked + at, true);
            return;
        }

        Advance(pending[..at]);
        if (singleByte is not null && ReferenceEquals(fault, TextDamage.Mojibake))
        {
            fault = SingleByteText.IsUtf8;
        }
        else if (fault.IsOfEncoding)
        {
            fault = fault with { Remedy = fault.Remedy + elseDeclare };
        }

        throw (fault with { Offset = offset, Line = line, Column = column }).In(name);
    }

    private bool IsFillingToTheEnd(ReadOnlySpan<byte> rest)
    {
        while (rest.IndexOfAnyExcept((byte)0, Substitute) < 0)
        {
            var read = raw.Read(piece);
            if (read == 0)
            {
                return true;
            }

            rest = piece.AsSpan(0, read);
        }

        return false;
    }

    private void Advance(ReadOnlySpan<byte> passed)
    {
        offset += form switch
        {
            _ when singleByte is not null => Characters(passed),
            Form.Utf8 => passed.Length,
            Form.Utf16 or Form.Utf16BigEndian => 2L * Encoding.UTF8.GetCharCount(passed),
            _ => 4L * Characters(passed),
        };
        var lines = passed.Count((byte)'\n');
        line += lines;
        column = (lines == 0 ? column : 1) + Characters(passed[(passed.LastIndexOf((byte)'\n') + 1)..]);
    }

    private static bool IsContinuation(byte utf8) => (utf8 & 0xC0) == 0x80;

    // Bytes that continue a character count for nothing.
    private static int Characters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var b in utf8)
        {
            count += (b & 0xC0) == 0x80 ? 0 : 1;
        }

        return count;
    }
}
