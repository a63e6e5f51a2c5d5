namespace TrygghetHub.Screening;

/// <summary>What bears a label that looks like somebody's number: "stolpe nr KLM 123". Pure; thread-safe.</summary>
internal static class Labels
{
    private const int LeastFixture = 3;
    private const int LongestWay = 20;

    /// <summary>A word for something that bears labels stands right before a position, with or without "nr" between.</summary>
    public static bool StandsBefore(ScreenedText text, int position) => StandsBefore(text, position, out _);

    /// <inheritdoc cref="StandsBefore(ScreenedText, int)"/>
    /// <param name="text">The text.</param>
    /// <param name="position">Where the label begins.</param>
    /// <param name="isSaid">"nr" or the like stands between.</param>
    public static bool StandsBefore(ScreenedText text, int position, out bool isSaid)
    {
        var before = text.WordAt(position) - 1;
        isSaid = before >= 0 && text.Words[before].Is(WordKinds.Label);
        before -= isSaid ? 1 : 0;
        return before >= 0 && position - text.Words[before].End <= LongestWay && !text.Chars[text.Words[before].End..position].ContainsAny('.', ',', ';') && IsFixture(text, text.Words[before]);
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
}
