using System.Buffers;

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
    private const int LongestSentencePart = 200;
    private const WordKinds Cues = WordKinds.IdentityCue | WordKinds.DocumentCue | WordKinds.Registration | WordKinds.PhoneCue | WordKinds.PhoneWord
        | WordKinds.CardCue | WordKinds.Account | WordKinds.Flat | WordKinds.RunningNumber;

    private readonly bool readsEscapes;
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
    /// <param name="text">As given.</param>
    /// <param name="readsEscapes">Escapes are read as what they stand for; otherwise as they are written.</param>
    public ScreenedText(string text, bool readsEscapes = true)
    {
        this.readsEscapes = readsEscapes;
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

    /// <summary>Escapes were read in it.</summary>
    public bool HasEscapes { get; private set; }

    /// <summary>What no reader sees: tag characters, elements and comments; null where it has none.</summary>
    public string? Hidden { get; private set; }

    /// <summary>Where in the text as given that stands, from the first to the last of it.</summary>
    public (int Start, int End) HiddenSpan { get; private set; }

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
        'l' or 'I' => 1,
        _ => -1,
    };

    /// <summary>
    /// How many characters part what stands there from the next letter or digit, at most <paramref name="longest"/>: 0 where
    /// it is one itself, or where there is more between.
    /// </summary>
    public int Gap(int position, int longest)
    {
        var gap = 0;
        while (gap <= longest && position + gap < length && !char.IsLetterOrDigit(chars[position + gap]))
        {
            gap++;
        }

        return gap <= longest && position + gap < length ? gap : 0;
    }

    /// <summary>A unit follows right after a position or a space: "150 000 kr", "20m", "100 %".</summary>
    public bool IsBeforeUnit(int position)
    {
        var at = At(position) == ' ' ? position + 1 : position;
        return At(at) == '%'
            || (WordAt(position) is var next && next < wordCount && words[next].Start == at && words[next].Is(WordKinds.Unit));
    }

    /// <summary>The nearest word of these kinds that ends before a position, within so many words and in the same sentence; -1 for none.</summary>
    public int CueBefore(int position, WordKinds kinds, int within)
    {
        for (var (word, next) = (WordAt(position) - 1, position); word >= 0 && within > 0; (next, within, word) = (words[word].Start, within - 1, word - 1))
        {
            if (words[word].End > position)
            {
                continue;
            }

            if (words[word].Is(kinds))
            {
                return word;
            }

            if (EndsSentence(words[word].End, next))
            {
                return -1;
            }
        }

        return -1;
    }

    /// <summary>The nearest word of these kinds that begins at or after a position, within so many words and in the same sentence; -1 for none.</summary>
    public int CueAfter(int position, WordKinds kinds, int within)
    {
        for (var (word, end) = (WordAt(position), position); word < wordCount && within > 0; (end, within, word) = (words[word].End, within - 1, word + 1))
        {
            if (EndsSentence(end, words[word].Start))
            {
                return -1;
            }

            if (words[word].Is(kinds))
            {
                return word;
            }
        }

        return -1;
    }

    // A dot after a word of three letters or fewer ends an abbreviation: "reg. nr", "tel. 070".
    // Words that far apart are not read together, which also bounds the work for each number of a long row of them.
    private bool EndsSentence(int from, int to)
    {
        if (to - from > LongestSentencePart)
        {
            return true;
        }

        for (var i = from; i < to; i++)
        {
            if (chars[i] is '!' or '?' || (chars[i] == '.' && At(i + 1) is ' ' or '\n' && i >= 4
                && char.IsLetter(chars[i - 1]) && char.IsLetter(chars[i - 2]) && char.IsLetter(chars[i - 3]) && char.IsLetter(chars[i - 4])))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // What was screened may be somebody's number; it does not stay in shared memory.
        ArrayPool<char>.Shared.Return(chars, clearArray: true);
        ArrayPool<char>.Shared.Return(folded, clearArray: true);
        ArrayPool<Word>.Shared.Return(words);
        if (starts is not null)
        {
            ArrayPool<int>.Shared.Return(starts);
            ArrayPool<int>.Shared.Return(ends!);
        }

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
                c = Folding.Plain(c);
                if (c == '\0')
                {
                    return CopyRead(text);
                }
            }
            else if (c is '&' or '%' or '\\' or '<' && readsEscapes && Escapes.MayBeginAt(text, i))
            {
                return CopyRead(text);
            }

            chars[i] = c;
        }

        return text.Length;
    }

    /// <summary>The same by code point, where one is not one character.</summary>
    private int CopyRead(string text)
    {
        using var reading = new TextReading(text, readsEscapes, folds: true);
        (HasEscapes, Hidden, HiddenSpan) = (reading.HasEscapes, reading.Hidden, reading.HiddenSpan);
        var all = reading.All;
        ArrayPool<char>.Shared.Return(chars, clearArray: true);
        chars = ArrayPool<char>.Shared.Rent(all.Length);
        starts = ArrayPool<int>.Shared.Rent(all.Length);
        ends = ArrayPool<int>.Shared.Rent(all.Length);
        var count = 0;
        foreach (var seen in all)
        {
            if (!seen.IsByte && Folding.IsMark(seen.CodePoint))
            {
                // A mark and the letter before it make one letter, or the mark is left out.
                if (count > 0)
                {
                    chars[count - 1] = seen.CodePoint <= char.MaxValue && Compatibility.Compose(chars[count - 1], (char)seen.CodePoint) is { } made
                        ? made : chars[count - 1];
                    ends[count - 1] = seen.End;
                }

                continue;
            }

            chars[count] = seen.IsByte ? Folding.PlainOfByte(seen.Byte) : (char)seen.CodePoint;
            if (chars[count] != '\0')
            {
                (starts[count], ends[count]) = (seen.Start, seen.End);
                count++;
            }
        }

        return count;
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

        if ((kinds & WordKinds.Tail) != 0 && wordCount > 0)
        {
            kinds |= KindsOfCompound(words[wordCount - 1], start, end) & Cues;
        }

        if (wordCount == words.Length)
        {
            words = Larger(words);
        }

        Kinds |= kinds;
        words[wordCount++] = new Word(start, end, kinds, shape);
    }

    /// <summary>"Pers.nr", "id-kort" and "person nummer" are the words that they are together.</summary>
    private WordKinds KindsOfCompound(Word first, int start, int end)
    {
        Span<char> compound = stackalloc char[Vocabulary.LongestWord];
        if (first.Length + end - start > compound.Length || Chars[first.End..start] is not (" " or "-" or "." or ". "))
        {
            return WordKinds.None;
        }

        Lower(first).CopyTo(compound);
        Folded[start..end].CopyTo(compound[first.Length..]);
        // "Logg-id nr 2403151200" is no number of a person.
        return Vocabulary.KindsOf(compound[..(first.Length + end - start)]) & (Lower(first) is "id" ? ~WordKinds.IdentityCue : ~WordKinds.None);
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
