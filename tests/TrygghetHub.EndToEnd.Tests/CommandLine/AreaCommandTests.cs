using System.Text.Json;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

/// <summary>The geography by command, as an operator changes it on a real hub.</summary>
public sealed class AreaCommandTests
{
    private static readonly string Cases = Path.Combine(AppContext.BaseDirectory, "CommandLine", "Cases", "grpc");

    [Fact]
    public async Task Import_ThatChangesWhatIsInUse_AsksFirstAndListsIt()
    {
        await using var hub = await ServedHub.StartAsync();
        var north = Feature("Norr", 59.50);
        var south = Feature("Söder", 59.40);

        // The first areas of a municipality change nothing that somebody goes by.
        var first = await ImportAsync(hub, "0114", [north, south]);
        Assert.True(first.ExitCode == ExitCode.Fine, first.ToString());
        Assert.Contains("2 added, 0 changed, 0 closed, 0 unchanged.", first.Output, StringComparison.Ordinal);
        var again = await ImportAsync(hub, "0114", [north, south]);
        Assert.True(again.ExitCode == ExitCode.Fine, again.ToString());

        // From then on it asks, and nobody is there to answer.
        var added = await ImportAsync(hub, "0114", [north, south, Feature("Väster", 59.30)]);
        AssertAsked(added, "This adds 1, changes 0 and closes 0 areas from ", "  added   0114-vaster  Väster");
        var moved = await ImportAsync(hub, "0114", [Feature("Norr", 59.51)]);
        AssertAsked(moved, "This adds 0, changes 1 and closes 0 areas from ", "  changed 0114-norr  Norr");
        var closing = await ImportAsync(hub, "0114", [north], "--close-missing");
        AssertAsked(closing, "This adds 0, changes 0 and closes 1 areas from ", "  closed  0114-soder  Söder");
        Assert.Equal([("0114-norr", true), ("0114-soder", true)], await ListAsync(hub, "0114"));

        // A dry run changes nothing and asks nothing; --yes says that it has been decided.
        var dry = await ImportAsync(hub, "0114", [north], "--close-missing", "--dry-run");
        Assert.True(dry.ExitCode == ExitCode.Fine, dry.ToString());
        Assert.Contains("Would be: 0 added, 0 changed, 1 closed, 1 unchanged.", dry.Output, StringComparison.Ordinal);
        var closed = await ImportAsync(hub, "0114", [north], "--close-missing", "--yes");
        Assert.True(closed.ExitCode == ExitCode.Fine, closed.ToString());
        Assert.Equal([("0114-norr", true), ("0114-soder", false)], await ListAsync(hub, "0114"));
    }

    [Fact]
    public async Task District_ClosedAndOpenedAgain_TakesWhatItsTimeWantsThroughout()
    {
        await using var hub = await ServedHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        police.Dispose();
        municipality.Dispose();
        var folder = hub.FolderOf("polisen");
        await Thub.RunFineAsync("send", Path.Combine(Cases, "week-edges.json"), "--as", folder);
        Assert.Contains(("0139-bro", true), await ListAsync(hub, "0139"));

        // 1. One district takes the place of all.
        var imported = await ImportAsync(hub, "0139", [Feature("Tätorten", 59.52)], "--close-missing", "--yes");
        Assert.True(imported.ExitCode == ExitCode.Fine, imported.ToString());
        Assert.Contains(("0139-bro", false), await ListAsync(hub, "0139"));
        Assert.Contains(("0139-tatorten", true), await ListAsync(hub, "0139"));

        // 2. An event from before is corrected; one of today has no such district.
        var corrected = await Thub.RunAsync("send", Path.Combine(Cases, "correction-in-closed-area.json"), "--as", folder);
        Assert.True(corrected.ExitCode == ExitCode.Fine, corrected.ToString());
        var today = await TodayAsync(hub);
        var refused = await Thub.RunAsync("send", today, "--as", folder);
        Assert.Equal(ExitCode.Failure, refused.ExitCode);
        Assert.Contains("refused: AREA_UNKNOWN", refused.Output, StringComparison.Ordinal);

        // 3. Opened again, after a question.
        string[] reopen = ["area", "reopen", "0139-bro", "--as", hub.OperatorFolder];
        var asked = await Thub.RunAsync(reopen);
        AssertAsked(asked, "This opens 0139-bro (Bro), closed ");
        Assert.Contains(("0139-bro", false), await ListAsync(hub, "0139"));
        var opened = await Thub.RunFineAsync([.. reopen, "--yes"]);
        Assert.Contains("0139-bro", opened, StringComparison.Ordinal);
        Assert.Contains(("0139-bro", true), await ListAsync(hub, "0139"));
        Assert.Contains("It is in use already", await Thub.RunFineAsync(reopen), StringComparison.Ordinal);
        await Thub.RunFineAsync("send", today, "--as", folder);

        // 4. What is none, and who may not.
        var unknown = await Thub.RunAsync("area", "reopen", "0139-x", "--yes", "--as", hub.OperatorFolder);
        Assert.Equal(ExitCode.Failure, unknown.ExitCode);
        Assert.Contains("reason: NOT_FOUND", unknown.Error, StringComparison.Ordinal);
        await ImportAsync(hub, "0139", [Feature("Tätorten", 59.52)], "--close-missing", "--yes");
        var partner = await Thub.RunAsync("area", "reopen", "0139-bro", "--yes", "--as", folder);
        Assert.Equal(ExitCode.Failure, partner.ExitCode);
        Assert.Contains("reason: PERMISSION_MISSING", partner.Error, StringComparison.Ordinal);
    }

    private static void AssertAsked(Thub.Outcome outcome, params string[] told)
    {
        Assert.True(outcome.ExitCode == ExitCode.Failure, outcome.ToString());
        Assert.Empty(outcome.Output);
        Assert.All(told, text => Assert.Contains(text, outcome.Error, StringComparison.Ordinal));
        Assert.Contains("It was not confirmed. Nothing was done.\n  → Add --yes.", outcome.Error.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    private static async Task<Thub.Outcome> ImportAsync(ServedHub hub, string parent, string[] features, params string[] options)
    {
        var file = Path.Combine(hub.Directory, "areas.geojson");
        await File.WriteAllTextAsync(
            file, $$"""{"type":"FeatureCollection","features":[{{string.Join(',', features)}}] }""", TestContext.Current.CancellationToken);
        return await Thub.RunAsync(["area", "import", file, "--level", "district", "--parent", parent, "--as", hub.OperatorFolder, .. options]);
    }

    // A square of some kilometres; those of other latitudes lie beside it.
    private static string Feature(string name, double south)
    {
        var (s, n) = (south.ToString("F3", null), (south + 0.05).ToString("F3", null));
        return $$"""
            {"type":"Feature","properties":{"namn":"{{name}}"},"geometry":{"type":"Polygon",
             "coordinates":[[[17.600,{{s}}],[17.700,{{s}}],[17.700,{{n}}],[17.600,{{n}}],[17.600,{{s}}]]]} }
            """;
    }

    private static async Task<string> TodayAsync(ServedHub hub)
    {
        var file = Path.Combine(hub.Directory, "today.json");
        var now = TimeProvider.System.GetUtcNow().AddMinutes(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);
        var text = await File.ReadAllTextAsync(Path.Combine(Cases, "correction-in-closed-area.json"), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            file, text.Replace("\"w5\"", "\"today\"", StringComparison.Ordinal).Replace("2026-10-25T00:30:00Z", now, StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        return file;
    }

    private static async Task<List<(string Code, bool InUse)>> ListAsync(ServedHub hub, string parent)
    {
        using var json = JsonDocument.Parse(await Thub.RunFineAsync("area", "list", "--parent", parent, "--json", "--as", hub.OperatorFolder));
        return [.. json.RootElement.EnumerateArray().Select(
            area => (area.GetProperty("code").GetString()!, area.GetProperty("validTo").GetString()!.Length == 0))];
    }
}
