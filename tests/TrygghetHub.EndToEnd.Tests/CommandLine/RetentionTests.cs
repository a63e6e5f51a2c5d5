using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

// Retention as a partner's records officer meets it, with real processes.
public sealed class RetentionTests
{
    [Fact]
    public async Task Retention_FromDecisionToHold_IsToldInWords()
    {
        await using var hub = await ServedHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        using var sender = police;
        using var reader = municipality;
        await police.SubmitAsync(Examples.Incident("one"));
        await police.SubmitAsync(Examples.Incident("two"));
        string[] asPolice = ["--as", hub.FolderOf("polisen")];

        AssertFails("PERMISSION_MISSING", await Decide("access-log", "--days", "30"));
        AssertFails("Give one of --days N and --keep.", await Decide("report"));
        AssertFails("Give one of --days N and --keep.", await Decide("report", "--days", "3", "--keep"));
        AssertFails("There is no class called", await Decide("everything", "--days", "3"));
        AssertFails("reason: RETENTION_STATE", await Decide("picture", "--days", "3"));
        var none = await Thub.RunAsync(["retention", "preview", .. asPolice]);
        Assert.Contains("report: nothing would go. Nothing is disposed of without a decision.", none.Output, StringComparison.Ordinal);
        Assert.Contains("nothing: all is kept", await Thub.RunFineAsync(["retention", "show", .. asPolice]), StringComparison.Ordinal);

        var decided = await Decide("report", "--days", "30");
        Assert.True(decided.ExitCode == ExitCode.Fine, decided.ToString());
        Assert.Contains("report of polisen: 30 days, by KS2026/123", decided.Output, StringComparison.Ordinal);
        Assert.Contains("report: 0 contents would go", await Preview(), StringComparison.Ordinal);
        Assert.Contains("report: 2 contents would go", await Preview("--at", "2090-01-01"), StringComparison.Ordinal);

        var held = await Thub.RunFineAsync([
            "retention", "hold", "--reference", "KS2026/124", "--reason", "En tvist", "--area", "0139-bro", .. asPolice,
        ]);
        var name = held.Split('\n')[0].Trim();
        var preview = await Preview("--at", "2090-01-01");
        Assert.Contains("report: 0 contents would go", preview, StringComparison.Ordinal);
        Assert.Contains("Kept by a hold: 2 contents", preview, StringComparison.Ordinal);
        Assert.Contains("all reports in 0139-bro", await Thub.RunFineAsync(["retention", "holds", .. asPolice]), StringComparison.Ordinal);
        await Thub.RunFineAsync(["retention", "lift", name, "--reference", "KS2026/125", .. asPolice]);
        Assert.Contains("No hold.", await Thub.RunFineAsync(["retention", "holds", .. asPolice]), StringComparison.Ordinal);
        Assert.Contains("by KS2026/125", await Thub.RunFineAsync(["retention", "holds", "--lifted", .. asPolice]), StringComparison.Ordinal);
        Assert.Contains(
            "Nothing has been disposed of.", await Thub.RunFineAsync(["retention", "disposals", .. asPolice]), StringComparison.Ordinal);

        Task<Thub.Outcome> Decide(string @class, params string[] more) => Thub.RunAsync(
            ["retention", "decide", "--class", @class, "--decision", "KS2026/123", "--yes", .. more, .. asPolice]);
        Task<string> Preview(params string[] more) => Thub.RunFineAsync(["retention", "preview", .. more, .. asPolice]);
    }

    private static void AssertFails(string words, Thub.Outcome outcome)
    {
        Assert.Equal(ExitCode.Failure, outcome.ExitCode);
        Assert.Contains(words, outcome.Error, StringComparison.Ordinal);
    }
}
