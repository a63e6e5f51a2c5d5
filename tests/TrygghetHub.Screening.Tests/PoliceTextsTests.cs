using System.Text.Json;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Screening.Tests;

/// <summary>
/// What blocks in the texts of the police's public feed, 2023 and 2024: every hit was read, and is explained here.
/// </summary>
/// <remarks>
/// A hit that the table does not hold fails: read it, and either mend the detector or add it with its reason. By the
/// feed's id of the event, since the value itself is not to be written down.
/// </remarks>
public sealed class PoliceTextsTests
{
    private const string Press = "A true phone number: that of the police's press desk or spokesperson, on duty.";

    private static readonly Dictionary<(int Event, FindingKind Kind), string> Explained = new()
    {
        [(414098, FindingKind.PhoneNumber)] = Press,
        [(529695, FindingKind.PhoneNumber)] = Press,
        [(529696, FindingKind.PhoneNumber)] = Press,
        [(529697, FindingKind.PhoneNumber)] = Press,
        [(536248, FindingKind.PhoneNumber)] = Press,
        [(536249, FindingKind.PhoneNumber)] = Press,
        [(536250, FindingKind.PhoneNumber)] = Press,
        [(559239, FindingKind.PhoneNumber)] = Press,
        [(559241, FindingKind.PhoneNumber)] = Press,
        [(559242, FindingKind.PhoneNumber)] = Press,
        [(559316, FindingKind.PhoneNumber)] = Press,
        [(559317, FindingKind.PhoneNumber)] = Press,
        [(559318, FindingKind.PhoneNumber)] = Press,
        [(559323, FindingKind.PhoneNumber)] = Press,
        [(559362, FindingKind.PhoneNumber)] = Press,
        [(559363, FindingKind.PhoneNumber)] = Press,
        [(559364, FindingKind.PhoneNumber)] = Press,
        [(560955, FindingKind.PhoneNumber)] = Press,
        [(560956, FindingKind.PhoneNumber)] = Press,
        [(560957, FindingKind.PhoneNumber)] = Press,
        [(561253, FindingKind.PhoneNumber)] = Press,
        [(561254, FindingKind.PhoneNumber)] = Press,
        [(561255, FindingKind.PhoneNumber)] = Press,
        [(561598, FindingKind.PhoneNumber)] = Press,
        [(561600, FindingKind.PhoneNumber)] = Press,
        [(561601, FindingKind.PhoneNumber)] = Press,
        [(561603, FindingKind.PhoneNumber)] = Press,
    };

    // Explained as hits that should not be.
    private static readonly HashSet<(int Event, FindingKind Kind)> Wrong = [];

    [Fact]
    public void Screen_PoliceTexts_EveryBlockingHitIsExplainedAndFewAreWrong()
    {
        var folder = SharedData.Path("polisen");
        if (SharedData.SkipReason(folder) is { } reason)
        {
            Assert.Skip(reason);
        }

        var screener = new Screener([]);
        var (texts, blocked, warned, wrong) = (0, 0, 0, 0);
        var hits = new HashSet<(int Event, FindingKind Kind)>();
        foreach (var line in Directory.GetFiles(folder, "events-*.ndjson").Order().SelectMany(File.ReadLines))
        {
            using var json = JsonDocument.Parse(line);
            var id = json.RootElement.GetProperty("id").GetInt32();
            foreach (var field in (string[])["summary", "name"])
            {
                var found = screener.Screen(json.RootElement.GetProperty(field).GetString()!);
                var blocking = found.Where(f => f.Kind.AlwaysBlocks()).Select(f => (id, f.Kind)).ToList();
                texts++;
                blocked += blocking.Count > 0 ? 1 : 0;
                warned += blocking.Count == 0 && found.Count > 0 ? 1 : 0;
                wrong += blocking.Exists(Wrong.Contains) ? 1 : 0;
                hits.UnionWith(blocking);
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{texts} texts: {blocked} blocked, {wrong} of them wrongly, {warned} with warnings ({100.0 * warned / texts:0.00} %)");
        Assert.True(texts > 90_000, $"{texts} texts");
        Assert.Empty(hits.Except(Explained.Keys));
        Assert.Empty(Explained.Keys.Except(hits));
        Assert.True(wrong * 10_000 <= texts, $"{wrong} of {texts}");
    }
}
