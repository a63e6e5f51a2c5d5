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

    /// <summary>
    /// The level, and why; none where nothing is found that is no normal week, and the sources that answered cannot carry that it was one.
    /// </summary>
    /// <param name="seriousReports">Reports of the week in the area of severity 3; a grave one, of severity 4, counts as three.</param>
    /// <param name="repeatPlaces">Places in it with three reports or more in 14 days.</param>
    /// <param name="signals">The week's signals in it.</param>
    /// <param name="openProblems">Problems in it that are not solved; null where the hub does not collect them yet.</param>
    /// <param name="isCarried">Whether the sources that have answered usually report at least four fifths of it.</param>
    /// <param name="someAreSilent">Whether a source has not answered.</param>
    public static (AreaLevel Level, string Reason, string ReasonEn) Suggest(
        int seriousReports, int repeatPlaces, int signals, int? openProblems, bool isCarried, bool someAreSilent)
    {
        var isSerious = seriousReports >= FewestSerious;
        List<(string Swedish, string English)> grounds = [];
        AddIf(isSerious, "allvarliga händelser", "serious events");
        AddIf(repeatPlaces > 0, "platser med upprepade rapporter", "places with repeated reports");
        AddIf(openProblems > 0, "olösta problem", "unsolved problems");
        var stands = signals > 0;
        var level = grounds.Count == 3 || (grounds.Count == 2 && stands) ? AreaLevel.JointEffort
            : isSerious || grounds.Count == 2 || (grounds.Count == 1 && stands) ? AreaLevel.Deviation
            : AreaLevel.Normal;
        if (level == AreaLevel.Normal && !isCarried)
        {
            return (
                AreaLevel.Unspecified, "Läget kan inte bedömas. Källor som brukar lämna en stor del av rapporterna har inte rapporterat.",
                "The level cannot be assessed. Sources that usually send a large share of the reports have not reported.");
        }

        return (
            level,
            (grounds.Count > 0 ? Sentence([.. grounds.Select(g => g.Swedish)], "och") + (stands ? ", och siffrorna avviker" : "")
                : stands ? "Siffrorna avviker, men det räcker inte för att höja nivån"
                : "Få eller inga allvarliga händelser och inga platser med upprepade rapporter")
            + (someAreSilent ? ". En eller flera källor har inte rapporterat." : "."),
            (grounds.Count > 0 ? Sentence([.. grounds.Select(g => g.English)], "and") + (stands ? ", and the figures deviate" : "")
                : stands ? "The figures deviate, but not enough to raise the level"
                : "Few or no serious events and no places with repeated reports")
            + (someAreSilent ? ". One or more sources have not reported." : "."));

        void AddIf(bool holds, string swedish, string english)
        {
            if (holds)
            {
                grounds.Add((swedish, english));
            }
        }
    }

    private static string Sentence(List<string> grounds, string and)
    {
        var joined = grounds.Count == 1 ? grounds[0] : $"{string.Join(", ", grounds.SkipLast(1))} {and} {grounds[^1]}";
        return char.ToUpperInvariant(joined[0]) + joined[1..];
    }
}
