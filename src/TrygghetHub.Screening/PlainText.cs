using System.Text;

namespace TrygghetHub.Screening;

/// <summary>The text that a reader sees of what systems write for browsers.</summary>
/// <remarks>
/// Read by the decoder that screening has, to any depth: a text whose number is written <c>850412&amp;#45;2386</c> is stored as
/// what it says, and screened as that. Pure; thread-safe.
/// </remarks>
public static class PlainText
{
    // No escape is shorter, and no character is longer.
    private const int ShortestEscape = 3;

    /// <summary>The text without escapes, elements and comments.</summary>
    /// <param name="text">As a source has it.</param>
    /// <returns>
    /// The same where it has none. Percent escapes of control characters and of bytes that are not UTF-8 stay as they are written:
    /// "höjt 20%10 kr" and "50%bara" hold none.
    /// </returns>
    public static string Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.AsSpan().IndexOfAny("&%<\\") < 0)
        {
            return text;
        }

        using var reading = new TextReading(text, decodes: true, folds: false);
        if (!reading.HasEscapes)
        {
            return text;
        }

        var plain = new StringBuilder(text.Length);
        foreach (var seen in reading.All)
        {
            if (seen.IsByte || seen.End - seen.Start < ShortestEscape)
            {
                plain.Append(text, seen.Start, seen.End - seen.Start);
            }
            else
            {
                plain.Append(new Rune(seen.CodePoint).ToString());
            }
        }

        return plain.ToString();
    }
}
