using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>
/// Descriptions of persons: an age with suspicion, arrest or appearance near it, or a person and what they wear or look like.
/// </summary>
/// <remarks>
/// An age is a number before "-årig", "-åring" or "-årsåldern", before "år" where a person stands just before ("man, 45
/// år") or "gammal" after it, the same as one word ("femtonårig"), or a year of birth ("född 2004"). Near is twelve words to
/// either side in the same line. A whole date of birth ("född 1985-04-12") needs nothing beside it. "Ungdomar", "tonåringar" and "en person" are situations and pass.
/// </remarks>
internal sealed class PersonDescriptionDetector : IDetector
{
    private const int Near = 12;
    private const int NearOutfit = 6;
    private const int NearPerson = 3;
    private const int Oldest = 110;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        if ((text.Kinds & (WordKinds.Suspicion | WordKinds.Appearance | WordKinds.Outfit | WordKinds.Born)) == 0)
        {
            return;
        }

        for (var i = 0; i < text.Words.Length; i++)
        {
            var word = text.Words[i];
            if (word.Is(WordKinds.Born) && BirthDateEnd(text, word) is { } birthEnd)
            {
                found.Add(FindingKind.PersonDescription, word.Start, birthEnd);
            }
            else if (AgeStart(text, i) is { } start)
            {
                var end = word.Is(WordKinds.Born) ? text.Runs[text.RunAt(word.End)].DigitsEnd : word.End;
                if (Nearest(text, i, WordKinds.Suspicion | WordKinds.Appearance, Near) is { } trigger)
                {
                    found.Add(FindingKind.PersonDescription,
                        Math.Min(start, text.Words[trigger].Start), Math.Max(end, text.Words[trigger].End));
                }
            }
            else if (word.Is(WordKinds.Outfit) && Nearest(text, i, WordKinds.Person, NearOutfit) is { } person)
            {
                found.Add(FindingKind.PersonDescription,
                    Math.Min(word.Start, text.Words[person].Start), Math.Max(word.End, text.Words[person].End));
            }
        }
    }

    // "850412", "19850412", "1985-04-12", "85-04-12".
    private static int? BirthDateEnd(ScreenedText text, Word born)
    {
        var first = text.RunAt(born.End);
        if (first >= text.Runs.Length || text.Runs[first].FirstDigit - born.End is < 1 or > 3)
        {
            return null;
        }

        var (digits, end) = (text.Runs[first].DigitsEnd - text.Runs[first].FirstDigit, text.Runs[first].DigitsEnd);
        for (var next = first + 1; digits is 2 or 4 or 6 && next < text.Runs.Length && next <= first + 2
            && text.Runs[next].FirstDigit == end + 1 && text.At(end) is '-' or '/' or '.'; next++)
        {
            digits += text.Runs[next].DigitsEnd - text.Runs[next].FirstDigit;
            end = text.Runs[next].DigitsEnd;
        }

        return digits is 6 or 8 ? end : null;
    }

    private static int? AgeStart(ScreenedText text, int index)
    {
        var word = text.Words[index];
        if (word.Is(WordKinds.Born))
        {
            var year = text.RunAt(word.End);
            return year < text.Runs.Length && text.Runs[year].Start - word.End <= 6
                && text.Runs[year].DigitsEnd - text.Runs[year].FirstDigit is 2 or 4 or 6 or 8 ? word.Start : null;
        }

        if (word.Is(WordKinds.Age | WordKinds.Years))
        {
            var run = text.RunAt(word.Start) - 1;
            if (run < 0 || word.Start - text.Runs[run].DigitsEnd > 3 || !IsAge(text, text.Runs[run]))
            {
                return null;
            }

            return word.Is(WordKinds.Age) || IsOfPerson(text, index) ? text.Runs[run].FirstDigit : null;
        }

        return IsSpelledOut(text.Lower(word)) ? word.Start : null;
    }

    /// <summary>"femtonårig", "tjugoårsåldern"; not "tonårig", nor "mångårig", which says no age.</summary>
    private static bool IsSpelledOut(ReadOnlySpan<char> word)
    {
        var at = word.LastIndexOf("år", StringComparison.Ordinal);
        if (at < 3 || word.Length - at < 4 || (Vocabulary.KindsOf(word[at..]) & WordKinds.Age) == 0)
        {
            return false;
        }

        var number = word[..at];
        return number.StartsWith("tjugo", StringComparison.Ordinal) || number.Contains("tio", StringComparison.Ordinal)
            || number is "elva" or "tolv" || (number.EndsWith("ton", StringComparison.Ordinal) && number.Length > 3);
    }

    private static bool IsAge(ScreenedText text, DigitRun run)
    {
        var digits = text.Chars[run.FirstDigit..run.DigitsEnd];
        return digits.Length <= 3 && int.TryParse(digits, out var age) && age <= Oldest;
    }

    private static bool IsOfPerson(ScreenedText text, int years)
    {
        for (var i = Math.Max(0, years - NearPerson); i < years; i++)
        {
            if (text.Words[i].Is(WordKinds.Person))
            {
                return true;
            }
        }

        return years + 1 < text.Words.Length && text.Lower(text.Words[years + 1]) is "gammal" or "gamla" or "gammalt" or "gamle";
    }

    private static int? Nearest(ScreenedText text, int index, WordKinds kinds, int within)
    {
        for (var distance = 1; distance <= within; distance++)
        {
            if (index + distance < text.Words.Length && text.Words[index + distance].Is(kinds))
            {
                return index + distance;
            }

            if (index - distance >= 0 && text.Words[index - distance].Is(kinds))
            {
                return index - distance;
            }
        }

        return null;
    }
}
