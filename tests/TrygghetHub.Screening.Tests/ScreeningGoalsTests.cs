using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests;

/// <summary>
/// How much of what points at a person is found, and how much else: the figures of <c>docs/screening.md</c>, which these
/// tests compare with what they count.
/// </summary>
public sealed class ScreeningGoalsTests
{
    private const string Begin = "<!-- figures -->";
    private const string End = "<!-- /figures -->";
    private const int MostShown = 60;

    private static readonly Lazy<Counts> Grid = new(CountGrid);
    private static readonly Lazy<Counts> Plates = new(CountPlates);
    private static readonly Lazy<Counts> Hand = new(CountHand);

    [Fact]
    public void Screen_GeneratedSentences_RecallIsWithinTheGoals()
    {
        Print(Grid.Value);

        Assert.True(Grid.Value.Marked.Values.Sum() >= 1_000, $"{Grid.Value.Marked.Values.Sum()} sentences");
        Assert.All(Grid.Value.Marked.Keys, kind => Assert.True(
            Grid.Value.Recall(kind) >= (kind == "personal-identity-number" ? 0.99 : 0.95), $"{kind}: {Grid.Value.Recall(kind)}"));
    }

    [Fact]
    public void Screen_TextsWrittenByHand_RecallAndPrecisionAreWithinTheGoals()
    {
        Print(Hand.Value);

        Assert.True(Hand.Value.Texts >= 300, $"{Hand.Value.Texts} texts");
        Assert.True(Hand.Value.Recall() >= 0.95, $"recall {Hand.Value.Recall()}");
        Assert.True(Hand.Value.Precision >= 0.97, $"precision {Hand.Value.Precision}");
    }

    /// <summary>
    /// What the detectors find has a version. Where this fails, raise <see cref="Screener.Version"/> if a detector changed, and renew
    /// the digest.
    /// </summary>
    [Fact]
    public void Version_OfTheDetectors_IsThatOfTheirFindings()
    {
        var findings = GeneratedSentences.All().Select(s => s.Text).Concat(MarkedText.All().Select(t => t.Text))
            .SelectMany(text => Spans.Screener.Screen(text).Select(f => $"{f.Kind} {f.Start} {f.Length}").Append("."));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', findings))))[..16];

        Assert.Equal((3, "04797218b16783cd"), (Screener.Version, digest));
    }

    [Fact]
    public void Document_OfTheScreening_HasTheFiguresOfTheseTests()
    {
        var document = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "screening.md")).ReplaceLineEndings("\n");
        var table = document[(document.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..document.IndexOf(End, StringComparison.Ordinal)];

        Assert.Equal(Figures(), table.Trim());
    }

    private static Counts CountGrid()
    {
        var counts = new Counts();
        foreach (var sentence in GeneratedSentences.All())
        {
            counts.Texts++;
            counts.Add(Kebab(sentence.Kind), sentence.IsFoundBy(Spans.Screener.Screen(sentence.Text)), sentence.Text);
        }

        return counts;
    }

    private static Counts CountPlates()
    {
        var counts = new Counts();
        foreach (var sentence in GeneratedSentences.All().Where(s => s.Kind == FindingKind.RegistrationPlate))
        {
            counts.Add(sentence.HasPlateCue ? "beside a word for it" : "alone", sentence.IsFoundBy(Spans.Screener.Screen(sentence.Text)), sentence.Text);
        }

        return counts;
    }

    private static Counts CountHand()
    {
        var counts = new Counts();
        foreach (var text in MarkedText.All())
        {
            counts.Texts++;
            var found = Spans.Screener.Screen(text.Text).Where(f => f.Kind.AlwaysBlocks()).ToList();
            var marks = text.Findings.Where(m => m.AlwaysBlocks).Select(m => (m.Kind, Start: Position(text.Text, m.Value), m.Value.Length)).ToList();
            foreach (var mark in marks)
            {
                counts.Add(mark.Kind, found.Exists(f => f.Start < mark.Start + mark.Length && mark.Start < f.Start + f.Length), text.Text);
            }

            foreach (var finding in found)
            {
                counts.Right += 1;
                if (!marks.Exists(m => finding.Start < m.Start + m.Length && m.Start < finding.Start + finding.Length))
                {
                    counts.Right -= 1;
                    counts.Wrong.Add($"{Kebab(finding.Kind)}: {text.Text}");
                }
            }
        }

        return counts;
    }

    private static int Position(string text, string value)
    {
        var at = text.IndexOf(value, StringComparison.Ordinal);
        Assert.True(at >= 0, $"\"{value}\" is not in \"{text}\"");
        return at;
    }

    private static string Figures()
    {
        var table = new StringBuilder();
        table.Append("| Generated sentences | Sentences | Missed | Recall |\n|---|---:|---:|---:|\n");
        foreach (var kind in Grid.Value.Marked.Keys)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {kind} | {Grid.Value.Marked[kind]} | {Grid.Value.Missed(kind)} | {Grid.Value.Recall(kind):0.000} |\n");
        }

        table.Append("\n| Of the plates | Sentences | Missed | Recall |\n|---|---:|---:|---:|\n");
        foreach (var where in Plates.Value.Marked.Keys)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {where} | {Plates.Value.Marked[where]} | {Plates.Value.Missed(where)} | {Plates.Value.Recall(where):0.000} |\n");
        }

        table.Append("\n| Texts written by hand | Values | Missed | Recall |\n|---|---:|---:|---:|\n");
        foreach (var kind in Hand.Value.Marked.Keys)
        {
            table.Append(CultureInfo.InvariantCulture, $"| {kind} | {Hand.Value.Marked[kind]} | {Hand.Value.Missed(kind)} | {Hand.Value.Recall(kind):0.000} |\n");
        }

        table.Append(CultureInfo.InvariantCulture,
            $"\nOf {Hand.Value.Texts} texts written by hand: recall {Hand.Value.Recall():0.000}, precision {Hand.Value.Precision:0.000}, {Hand.Value.Wrong.Count} wrong findings that block.");
        return table.ToString();
    }

    private static void Print(Counts counts)
    {
        var output = TestContext.Current.TestOutputHelper;
        output?.WriteLine(Figures());
        foreach (var missed in counts.MissedTexts.Take(MostShown))
        {
            output?.WriteLine($"missed {missed}");
        }

        foreach (var wrong in counts.Wrong.Take(MostShown))
        {
            output?.WriteLine($"wrong  {wrong}");
        }
    }

    private static string Kebab(FindingKind kind) => kind.Name().Replace('_', '-').ToLowerInvariant();

    /// <summary>What was marked, missed and found wrongly.</summary>
    private sealed class Counts
    {
        private readonly Dictionary<string, int> missed = [];

        public SortedDictionary<string, int> Marked { get; } = new(StringComparer.Ordinal);

        public List<string> MissedTexts { get; } = [];

        public List<string> Wrong { get; } = [];

        public int Texts { get; set; }

        public int Right { get; set; }

        public double Precision => Right + Wrong.Count == 0 ? 1 : (double)Right / (Right + Wrong.Count);

        public void Add(string kind, bool isFound, string text)
        {
            Marked[kind] = Marked.GetValueOrDefault(kind) + 1;
            if (!isFound)
            {
                missed[kind] = Missed(kind) + 1;
                MissedTexts.Add($"{kind}: {text}");
            }
        }

        public int Missed(string kind) => missed.GetValueOrDefault(kind);

        public double Recall(string kind) => 1 - ((double)Missed(kind) / Marked[kind]);

        public double Recall() => 1 - ((double)missed.Values.Sum() / Marked.Values.Sum());
    }
}
