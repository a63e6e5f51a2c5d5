namespace TrygghetHub.Screening.Tests;

/// <summary>Identity numbers of nobody in particular, with right check digits.</summary>
internal static class IdentityNumbers
{
    private static readonly DateOnly First = new(1930, 1, 1);

    /// <summary>Twelve digits of a person born from 1930 to before a day; every fifth is a samordningsnummer.</summary>
    public static string Next(Random random, DateOnly before)
    {
        var born = First.AddDays(random.Next(before.DayNumber - First.DayNumber));
        var day = born.Day + (random.Next(5) == 0 ? 60 : 0);
        return WithCheckDigit($"{born.Year:0000}{born.Month:00}{day:00}{random.Next(1000):000}");
    }

    /// <summary>The eleven digits given and the check digit of the last nine (Luhn).</summary>
    public static string WithCheckDigit(string eleven)
    {
        var sum = eleven[^9..].Select((c, i) => (c - '0') * (i % 2 == 0 ? 2 : 1)).Sum(d => (d / 10) + (d % 10));
        return eleven + (char)('0' + ((10 - (sum % 10)) % 10));
    }
}
