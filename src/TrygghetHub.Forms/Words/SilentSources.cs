using TrygghetHub.Pictures.V1;

namespace TrygghetHub.Forms;

/// <summary>How sentences name the sources that have not reported. Pure and thread-safe.</summary>
public static class SilentSources
{
    // A longer list is not read.
    private const int MostNamed = 3;

    /// <summary>"Vaktbolaget har inte rapporterat. Vi vet inte vad de har sett."; empty where every source has reported.</summary>
    public static string Text(SituationalPicture picture, PictureLanguage language)
    {
        var silent = Names(picture);
        var count = picture.Coverage.Count;
        if (silent.Count == 0)
        {
            return "";
        }

        var who = Named(silent, language) is { } names
            ? language.In($"{names} har inte rapporterat", $"{names} {(silent.Count == 1 ? "has" : "have")} not reported")
            : silent.Count == count
                ? language.In($"Ingen av de {count} källorna har rapporterat", $"None of the {count} sources has reported")
                : language.In(
                    $"{silent.Count} av de {count} källorna har inte rapporterat",
                    $"{silent.Count} of the {count} sources {(silent.Count == 1 ? "has" : "have")} not reported");
        return language.In($"{who}. Vi vet inte vad de har sett.", $"{who}. We do not know what they have seen.");
    }

    /// <summary>The same within a sentence: "Vaktbolaget har inte rapporterat".</summary>
    /// <remarks>For a reader who is not shown the sources, the text says only that there is at least one.</remarks>
    public static string Clause(SituationalPicture picture, PictureLanguage language)
    {
        var silent = Names(picture);
        return Named(silent, language) is { } names
            ? language.In($"{names} har inte rapporterat", $"{names} {(silent.Count == 1 ? "has" : "have")} not reported")
            : silent.Count > 1
                ? language.In("flera källor har inte rapporterat", "several sources have not reported")
                : language.In("en eller flera källor har inte rapporterat", "one or more sources have not reported");
    }

    /// <summary>One to three names, "A, B och C"; null where there are more, or one has no name.</summary>
    internal static string? Named(IReadOnlyCollection<string> names, PictureLanguage language) =>
        names.Count is > 0 and <= MostNamed && names.All(name => name.Length > 0) ? Wording.Among([.. names], language) : null;

    private static List<string> Names(SituationalPicture picture) =>
        [.. picture.Coverage.Where(c => c.Status == CoverageStatus.Missing).Select(c => c.PartnerName)];
}
