namespace TrygghetHub.Screening;

/// <summary>Dates that are written as digits alone. Pure; thread-safe.</summary>
internal static class WrittenDates
{
    /// <summary>The digits are a day as YYMMDD, or as YYYYMMDD of the 20th or 21st century.</summary>
    /// <param name="digits">0 to 9 only.</param>
    public static bool IsDate(ReadOnlySpan<char> digits)
    {
        if (digits.Length is not (6 or 8) || (digits.Length == 8 && !digits.StartsWith("19") && !digits.StartsWith("20")))
        {
            return false;
        }

        var (month, day) = (Pair(digits[^4..]), Pair(digits[^2..]));
        return month is >= 1 and <= 12 && day is >= 1 and <= 31;
    }

    private static int Pair(ReadOnlySpan<char> digits) => ((digits[0] - '0') * 10) + digits[1] - '0';
}
