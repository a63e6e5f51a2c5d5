using System.Text.Json;
using TrygghetHub.Cli;
using TrygghetHub.Client;
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
        AssertRefused("notes.txt is a file.", "Name a new folder.", await LeaveAsync(Path.Combine(full, "notes.txt"), "Over."));
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
        new ExportFolder(export).Begin("urn:trygghet:partner:polisen", HubOf(folder));
        Directory.CreateDirectory(Path.Combine(export, "observations.ndjson"));
        var broken = await Thub.RunAsync(leave);
        Assert.Equal(ExitCode.Failure, broken.ExitCode);
        Assert.Contains("Run the same again: it writes the export in", broken.Error, StringComparison.Ordinal);
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

    [Fact]
    public async Task Leave_ExportsExercisesToo_ToFilesThatOnlyItsCallerReads()
    {
        await using var hub = await ServedHub.StartAsync();
        var folder = await SenderAsync(hub);
        await SendAsync(hub, folder, "drill", exercise: true);
        var export = Directory.CreateDirectory(Path.Combine(hub.Directory, "export")).FullName;

        var left = await ThubHere.JsonAsync("leave", "--out", export, "--reason", "Over.", "--yes", "--as", folder);

        Assert.Equal("2", left.GetProperty("departure").GetProperty("standingReports").GetString());
        var lines = await File.ReadAllLinesAsync(Path.Combine(export, "incidents.ndjson"), Cancellation);
        Assert.Equal(2, lines.Length);
        Assert.Contains(lines, line => line.Contains("\"drill\"", StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            foreach (var file in Directory.EnumerateFiles(export))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [Fact]
    public async Task Leave_OfReportsThatChangedSinceTheyWereExported_IsRefused()
    {
        await using var hub = await ServedHub.StartAsync();
        var folder = await SenderAsync(hub);
        using var client = ServedHub.Connect(folder);
        var request = new LeaveHubRequest { Name = "partners/polisen", Reason = "Over.", ValidateOnly = true };
        var held = (await client.Caller.LeaveHubAsync(request, cancellationToken: Cancellation)).Departure;
        Assert.Equal(1, held.StandingReports);
        await SendAsync(hub, folder, "late", exercise: false);

        request.ReportsEtag = held.ReportsEtag;
        foreach (var validateOnly in new[] { true, false })
        {
            request.ValidateOnly = validateOnly;
            var refused = await Assert.ThrowsAsync<HubException>(
                async () => await client.Caller.LeaveHubAsync(request, cancellationToken: Cancellation));
            Assert.Equal("ETAG_MISMATCH", refused.Reason);
        }

        await Thub.RunFineAsync("whoami", "--as", folder);
    }

    [Theory]
    [InlineData("whole")]
    [InlineData("begun")]
    [InlineData("changed")]
    [InlineData("another's")]
    public async Task Leave_WhoseAnswerWasLost_IsFinishedByTheSecondRunWhereTheExportIsWhole(string state)
    {
        await using var hub = await ServedHub.StartAsync();
        var folder = await SenderAsync(hub);
        var export = new ExportFolder(Path.Combine(hub.Directory, "export"));
        var (partner, address) = (state == "another's" ? "urn:trygghet:partner:another" : "urn:trygghet:partner:polisen", HubOf(folder));
        export.Begin(partner, address);
        var file = Path.Combine(export.Path, "incidents.ndjson");
        await File.WriteAllTextAsync(file, "{}\n", Cancellation);
        if (state != "begun")
        {
            export.MarkExported(partner, address, DateTimeOffset.UnixEpoch, [new ExportedFile(file, 1)]);
        }

        if (state == "changed")
        {
            await File.WriteAllTextAsync(file, "[]\n", Cancellation);
        }

        using (var client = ServedHub.Connect(folder))
        {
            await client.Caller.LeaveHubAsync(
                new LeaveHubRequest { Name = "partners/polisen", Reason = "Over." }, cancellationToken: Cancellation);
        }

        var again = await Thub.RunAsync("leave", "--out", export.Path, "--reason", "Over.", "--yes", "--json", "--as", folder);

        Assert.Equal(state == "whole" ? ExitCode.Warnings : ExitCode.Failure, again.ExitCode);
        Assert.Contains("polisen has left the hub at", again.Error, StringComparison.Ordinal);
        Assert.Equal(state == "whole", export.Unfinished is null);
        Assert.Equal(state == "changed", again.Error.Contains("is missing or was changed", StringComparison.Ordinal));
        if (state == "whole")
        {
            Assert.Contains("what was sent after that, and before you left, is not in it.", again.Error, StringComparison.Ordinal);
            Assert.Equal("partners/polisen", JsonDocument.Parse(again.Output).RootElement.GetProperty("partner").GetString());
        }
    }

    [Fact]
    public async Task NewFile_OverAFileOrALinkToNothing_IsRefused()
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-new-").FullName;
        var (link, file, behind) = (Path.Combine(directory, "link"), Path.Combine(directory, "file"), Path.Combine(directory, "behind"));
        await NewFile.WriteAsync(file, "1"u8.ToArray(), Cancellation);
        await Assert.ThrowsAsync<UsageException>(() => NewFile.WriteAsync(file, "2"u8.ToArray(), Cancellation));
        Assert.Equal("1", await File.ReadAllTextAsync(file, Cancellation));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            File.CreateSymbolicLink(link, behind);
            await Assert.ThrowsAsync<UsageException>(() => NewFile.WriteAsync(link, "2"u8.ToArray(), Cancellation));
            Assert.False(File.Exists(behind));
        }

        Directory.Delete(directory, recursive: true);
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

    private static Uri HubOf(string folder)
    {
        using var identity = IdentityFolder.Load(folder);
        return identity.Url;
    }

    private static async Task SendAsync(ServedHub hub, string folder, string sourceRef, bool exercise)
    {
        var file = Path.Combine(hub.Directory, sourceRef + ".json");
        await File.WriteAllTextAsync(
            file, (await File.ReadAllTextAsync(Incident, Cancellation)).Replace(
                "\"sourceRef\": \"sample-incident-1\"", $"\"sourceRef\": \"{sourceRef}\", \"exercise\": {(exercise ? "true" : "false")}", StringComparison.Ordinal),
            Cancellation);
        await Thub.RunFineAsync("send", file, "--as", folder);
    }
}
