using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Signals;

/// <summary>What level an area's week suggests; a person decides. Pure.</summary>
/// <remarks>
/// <para>Three grounds count: serious reports, places that come back, and problems that nobody has solved yet. A signal is a statistic
/// and is no ground: it makes a ground weigh more, and suggests nothing by itself.</para>
/// <para>Joint effort: all three grounds, or two and a signal. Deviation: serious reports, or two grounds, or one and a signal.
/// Otherwise normal; so a place that comes back week after week, or a problem that is being worked on, is no deviation alone.</para>
/// <para>Reasons hold no counts: they are read where counts may not be shown.</para>
/// </remarks>
internal static class AreaLevels
{
    /// <summary>Serious reports that are a ground: one or two in a week a district usually has.</summary>
    public const int FewestSerious = 3;

    /// <summary>The level, and why, in Swedish.</summary>
    /// <param name="seriousReports">Reports of the week in the area of severity 3; a grave one, of severity 4, counts as three.</param>
    /// <param name="repeatPlaces">Places in it with three reports or more in 14 days.</param>
    /// <param name="signals">The week's signals in it.</param>
    /// <param name="openProblems">Problems in it that are not solved; null where the hub does not collect them yet.</param>
    public static (AreaLevel Level, string Reason) Suggest(int seriousReports, int repeatPlaces, int signals, int? openProblems)
    {
        var isSerious = seriousReports >= FewestSerious;
        List<string> grounds = [];
        AddIf(isSerious, "allvarliga händelser");
        AddIf(repeatPlaces > 0, "platser som återkommer");
        AddIf(openProblems > 0, "problem som inte är lösta");
        var stands = signals > 0;
        var level = grounds.Count == 3 || (grounds.Count == 2 && stands) ? AreaLevel.JointEffort
            : isSerious || grounds.Count == 2 || (grounds.Count == 1 && stands) ? AreaLevel.Deviation
            : AreaLevel.Normal;

        var found = grounds.Count == 0 ? "Få eller inga allvarliga händelser, och inga platser som återkommer" : Sentence(grounds);
        var statistic = !stands ? "" : grounds.Count > 0 ? ", och något sticker ut i siffrorna" : "; att något sticker ut i siffrorna räcker inte";
        return (level, found + statistic + (openProblems is null ? ". Olösta problem samlas inte in än." : "."));

        void AddIf(bool holds, string ground)
        {
            if (holds)
            {
                grounds.Add(ground);
            }
        }
    }

    private static string Sentence(List<string> grounds)
    {
        var joined = grounds.Count == 1 ? grounds[0] : $"{string.Join(", ", grounds.SkipLast(1))} och {grounds[^1]}";
        return char.ToUpperInvariant(joined[0]) + joined[1..];
    }
}
