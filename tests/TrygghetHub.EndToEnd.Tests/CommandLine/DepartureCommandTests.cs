using System.Text.Json;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

/// <summary>What ends for good is checked before it is asked for, and what broke off half-way is finished by a second run.</summary>
public sealed class DepartureCommandTests
{
    private const string NotAsked = "was not confirmed";

    private static readonly string Incident = Path.Combine(AppContext.BaseDirectory, "samples", "incident.json");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Leave_ThatCannotBeDone_IsRefusedBeforeTheQuestionAndLeavesNothing()
    {
        await using var hub = await ServedHub.StartAsync();
        var folder = await SenderAsync(hub);
        var export = Path.Combine(hub.Directory, "export");
        var full = Directory.CreateDirectory(Path.Combine(hub.Directory, "full")).FullName;
        await File.WriteAllTextAsync(Path.Combine(full, "notes.txt"), "kept", Cancellation);

        AssertRefused("is not empty; nothing is overwritten.", "Name a new folder.", await LeaveAsync(full, "Over."));
        AssertRefused("cannot be written", "Name a folder that you may write to.", await LeaveAsync(Path.Combine(Incident, "below", "a-file"), "Over."));
        if (OperatingSystem.IsLinux())
        {
            AssertRefused("cannot be written", "Name a folder that you may write to.", await LeaveAsync("/proc/export/of/mine", "Over."));
        }

        AssertRefused("A reason has 1 to 200 characters on one line.", "Say in a few words why", await LeaveAsync(export, new string('x', 201)));
        AssertRefused("field: reason", "→", await LeaveAsync(export, "Ring 070-123 45 67"));
        Assert.False(Directory.Exists(export));
        Assert.Equal(["notes.txt"], Directory.EnumerateFileSystemEntries(full).Select(Path.GetFileName));

        // With nothing wrong it asks, and says what ends.
        var asked = await LeaveAsync(export, "Over.");
        Assert.Contains("1 certificate and every code not used end, and no report is recalled. It was not confirmed. Nothing was done.", asked.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(export));
        await Thub.RunFineAsync("whoami", "--as", folder);
        await hub.KillAsync();
        AssertRefused("nothing listens there.", "→", await LeaveAsync(export, "Over."));

        Task<Thub.Outcome> LeaveAsync(string to, string reason) => Thub.RunAsync("leave", "--out", to, "--reason", reason, "--as", folder);
    }

    [Fact]
    public async Task Leave_ThatBreaksOffInTheExport_IsFinishedByTheSecondRun()
    {
        await using var hub = await ServedHub.StartAsync();
        var folder = await SenderAsync(hub);
        var export = Directory.CreateDirectory(Path.Combine(hub.Directory, "export")).FullName;
        string[] leave = ["leave", "--out", export, "--reason", "Over.", "--yes", "--as", folder];

        // A folder where a file is to be: what comes before it is written, and the partner has not left.
        var unfinished = Path.Combine(export, "leave.unfinished");
        await File.WriteAllTextAsync(unfinished, "exporting\n", Cancellation);
        Directory.CreateDirectory(Path.Combine(export, "observations.ndjson"));
        var broken = await Thub.RunAsync(leave);
        Assert.Equal(ExitCode.Failure, broken.ExitCode);
        Assert.Contains("Run the same again", broken.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(unfinished));
        await Thub.RunFineAsync("whoami", "--as", folder);

        Directory.Delete(Path.Combine(export, "observations.ndjson"));
        await Thub.RunFineAsync(leave);
        Assert.Equal(
            ["agreements.ndjson", "incidents.ndjson", "observations.ndjson"],
            Directory.EnumerateFiles(export).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Single(await File.ReadAllLinesAsync(Path.Combine(export, "incidents.ndjson"), Cancellation));
        Assert.Contains("has left the hub at", (await Thub.RunAsync("whoami", "--as", folder)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exported", true)]
    [InlineData("exporting", false)]
    public async Task Leave_WhoseAnswerWasLost_IsFinishedByTheSecondRunWhereTheExportIsWhole(string state, bool isWhole)
    {
        await using var hub = await ServedHub.StartAsync();
        var folder = await SenderAsync(hub);
        var export = Directory.CreateDirectory(Path.Combine(hub.Directory, "export")).FullName;
        var unfinished = Path.Combine(export, "leave.unfinished");
        await File.WriteAllTextAsync(unfinished, state + "\n", Cancellation);
        using (var client = ServedHub.Connect(folder))
        {
            await client.Caller.LeaveHubAsync(
                new LeaveHubRequest { Name = "partners/polisen", Reason = "Over." }, cancellationToken: Cancellation);
        }

        var again = await Thub.RunAsync("leave", "--out", export, "--reason", "Over.", "--yes", "--json", "--as", folder);

        Assert.Equal(isWhole ? ExitCode.Fine : ExitCode.Failure, again.ExitCode);
        Assert.Contains("polisen has left the hub at", again.Error, StringComparison.Ordinal);
        Assert.Equal(!isWhole, File.Exists(unfinished));
        if (isWhole)
        {
            Assert.Equal("partners/polisen", JsonDocument.Parse(again.Output).RootElement.GetProperty("partner").GetString());
        }
    }

    [Fact]
    public async Task Terminate_ThatCannotBeDone_IsRefusedBeforeTheQuestion()
    {
        await using var hub = await ServedHub.StartAsync();
        var folder = await SenderAsync(hub);
        string[] caller = ["--as", folder];

        AssertRefused("The time has passed.", "Leave it out", await TerminateAsync("est", "Over.", "--at", "2021-01-01"));
        AssertRefused("It ends earlier than that already.", "Leave it as it is.", await TerminateAsync("est", "Over.", "--at", "2095-01-01"));
        AssertRefused("field: reason", "→", await TerminateAsync("est", new string('x', 501)));
        AssertRefused("reason: NOT_FOUND", "thub agreement list", await TerminateAsync("another", "Over."));
        caller = ["--as", await hub.EnrolAsync("bostad-bro", PartnerKind.HousingCompany)];
        AssertRefused("reason: NOT_FOUND", "thub agreement list", await TerminateAsync("est", "Over."));
        caller = ["--as", folder];
        Assert.Contains(NotAsked, (await TerminateAsync("est", "Over.")).Error, StringComparison.Ordinal);
        await Thub.RunFineAsync(["agreement", "terminate", "est", "--reason", "Over.", "--yes", .. caller]);
        AssertRefused("est has ended already", "An agreement ends once", await TerminateAsync("est", "Over."));

        Task<Thub.Outcome> TerminateAsync(string id, string reason, params string[] more) =>
            Thub.RunAsync(["agreement", "terminate", id, "--reason", reason, .. caller, .. more]);
    }

    [Fact]
    public async Task Offboard_ThatCannotBeDone_IsRefusedBeforeTheQuestion()
    {
        await using var hub = await ServedHub.StartAsync();
        var folder = await SenderAsync(hub);
        string[] caller = ["--as", hub.OperatorFolder];

        AssertRefused("reason: PARTNER_UNKNOWN", "thub partner list", await OffboardAsync("polise", "Over."));
        AssertRefused("A reason has 1 to 200 characters on one line.", "→", await OffboardAsync("polisen", " "));
        caller = ["--as", folder];
        AssertRefused("reason: PERMISSION_MISSING", "Use an identity that may do this", await OffboardAsync("polisen", "Over."));
        caller = ["--as", hub.OperatorFolder];
        Assert.Contains(
            "This ends the part of Test polisen in the hub for good: 1 certificate and every code not used end, and all its reports are recalled.",
            (await OffboardAsync("polisen", "Over.", "--recall")).Error, StringComparison.Ordinal);
        await Thub.RunFineAsync("whoami", "--as", folder);
        await Thub.RunFineAsync(["partner", "offboard", "polisen", "--reason", "Over.", "--yes", .. caller]);

        // Again it changes nothing and asks nothing; a recall can still be ordered, after a question.
        var again = await OffboardAsync("polisen", "Over.");
        Assert.True(again.ExitCode == ExitCode.Fine, again.ToString());
        Assert.Contains(NotAsked, (await OffboardAsync("polisen", "Over.", "--recall")).Error, StringComparison.Ordinal);

        Task<Thub.Outcome> OffboardAsync(string id, string reason, params string[] more) =>
            Thub.RunAsync(["partner", "offboard", id, "--reason", reason, .. caller, .. more]);
    }

    private static void AssertRefused(string rule, string remedy, Thub.Outcome outcome)
    {
        Assert.True(outcome.ExitCode == ExitCode.Failure, outcome.ToString());
        Assert.Empty(outcome.Output);
        Assert.True(outcome.Error.Contains(rule, StringComparison.Ordinal), $"Expected: {rule}\n{outcome}");
        Assert.True(outcome.Error.Contains(remedy, StringComparison.Ordinal), $"Expected: {remedy}\n{outcome}");
        Assert.DoesNotContain(NotAsked, outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("This is a fault in thub", outcome.Error, StringComparison.Ordinal);
    }

    // Police that has sent one incident.
    private static async Task<string> SenderAsync(ServedHub hub)
    {
        var (police, municipality) = await hub.AgreedPairAsync();
        police.Dispose();
        municipality.Dispose();
        await Thub.RunFineAsync("send", Incident, "--as", hub.FolderOf("polisen"));
        return hub.FolderOf("polisen");
    }
}
