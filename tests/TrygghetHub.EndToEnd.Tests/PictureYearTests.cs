using System.Globalization;
using System.Text.Json.Nodes;
using TrygghetHub.Cli;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Testing;
using IsoWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.EndToEnd.Tests;

/// <summary>
/// A year of weekly pictures of four municipalities out of the police's public feed: a month of it is silent, comes late, is
/// corrected, and is recalled in the end. Each figure is held against a count that shares nothing with connector or hub.
/// </summary>
public sealed class PictureYearTests
{
    private const string SilentMonth = "\"datetime\": \"2023-10-";
    private static readonly string[] Municipalities = ["0139", "0180", "0580", "1480"];
    private static readonly IReadOnlyList<Week> Year = [.. Enumerable.Range(0, 52).Select(Week.Parse("2023-W14").Plus)];

    // Whole weeks of the silent month.
    private static readonly IReadOnlyList<Week> Silent = [.. Enumerable.Range(0, 3).Select(Week.Parse("2023-W41").Plus)];

    [Fact]
    public async Task Year_WithASilentMonthThatComesLateIsCorrectedAndRecalled_SaysSoInEachPicture()
    {
        var files = new[] { Shared("polisen", "events-2023.ndjson"), Shared("polisen", "events-2024.ndjson") };
        await using var hub = await PoliceFeedHub.StartAsync(["01", "05", "14"]);
        var lines = files.SelectMany(File.ReadLines).ToList();

        // 1. A month is missing, and its weeks are not confirmed.
        var partial = await WriteAsync(hub, "partial.ndjson", lines.Where(l => !l.Contains(SilentMonth, StringComparison.Ordinal)));
        await hub.ConnectAsync(partial);
        await ConfirmAsync(hub, Year.Except(Silent));
        var first = await CompileYearAsync(hub);
        AssertCounts(PoliceCount.Of([partial], Shared("geo", "municipalities.csv")), first);
        AssertSilence(first);
        AssertSignalsAreFew(first);

        // 2. It comes late: the pictures stand and say so, and the next revision has it.
        var whole = await WriteAsync(hub, "whole.ndjson", lines);
        await hub.ConnectAsync(whole);
        var count = PoliceCount.Of([whole], Shared("geo", "municipalities.csv"));
        foreach (var (key, before) in first.Where(p => Silent.Any(w => p.Key.Week == w.ToString())))
        {
            var standing = await PictureAsync(hub, before);
            Assert.Equal(count.Counts.GetValueOrDefault(key) - before.Totals.Reports, standing.LateChanges?.Added ?? 0);
            Assert.Equal(before.ContentSha256, standing.ContentSha256);
        }

        var second = await CompileYearAsync(hub);
        AssertCounts(count, second);
        Assert.All(Silent, week => Assert.Equal(2, second[("0180", week.ToString())].Revision));

        // 3. One event is another than it was said to be.
        var (week, corrected) = Corrected(lines);
        await hub.ConnectAsync(await WriteAsync(hub, "corrected.ndjson", lines.Append(corrected)));
        var mended = await PictureAsync(hub, second[("0180", week)]);
        Assert.True(mended.LateChanges is { Corrected: 1, Added: 0, Withdrawn: 0 }, $"{week}: {mended.LateChanges}");
        var third = await CompileAsync(hub, "0180", Week.Parse(week));
        Assert.Equal(second[("0180", week)].Totals.Reports, third.Totals.Reports);
        Assert.Equal(Fires(second[("0180", week)]) + 1, Fires(third));

        // 4. The police leave and recall what they sent: what was made stays, and says what is gone.
        await hub.Hub.Operator.Partners.OffboardPartnerAsync(
            new OffboardPartnerRequest { Name = "partners/polisen", Reason = "It moves.", RecallReports = true },
            cancellationToken: TestContext.Current.CancellationToken);
        var recalled = await PictureAsync(hub, third);
        Assert.Equal(third.Totals.Reports, recalled.LateChanges.Withdrawn);
        Assert.Equal(third.ContentSha256, recalled.ContentSha256);
    }

    private static void AssertCounts(PoliceCount count, Dictionary<(string Municipality, string Week), SituationalPicture> pictures) =>
        Assert.All(pictures, p =>
        {
            Assert.Equal(count.Counts.GetValueOrDefault(p.Key), p.Value.Totals.Reports);
            Assert.Equal(p.Value.Totals.Reports, p.Value.PublishedEvents.Sum(c => c.ThisWeek));
        });

    private static void AssertSilence(Dictionary<(string Municipality, string Week), SituationalPicture> pictures)
    {
        foreach (var week in Silent)
        {
            var picture = pictures[("0180", week.ToString())];
            Assert.Equal((CoverageStatus.Missing, 0), (Assert.Single(picture.Coverage).Status, picture.Totals.Reports));
            Assert.All(picture.Coverage[0].Families, f => Assert.Equal(FamilyAnswer.Unknown, f.Answer));
            Assert.Contains(picture.Sentences, s => s.Rule == SentenceRule.SilentSources);
            Assert.DoesNotContain(picture.Sentences, s => s.Rule is SentenceRule.TrueZero or SentenceRule.NothingStandsOut);
        }

        // The weeks after tell which of those before them are not known.
        var after = pictures[("0180", Silent[^1].Plus(1).ToString())];
        Assert.Equal(
            Silent.Select(w => w.ToString()),
            after.Trend.SkipLast(1).TakeLast(Silent.Count + 1).Where(w => w.SourcesMissing).Select(w => Week.Of(w.Week).ToString()));

        // A quiet week that was confirmed is a true zero.
        var zero = pictures.First(p => p.Key.Municipality == "0139" && p.Value.Totals.Reports == 0
            && !Silent.Any(w => w.ToString() == p.Key.Week)).Value;
        Assert.Equal(CoverageStatus.Complete, Assert.Single(zero.Coverage).Status);
        Assert.Contains(zero.Sentences, s => s.Rule == SentenceRule.TrueZero);
    }

    // Real weeks are no pure noise; still a signal has to be something rare.
    private static void AssertSignalsAreFew(Dictionary<(string Municipality, string Week), SituationalPicture> pictures)
    {
        var signals = pictures.Values.Sum(p => p.Signals.Count);
        TestContext.Current.SendDiagnosticMessage($"{signals} signals in {pictures.Count} pictures of the police's published events.");
        Assert.True(signals <= pictures.Count / 4, $"{signals} signals in {pictures.Count} pictures.");
        Assert.All(pictures.Values, p => Assert.True(p.Signals.Count <= 3 && p.Sentences.Count is > 0 and <= 3));
    }

    // The first accident in Stockholm, in the middle of a week of late autumn, which turns out to be a fire; its headline says so too.
    private static (string Week, string Line) Corrected(IEnumerable<string> lines)
    {
        var accident = lines.Select(l => JsonNode.Parse(l)!).GroupBy(e => (long)e["id"]!).Select(g => g.Last()).First(e =>
            (string)e["type"]! == "Trafikolycka" && (string)e["location"]!["name"]! == "Stockholm" && DayOf(e) is { Year: 2023, Month: 11 } day
            && day.DayOfWeek is not (DayOfWeek.Sunday or DayOfWeek.Monday)
            && ((string)e["name"]!).StartsWith(day.ToString("dd 'november'", CultureInfo.InvariantCulture), StringComparison.Ordinal));
        accident["type"] = "Brand";
        accident["name"] = ((string)accident["name"]!).Replace("Trafikolycka", "Brand", StringComparison.Ordinal);
        return ($"2023-W{ISOWeek.GetWeekOfYear(DayOf(accident)):00}", accident.ToJsonString());
    }

    private static DateTime DayOf(JsonNode e) => DateTime.ParseExact(((string)e["datetime"]!)[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static int Fires(SituationalPicture picture) => picture.PublishedEvents.Where(c => c.Category == "fire").Sum(c => c.ThisWeek);

    private static async Task<Dictionary<(string Municipality, string Week), SituationalPicture>> CompileYearAsync(PoliceFeedHub hub)
    {
        var pictures = new Dictionary<(string, string), SituationalPicture>();
        foreach (var week in Year)
        {
            foreach (var municipality in Municipalities)
            {
                pictures[(municipality, week.ToString())] = await CompileAsync(hub, municipality, week);
            }
        }

        return pictures;
    }

    private static async Task<SituationalPicture> CompileAsync(PoliceFeedHub hub, string municipality, Week week) =>
        (await hub.Recipient.Pictures.CompilePictureAsync(
            new CompilePictureRequest { Municipality = municipality, Week = new IsoWeek { Year = week.Year, Week = week.Number } },
            cancellationToken: TestContext.Current.CancellationToken)).Picture;

    private static async Task<SituationalPicture> PictureAsync(PoliceFeedHub hub, SituationalPicture picture) =>
        (await hub.Recipient.Pictures.GetPictureAsync(
            new GetPictureRequest { Municipality = picture.Municipality, Week = picture.Week, Revision = picture.Revision },
            cancellationToken: TestContext.Current.CancellationToken)).Picture;

    private static async Task ConfirmAsync(PoliceFeedHub hub, IEnumerable<Week> weeks)
    {
        var police = await hub.Hub.PartnerAsync("polisen", PartnerKind.Police);
        foreach (var week in weeks)
        {
            foreach (var municipality in Municipalities)
            {
                await police.Pictures.ConfirmWeekAsync(
                    new ConfirmWeekRequest
                    {
                        Municipality = municipality,
                        Week = new IsoWeek { Year = week.Year, Week = week.Number },
                        Statement = WeekStatement.Complete,
                    },
                    cancellationToken: TestContext.Current.CancellationToken);
            }
        }
    }

    private static async Task<string> WriteAsync(PoliceFeedHub hub, string name, IEnumerable<string> lines)
    {
        var path = Path.Combine(hub.Hub.Directory, name);
        await File.WriteAllLinesAsync(path, lines, TestContext.Current.CancellationToken);
        return path;
    }

    private static string Shared(params string[] parts)
    {
        var path = SharedData.Path(parts);
        if (SharedData.SkipReason(path) is { } reason)
        {
            Assert.Skip(reason);
        }

        return path;
    }
}
