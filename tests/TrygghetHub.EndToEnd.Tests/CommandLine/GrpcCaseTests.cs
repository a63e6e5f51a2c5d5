using System.Text.Json;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

/// <summary>Files of reports as people's programs write them, sent by command to a real hub.</summary>
/// <remarks><c>correction-in-closed-area.json</c> is sent by <see cref="AreaCommandTests"/>.</remarks>
public sealed class GrpcCaseTests
{
    private static string Case(string name) => Path.Combine(AppContext.BaseDirectory, "CommandLine", "Cases", "grpc", name);

    [Fact]
    public async Task Reference_ThatLooksLikeAnOptionOrAFile_IsText()
    {
        await using var hub = await ServedHub.StartAsync();
        var (police, folder) = await SendersAsync(hub);
        using var _ = police;
        // What would be read if "@fel-1" were a file of arguments.
        await File.WriteAllTextAsync(Path.Combine(hub.Directory, "fel-1"), "hemligt", TestContext.Current.CancellationToken);

        await SendAsync("incident-ref-with-at.json", folder, "3 accepted, 0 refused.");

        Assert.Equal(["--help", "-4711", "@fel-1"], (await ListAsync(folder)).Select(r => r.Ref).Order(StringComparer.Ordinal));
        Assert.Contains("Revisions: 1", await Thub.RunFineAsync("report", "show", "@fel-1", "--as", folder), StringComparison.Ordinal);
        Assert.Contains("Withdrawn: @fel-1", await Thub.RunFineAsync("withdraw", "@fel-1", "--reason", "mistaken", "--as", folder), StringComparison.Ordinal);
        Assert.Contains("Withdrawn: -4711", await Thub.RunFineAsync("withdraw", "-4711", "--reason", "mistaken", "--as", folder), StringComparison.Ordinal);
        Assert.Contains("Withdrawn: --help", await Thub.RunFineAsync("withdraw", "--reason", "mistaken", "--as", folder, "--", "--help"), StringComparison.Ordinal);
        Assert.Empty(await ListAsync(folder));
    }

    [Fact]
    public async Task File_InUtf16_IsReadAsItWasWritten()
    {
        await using var hub = await ServedHub.StartAsync();
        var (police, folder) = await SendersAsync(hub);
        using var _ = police;

        await SendAsync("incident-utf16.json", folder, "1 accepted, 0 refused.");

        var sent = Assert.Single(await ListAsync(folder));
        Assert.Equal("sample-incident-1", sent.Ref);
        Assert.Equal("Three panes broken on the side towards the football ground.", sent.Summary);
    }

    [Fact]
    public async Task File_OfJsonLines_IsRefusedByItsNameAndNothingIsSent()
    {
        await using var hub = await ServedHub.StartAsync();
        var (police, folder) = await SendersAsync(hub);
        using var _ = police;

        var refused = await Thub.RunAsync("send", Case("incident.ndjson"), "--as", folder);

        Assert.Equal(ExitCode.Failure, refused.ExitCode);
        Assert.Contains("incident.ndjson, line 2: a second JSON value begins here, as in a file of JSON lines (NDJSON).", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Put all into one array", refused.Error, StringComparison.Ordinal);
        Assert.Empty(await ListAsync(folder));
    }

    [Fact]
    public async Task Events_AtTheEdgesOfWeeks_AreOfTheWeekOnSwedishClocks()
    {
        await using var hub = await ServedHub.StartAsync();
        var (police, folder) = await SendersAsync(hub);
        using var _ = police;

        await SendAsync("week-edges.json", folder, "10 accepted, 0 refused.");

        // Around New Year of a year with 53 weeks, the end of summer time and its beginning.
        Assert.Equal(
            [
                ("w1", "2020-W52"), ("w2", "2020-W53"), ("w3", "2020-W53"), ("w4", "2021-W01"), ("w5", "2026-W43"), ("w6", "2026-W43"),
                ("w7", "2026-W43"), ("w8", "2026-W44"), ("w9", "2026-W13"), ("w10", "2026-W14"),
            ],
            (await ListAsync(folder)).Select(r => (r.Ref, r.Week)).OrderBy(r => int.Parse(r.Ref[1..], null)));

        // The filter draws the same line.
        Assert.Equal(["w2", "w3"], (await ListAsync(folder, "--week", "2020-W53")).Select(r => r.Ref).Order(StringComparer.Ordinal));
        Assert.Equal(["w5", "w6", "w7"], (await ListAsync(folder, "--week", "2026-W43")).Select(r => r.Ref).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Cases_OfTheSharedData_AreAllHere()
    {
        var folder = SharedData.Path("cases", "grpc");
        if (SharedData.SkipReason(folder) is { } reason)
        {
            Assert.Skip(reason);
        }

        Assert.All(Directory.EnumerateFiles(folder), file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Case(Path.GetFileName(file)))));
    }

    private static async Task<(Client.HubClient Police, string Folder)> SendersAsync(ServedHub hub)
    {
        var (police, municipality) = await hub.AgreedPairAsync();
        municipality.Dispose();
        return (police, hub.FolderOf("polisen"));
    }

    private static async Task SendAsync(string name, string folder, string told)
    {
        var sent = await Thub.RunAsync("send", Case(name), "--as", folder);
        Assert.True(sent.ExitCode == ExitCode.Fine, sent.ToString());
        Assert.Contains(told, sent.Output, StringComparison.Ordinal);
    }

    private static async Task<List<(string Ref, string Week, string Summary)>> ListAsync(string folder, params string[] options)
    {
        using var json = JsonDocument.Parse(await Thub.RunFineAsync(["report", "list", "--json", "--as", folder, .. options]));
        return [.. json.RootElement.EnumerateArray().Select(incident =>
        {
            var report = incident.GetProperty("report");
            var week = report.GetProperty("week");
            return (report.GetProperty("sourceRef").GetString()!,
                $"{week.GetProperty("year").GetInt32():0000}-W{week.GetProperty("week").GetInt32():00}",
                report.GetProperty("summary").GetString()!);
        })];
    }
}
