namespace TrygghetHub.Server.Platform.Errors;

/// <summary>
/// Finds identity numbers by their digits alone, whatever stands between them: for short references, in which no running text
/// puts numbers side by side. Pure; thread-safe.
/// </summary>
internal static class IdentityDigits
{
    private const int Length = 10;
    private const int WithCentury = 12;
    private const int AddedToCoordinationDays = 60;

    /// <summary>
    /// Whether ten digits in a row, with anything but letters between them, are of a date and have the right check digit; or all
    /// digits of the text, where they are ten or twelve, with letters between them too.
    /// </summary>
    public static bool AreIn(string text)
    {
        var (all, row) = (new List<int>(), new List<int>());
        foreach (var rune in text.EnumerateRunes())
        {
            if (System.Text.Rune.GetNumericValue(rune) is >= 0 and <= 9 and var value && value == Math.Floor(value))
            {
                all.Add((int)value);
                row.Add((int)value);
                if (IsNumber(row))
                {
                    return true;
                }
            }
            else if (System.Text.Rune.IsLetter(rune))
            {
                row.Clear();
            }
        }

        return all.Count is Length or WithCentury && IsNumber(all);
    }

    // The last ten digits; the rules are Skatteverket's (folkbokföringslagen 1991:481, 18 and 18 a §§). A coordination number may
    // lack the month and the day.
    private static bool IsNumber(List<int> digits)
    {
        if (digits.Count < Length)
        {
            return false;
        }

        var last = digits[^Length..];
        var (month, day) = ((last[2] * 10) + last[3], (last[4] * 10) + last[5]);
        var isCoordination = day >= AddedToCoordinationDays;
        day -= isCoordination ? AddedToCoordinationDays : 0;
        return month <= 12 && day <= 31 && (isCoordination || (month > 0 && day > 0))
            && last.Select((digit, i) => i % 2 == 1 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2).Sum() % 10 == 0;
    }
}
