using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Detectors;

/// <summary>Swedish registration plates: ABC 123, and since 2019 ABC 12D.</summary>
/// <remarks>
/// Transportstyrelsen's letters: neither I, Q, V nor Å, Ä, Ö, and no O last. In capitals, together or with one space or
/// hyphen between, they are taken for a plate unless the three letters commonly stand before a number ("LSS 123",
/// "HUS 112"). Those, and plates in lower case, count after a word for registration, or beside one for a vehicle when
/// written together, or in capitals right
/// after it ("bilen DOM 123"). A label of a fixture is none ("belysningsstolpe BRO 112", "skåp nr FTX 123"). Personal plates cannot be told from words and are not found.
/// </remarks>
internal sealed class RegistrationPlateDetector : IDetector
{
    private const int WordsBefore = 5;
    private const int LongestAcronym = 4;
    private const int LeastFixture = 3;

    /// <inheritdoc />
    public void Find(ScreenedText text, Found found)
    {
        foreach (var run in text.Runs)
        {
            var length = run.DigitsEnd - run.FirstDigit;
            var end = length == 3 ? run.DigitsEnd : run.DigitsEnd + 1;
            if ((length != 3 && !(length == 2 && IsLetter(text.At(run.DigitsEnd)) && text.At(run.DigitsEnd) is not ('O' or 'o')))
                || text.IsWordAt(end) || !AllDigits(text, run))
            {
                continue;
            }

            var gap = text.At(run.FirstDigit - 1) is ' ' or '-' ? 1 : 0;
            var start = run.FirstDigit - gap - 3;
            if (start >= 0 && IsLetter(text.At(start)) && IsLetter(text.At(start + 1)) && IsLetter(text.At(start + 2))
                && !text.IsWordAt(start - 1) && IsPlate(text, start, gap, end))
            {
                found.Add(FindingKind.RegistrationPlate, start, end);
            }
        }
    }

    private static bool IsPlate(ScreenedText text, int start, int gap, int end)
    {
        var letters = text.Chars.Slice(start, 3);
        var isUpper = !letters.ContainsAnyInRange('a', 'z') && !char.IsLower(text.At(end - 1));
        var isCommon = (Vocabulary.KindsOf(text.Folded.Slice(start, 3)) & WordKinds.NotPlate) != 0;
        var word = text.WordAt(start);
        if (isUpper && !isCommon)
        {
            return !IsLabelOfAFixture(text, word, start);
        }

        var (isRegistered, isVehicle) = (false, false);
        for (var i = Math.Max(0, word - WordsBefore); i < word; i++)
        {
            isRegistered |= text.Words[i].Is(WordKinds.Registration);
            isVehicle |= text.Words[i].Is(WordKinds.Vehicle);
        }

        return (isUpper || !isCommon)
            && (isRegistered || (isVehicle && gap == 0) || (isUpper && word > 0 && IsVehicleRightBefore(text, word - 1, start)));
    }

    // In a heading in capitals throughout any three letters may follow ("BIL MED 100 KM/H"); BMW, VW and MC are always so.
    private static bool IsVehicleRightBefore(ScreenedText text, int word, int start)
    {
        var vehicle = text.Words[word];
        return vehicle.Is(WordKinds.Vehicle) && text.Chars[vehicle.End..start] is " " or ": " or " ("
            && (!vehicle.Is(WordShape.Upper) || vehicle.Length <= LongestAcronym);
    }

    private static bool IsLabelOfAFixture(ScreenedText text, int word, int start)
    {
        var before = word - 1;
        if (before >= 0 && text.Words[before].Is(WordKinds.Label))
        {
            before--;
        }

        return before >= 0 && !text.Chars[text.Words[before].End..start].ContainsAny('.', ',', ';') && IsFixture(text, text.Words[before]);
    }

    private static bool IsFixture(ScreenedText text, Word word)
    {
        // "Belysningsstolpe" is a stolpe.
        for (var from = word.Start; from + LeastFixture <= word.End; from++)
        {
            if ((Vocabulary.KindsOf(text.Folded[from..word.End]) & WordKinds.Fixture) != 0)
            {
                return true;
            }
        }

        return false;
    }

    private static bool AllDigits(ScreenedText text, DigitRun run) =>
        !text.Chars[run.FirstDigit..run.DigitsEnd].ContainsAnyExceptInRange('0', '9');

    private static bool IsLetter(char c) => char.IsAsciiLetter(c) && (c | ' ') is not ('i' or 'q' or 'v');
}
