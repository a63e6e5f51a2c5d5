using System.Buffers;
using System.Globalization;
using System.Text;

namespace TrygghetHub.Screening;

/// <summary>
/// A text made ready once for all detectors: normalised, in lower case beside it, its words and digit runs found.
/// </summary>
/// <remarks>
/// Positions are those of the normalised text; <see cref="Original"/> leads back. Marks and characters that do not show are
/// left out, all spaces are one space, all dashes a hyphen, all digits 0 to 9. Holds pooled memory until disposed, which
/// wipes it. Not thread-safe.
/// </remarks>
internal sealed class ScreenedText : IDisposable
{
    private readonly int length;
    private char[] chars;
    private readonly char[] folded;

    // Where each character came from; null where positions did not move.
    private int[]? starts;
    private int[]? ends;

    private Word[] words;
    private int wordCount;
    private DigitRun[] runs;
    private int runCount;

    /// <summary>Reads a text of any length; also one that is no valid UTF-16.</summary>
    public ScreenedText(string text)
    {
        chars = ArrayPool<char>.Shared.Rent(text.Length);
        length = Copy(text);
        folded = ArrayPool<char>.Shared.Rent(length);
        _ = chars.AsSpan(0, length).ToLowerInvariant(folded);
        words = ArrayPool<Word>.Shared.Rent((length / 5) + 8);
        runs = [];
        Scan();
    }

    /// <summary>The characters.</summary>
    public ReadOnlySpan<char> Chars => chars.AsSpan(0, length);

    /// <summary>The characters in lower case.</summary>
    public ReadOnlySpan<char> Folded => folded.AsSpan(0, length);

    /// <summary>Its words, in order.</summary>
    public ReadOnlySpan<Word> Words => words.AsSpan(0, wordCount);

    /// <summary>Its runs of digits, in order.</summary>
    public ReadOnlySpan<DigitRun> Runs => runs.AsSpan(0, runCount);

    /// <summary>The kinds of all its words: a detector whose cue is missing has nothing to do.</summary>
    public WordKinds Kinds { get; private set; }

    /// <summary>It has the sign that e-mail addresses and handles have.</summary>
    public bool HasAt { get; private set; }

    /// <summary>The word in lower case.</summary>
    public ReadOnlySpan<char> Lower(Word word) => Folded[word.Start..word.End];

    /// <summary>The characters between two words that follow each other.</summary>
    public ReadOnlySpan<char> Between(Word one, Word next) => Chars[one.End..next.Start];

    /// <summary>The first word that begins at or after a position; the number of words when there is none.</summary>
    public int WordAt(int position)
    {
        var (low, high) = (0, wordCount);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = words[middle].Start < position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The first digit run that begins at or after a position; the number of runs when there is none.</summary>
    public int RunAt(int position)
    {
        var (low, high) = (0, runCount);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = runs[middle].Start < position ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The span of the text as given, in UTF-16 code units.</summary>
    public (int Start, int Length) Original(int start, int end) => starts is null
        ? (start, end - start)
        : (starts[start], ends![end - 1] - starts[start]);

    /// <summary>The character there; <c>\0</c>, which no text holds, outside it.</summary>
    public char At(int position) => (uint)position < (uint)length ? chars[position] : '\0';

    /// <summary>Letter or digit.</summary>
    public bool IsWordAt(int position) => char.IsLetterOrDigit(At(position));

    /// <summary>What stands there read as a digit, <c>O</c> as 0 and <c>l</c> as 1; -1 for anything else.</summary>
    public int DigitAt(int position) => At(position) switch
    {
        >= '0' and <= '9' and var digit => digit - '0',
        'O' or 'o' => 0,
        'l' or 'I' or '|' => 1,
        _ => -1,
    };

    /// <inheritdoc />
    public void Dispose()
    {
        // What was screened may be somebody's number; it does not stay in shared memory.
        ArrayPool<char>.Shared.Return(chars, clearArray: true);
        ArrayPool<char>.Shared.Return(folded, clearArray: true);
        ArrayPool<Word>.Shared.Return(words);
        if (runs.Length > 0)
        {
            ArrayPool<DigitRun>.Shared.Return(runs);
        }
    }

    private int Copy(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is < ' ' or > '~')
            {
                c = Plain(c);
                if (c == '\0')
                {
                    return CopyMapped(text, i);
                }
            }

            chars[i] = c;
        }

        return text.Length;
    }

    /// <summary>What one character becomes where one makes one; <c>\0</c> where more is to be done.</summary>
    private static char Plain(char c) => c switch
    {
        '\n' or '\r' => '\n',
        '\t' or '\u00A0' => ' ',
        < ' ' or '\u007F' => '\0',
        // Latin-1 and Latin Extended-A: letters that NFKC leaves alone.
        >= '\u00C0' and < '\u0132' => c,
        '\u00A7' or '\u00B0' or '\u00AB' or '\u00BB' or '\u20AC' => c,
        >= '\u2010' and <= '\u2015' or '\u2212' => '-',
        '\u2018' or '\u2019' => '\'',
        '\u201C' or '\u201D' or '\u201E' => '"',
        _ => c is >= ' ' and <= '~' ? c : '\0',
    };

    private int CopyMapped(string text, int from)
    {
        var size = text.Length + 16;
        var buffer = ArrayPool<char>.Shared.Rent(size);
        chars.AsSpan(0, from).CopyTo(buffer);
        var (begin, end) = (new List<int>(size), new List<int>(size));
        for (var i = 0; i < from; i++)
        {
            begin.Add(i);
            end.Add(i + 1);
        }

        for (var i = from; i < text.Length;)
        {
            var status = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var taken);
            var plain = rune.IsBmp ? Plain((char)rune.Value) : '\0';
            if (status != OperationStatus.Done)
            {
                Put('\uFFFD');
            }
            else if (plain != '\0')
            {
                Put(plain);
            }
            else if (CharUnicodeInfo.GetDecimalDigitValue(text, i) is >= 0 and var digit)
            {
                Put((char)('0' + digit));
            }
            else if (Compatibility.FormOf(rune.Value) is { } form)
            {
                foreach (var c in form)
                {
                    Put(Plain(c) is var simple and not '\0' ? simple : c);
                }
            }
            else
            {
                switch (Rune.GetUnicodeCategory(rune))
                {
                    case UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark:
                        if (begin.Count > 0)
                        {
                            if (rune.IsBmp && Compatibility.Compose(buffer[begin.Count - 1], (char)rune.Value) is { } made)
                            {
                                buffer[begin.Count - 1] = made;
                            }

                            end[^1] = i + taken;
                        }

                        break;
                    case UnicodeCategory.Format or UnicodeCategory.Control:
                        break;
                    case UnicodeCategory.SpaceSeparator:
                        Put(' ');
                        break;
                    case UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator:
                        Put('\n');
                        break;
                    case UnicodeCategory.DashPunctuation:
                        Put('-');
                        break;
                    default:
                        // Beyond the Latin scripts nothing is looked for; a letter stays a letter.
                        Put(rune.IsBmp ? (char)rune.Value : Rune.IsLetter(rune) ? '\u6F22' : '\uFFFD');
                        break;
                }
            }

            i += taken;

            void Put(char c)
            {
                if (begin.Count == buffer.Length)
                {
                    var larger = ArrayPool<char>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<char>.Shared.Return(buffer, clearArray: true);
                    buffer = larger;
                }

                buffer[begin.Count] = c;
                begin.Add(i);
                end.Add(i + taken);
            }
        }

        ArrayPool<char>.Shared.Return(chars, clearArray: true);
        chars = buffer;
        (starts, ends) = ([.. begin], [.. end]);
        return begin.Count;
    }

    private void Scan()
    {
        var text = Chars;
        var isFirst = true;
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (char.IsLetter(c))
            {
                var start = i;
                var upper = 0;
                do
                {
                    upper += char.IsUpper(text[i]) ? 1 : 0;
                    i++;
                }
                while (i < text.Length && char.IsLetter(text[i]));
                AddWord(start, i, upper, isFirst);
                isFirst = false;
            }
            else
            {
                if (char.IsAsciiDigit(c))
                {
                    i = AddRun(i);
                    isFirst = false;
                    continue;
                }

                isFirst |= c is '.' or '!' or '?' or '\n' or ':' or '\uFFFD';
                HasAt |= c == '@';
                i++;
            }
        }
    }

    private void AddWord(int start, int end, int upper, bool isFirst)
    {
        var span = Folded[start..end];
        var shape = (isFirst ? WordShape.First : 0)
            | (upper > 0 && char.IsUpper(chars[start]) ? WordShape.Capital : 0)
            | (upper == end - start && upper > 1 ? WordShape.Upper : 0);
        var kinds = Vocabulary.KindsOf(span);
        // Names also in the genitive; and what ends in -sson is one, listed or not.
        if ((kinds & WordKinds.Name) == 0 && span.Length > 2 && span[^1] == 's'
            && Vocabulary.KindsOf(span[..^1]) is var bare && (bare & WordKinds.Name) != 0)
        {
            kinds |= bare & (WordKinds.Name | WordKinds.AlsoWord);
            shape |= WordShape.Genitive;
        }
        else if (upper > 0 && (kinds & WordKinds.Name) == 0 && span.Length > 6
            && (span.EndsWith("sson", StringComparison.Ordinal) || span.EndsWith("ssons", StringComparison.Ordinal)))
        {
            kinds |= WordKinds.LastName;
            shape |= span[^1] == 's' ? WordShape.Genitive : 0;
        }

        if (wordCount == words.Length)
        {
            words = Larger(words);
        }

        Kinds |= kinds;
        words[wordCount++] = new Word(start, end, kinds, shape);
    }

    /// <summary>Notes the run round a digit; tells where it ends.</summary>
    private int AddRun(int digit)
    {
        // What may be a digit before it was passed as a word, which is right: it may be either.
        var start = digit;
        while (DigitAt(start - 1) >= 0 && (runCount == 0 || start > runs[runCount - 1].End))
        {
            start--;
        }

        var (end, digitsEnd) = (digit, digit);
        for (; DigitAt(end) >= 0; end++)
        {
            digitsEnd = char.IsAsciiDigit(chars[end]) ? end + 1 : digitsEnd;
        }

        if (runCount == runs.Length)
        {
            runs = runs.Length == 0 ? ArrayPool<DigitRun>.Shared.Rent(8) : Larger(runs);
        }

        runs[runCount++] = new DigitRun(start, end, digit, digitsEnd);
        return digitsEnd;
    }

    private static T[] Larger<T>(T[] full)
    {
        var larger = ArrayPool<T>.Shared.Rent(full.Length * 2);
        full.CopyTo(larger, 0);
        ArrayPool<T>.Shared.Return(full);
        return larger;
    }
}
