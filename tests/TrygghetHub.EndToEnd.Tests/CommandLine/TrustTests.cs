using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

// Joining, and trust from day to day, with real processes: who is let in, who no longer is, and what they are told.
public sealed class TrustTests
{
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "samples");

    [Fact]
    public async Task Join_WithACodeThatIsWrong_SaysHowAndLeavesNothing()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        await using var other = await ServedHub.StartAsync("--sandbox");
        var code = await hub.CodeAsync("polisen", "police");
        var folder = Path.Combine(hub.Directory, "joined");
        Task<Thub.Outcome> JoinAsync(Uri url, string with, string to) =>
            Thub.RunAsync("join", "--hub", url.GetLeftPart(UriPartial.Authority), "--code", with, "--out", to);

        AssertFails("it does not start with thj1_", await JoinAsync(hub.OpenUrl, "hemligt", folder));
        AssertFails("a part is missing", await JoinAsync(hub.OpenUrl, code[..^3], folder));
        AssertFails("its checksum does not hold", await JoinAsync(hub.OpenUrl, Mistyped(code), folder));
        AssertFails(
            "is not the one that made this code. Nothing was sent to it.", await JoinAsync(other.OpenUrl, code, folder));
        AssertFails("the open endpoint has a port of its own", await JoinAsync(hub.Url, code, Path.Combine(hub.Directory, "x")));
        Assert.False(Directory.Exists(folder));

        // Another code takes the place of the first.
        await Thub.RunFineAsync("partner", "code", "polisen", "--as", hub.OperatorFolder);
        AssertFails("reason: ENROLMENT_CODE_USED", await JoinAsync(hub.OpenUrl, code, folder));
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task Join_WithACode_MakesAnIdentityInWhichAllIsWell_Once()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var code = await hub.CodeAsync("polisen", "police");
        var folder = hub.FolderOf("polisen");
        string[] join = ["join", "--hub", hub.OpenUrl.GetLeftPart(UriPartial.Authority), "--code", "-", "--out"];

        AssertFails("No enrolment code came on stdin.", await Thub.RunAsync([.. join, folder]));
        var joined = await Thub.RunWithInputAsync(code, [.. join, folder]);

        Assert.True(joined.ExitCode == ExitCode.Fine, joined.ToString());
        Assert.Contains("as urn:trygghet:partner:polisen.", joined.Output, StringComparison.Ordinal);
        AssertFails(
            "The code was used, with another key.",
            await Thub.RunWithInputAsync(code, [.. join, Path.Combine(hub.Directory, "again")]));
        AssertFails("holds an identity already", await Thub.RunWithInputAsync(code, [.. join, folder]));
        Assert.Contains("sandbox", await Thub.RunFineAsync("whoami", "--as", folder), StringComparison.Ordinal);

        // One thing is missing until there is an agreement: a warning, not a failure.
        var warned = await Thub.RunAsync("doctor", "--as", folder);
        Assert.Equal(ExitCode.Warnings, warned.ExitCode);
        Assert.Contains("!  Agreement", warned.Output, StringComparison.Ordinal);
        await hub.JoinAsync("upplands-bro", "municipal-unit");
        await hub.CodeAsync("bostad-bro", "housing-company");
        await hub.AgreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var well = await Thub.RunFineAsync("doctor", "--as", folder);
        Assert.All(
            well.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.StartsWith("✓", line, StringComparison.Ordinal));

        // Without its sandbox what prints is a warning, as where these tests run as root.
        var isBare = Environment.IsPrivilegedProcess && InstalledChromium.Path is not null;
        var operators = await Thub.RunAsync("doctor", "--as", hub.OperatorFolder);
        Assert.Equal(isBare ? ExitCode.Warnings : ExitCode.Fine, operators.ExitCode);
        Assert.All(
            operators.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith(' ')),
            line => Assert.StartsWith(isBare && line.Contains("Printing", StringComparison.Ordinal) ? "!" : "✓", line, StringComparison.Ordinal));
        Assert.Contains(isBare ? "!  Printing" : "✓  Printing", operators.Output, StringComparison.Ordinal);

        // One has not joined: status says so, and exits with 1.
        var status = await Thub.RunAsync("status", "--as", hub.OperatorFolder);
        Assert.Equal(ExitCode.Warnings, status.ExitCode);
        Assert.Contains("WARN  Partner bostad-bro", status.Output, StringComparison.Ordinal);
        Assert.Equal(isBare, status.Output.Contains("WARN  Printing", StringComparison.Ordinal));
        Assert.Equal(isBare, status.Error.Contains("Run the hub as a user of its own.", StringComparison.Ordinal));
        Assert.Contains("thub partner code bostad-bro", status.Error, StringComparison.Ordinal);
        AssertFails("PERMISSION_MISSING", await Thub.RunAsync("status", "--as", folder));
    }

    [Fact]
    public async Task Join_WhenTheHubCannotBeAskedAfterwards_SucceedsAndWarns()
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-settings-").FullName;
        var settings = Path.Combine(directory, "settings.json");
        await WriteAsync(settings, "{}");
        await using var hub = await ServedHub.StartAsync("--sandbox", "--settings", settings);
        var code = await hub.CodeAsync("polisen", "police");
        var folder = hub.FolderOf("polisen");

        // From now on tokens come from elsewhere, where nothing listens: joining needs none, and every call after it does.
        await hub.KillAsync();
        await WriteAsync(settings, """
            {"outsideIssuer": {"issuer": "https://127.0.0.1:1", "audience": "hub", "tokenEndpoint": "https://127.0.0.1:1/token"}}
            """);
        await hub.OpenAsync();
        var joined = await Thub.RunWithInputAsync(
            code, "join", "--hub", hub.OpenUrl.GetLeftPart(UriPartial.Authority), "--code", "-", "--out", folder);

        Assert.True(joined.ExitCode == ExitCode.Fine, joined.ToString());
        Assert.Contains("as urn:trygghet:partner:polisen.", joined.Output, StringComparison.Ordinal);
        Assert.Contains("thub: warning: You have joined, but", joined.Error, StringComparison.Ordinal);
        Assert.Contains("→ Do not join again.", joined.Error, StringComparison.Ordinal);
        Assert.Contains($"thub doctor --as {folder}", joined.Error, StringComparison.Ordinal);
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Trust_TakenAway_IsToldInWords()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var folder = await hub.JoinAsync("polisen", "police");
        string[] whoAmI = ["whoami", "--as", folder];

        // Suspended, and let back in.
        await OperateAsync(hub, "partner", "suspend", "polisen", "--reason", "A break-in is looked into");
        AssertFails("polisen is suspended since", await Thub.RunAsync(whoAmI));
        AssertFails("A break-in is looked into", await Thub.RunAsync(whoAmI));
        await AssertDoctorNamesAsync("Access token", "A break-in is looked into", folder);
        var status = await Thub.RunAsync("status", "--as", hub.OperatorFolder);
        Assert.Contains("is suspended: A break-in is looked into", status.Output, StringComparison.Ordinal);
        await OperateAsync(hub, "partner", "resume", "polisen");
        await Thub.RunFineAsync(whoAmI);

        // Without roles it may ask who it is, and nothing else.
        await OperateAsync(hub, "partner", "roles", "polisen", "--set", "none");
        var refused = await Thub.RunAsync("send", Path.Combine(Samples, "incident.json"), "--as", folder);
        AssertFails("reason: PERMISSION_MISSING", refused);
        AssertFails("do not hold the permission incidents.submit", refused);
        Assert.Contains("Roles:        none", await Thub.RunFineAsync(whoAmI), StringComparison.Ordinal);
        Assert.Contains("!  Permissions", (await Thub.RunAsync("doctor", "--as", folder)).Output, StringComparison.Ordinal);
        await GiveBackRolesAsync(hub, folder);

        // Renewed: what still has the old certificate goes on for the overlap.
        var old = Copy(folder, folder + "-old");
        await Thub.RunFineAsync("cert", "renew", "--as", folder);
        await Thub.RunFineAsync(whoAmI);
        await Thub.RunFineAsync("whoami", "--as", old);

        // Revoked: the next call says why, and the other certificate stands.
        var certificates = JsonDocument.Parse(await Thub.RunFineAsync("cert", "list", "--as", folder, "--json")).RootElement;
        Assert.Equal(2, certificates.GetArrayLength());
        var thumbprint = certificates.EnumerateArray()
            .Single(c => c.GetProperty("state").GetString() == "CERTIFICATE_STATE_VALID").GetProperty("thumbprintSha256").GetString()!;
        AssertFails(
            "This is no SHA-256 thumbprint",
            await Thub.RunAsync("cert", "revoke", "abc", "--reason", "x", "--as", hub.OperatorFolder));
        await OperateAsync(hub, "cert", "revoke", thumbprint.ToLowerInvariant(), "--reason", "The laptop was stolen.", "--yes");
        var revoked = await Thub.RunAsync(whoAmI);
        AssertFails("refuses this certificate", revoked);
        await AssertDoctorNamesAsync("Access token", "refuses this certificate", folder);
        await hub.LoggedAsync("The laptop was stolen.");
        await Thub.RunFineAsync("whoami", "--as", old);

        await hub.KillAsync();
        AssertFails("nothing listens there.", await Thub.RunAsync(whoAmI));
        await AssertDoctorNamesAsync("TCP", "nothing listens there.", folder);
    }

    [Fact]
    public async Task Leaving_NeedsTheTypedNameAndTakesWhatIsOnesOwn()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var police = await hub.JoinAsync("polisen", "police");
        var housing = await hub.JoinAsync("bostad-bro", "housing-company");
        var municipality = await hub.JoinAsync("upplands-bro", "municipal-unit");
        await hub.AgreeAsync(ProtoJson.Open(Path.Combine(Samples, "agreement.json")).Message<CooperationAgreement>());
        await Thub.RunFineAsync("send", Path.Combine(Samples, "incident.json"), "--as", police);
        await Thub.RunFineAsync("send", Path.Combine(Samples, "observation.json"), "--as", housing);
        var export = Path.Combine(hub.Directory, "export");
        string[] leave = ["leave", "--out", export, "--reason", "We go on by ourselves.", "--as", police];

        // Not without confirmation, and then nothing is left behind.
        AssertFails("was not confirmed. Nothing was done.", await Thub.RunAsync(leave));
        AssertFails("is no partner", await Thub.RunAsync([.. leave[..^1], hub.OperatorFolder]));
        await OperateAsync(hub, "partner", "roles", "polisen", "--set", "reporter");
        AssertFails("thub partner offboard polisen", await Thub.RunAsync([.. leave, "--yes"]));
        Assert.False(Directory.Exists(export));
        await GiveBackRolesAsync(hub, police);

        await Thub.RunFineAsync([.. leave, "--yes"]);
        Assert.Contains("sample-incident-1", Assert.Single(await LinesAsync(export, "incidents.ndjson")), StringComparison.Ordinal);
        Assert.Empty(await LinesAsync(export, "observations.ndjson"));
        Assert.Contains("upplands-bro", Assert.Single(await LinesAsync(export, "agreements.ndjson")), StringComparison.Ordinal);
        AssertFails("polisen has left the hub at", await Thub.RunAsync("whoami", "--as", police));

        // The operator ends another's part the same way.
        string[] offboard = ["partner", "offboard", "bostad-bro", "--reason", "Sold", "--recall", "--as", hub.OperatorFolder];
        AssertFails("was not confirmed. Nothing was done.", await Thub.RunAsync(offboard));
        await Thub.RunFineAsync("whoami", "--as", housing);
        var ended = await Thub.RunFineAsync([.. offboard, "--yes"]);
        Assert.Contains("Recalled: all its reports", ended, StringComparison.Ordinal);
        AssertFails("bostad-bro has left the hub at", await Thub.RunAsync("whoami", "--as", housing));
        AssertFails("reason: PARTNER_STATE", await Thub.RunAsync("partner", "code", "bostad-bro", "--as", hub.OperatorFolder));
        await Thub.RunFineAsync("whoami", "--as", municipality);
    }

    [Fact]
    public async Task Join_OfAPartnerThatHasJoined_SaysWhatWaitsAndReadsWithItsConsent()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var folder = await hub.JoinAsync("polisen", "police");
        await Thub.RunFineAsync(
            "contact", "set", "--function", "Vakthavande IT", "--address", "it@polisen.example", "--as", folder);
        var made = await OperateAsync(hub, "partner", "code", "polisen");
        Assert.Contains("Vakthavande IT <it@polisen.example>", made, StringComparison.Ordinal);
        var code = made.Split('\n').Select(l => l.Trim()).Single(l => l.StartsWith("thj1_", StringComparison.Ordinal));
        var other = folder + "-2";

        var joined = await Thub.RunWithInputAsync(
            code, "join", "--hub", hub.OpenUrl.GetLeftPart(UriPartial.Authority), "--code", "-", "--out", other);
        Assert.Contains("polisen has joined before, and must consent to this certificate", joined.Output, StringComparison.Ordinal);
        AssertFails("reason: ACCESS_RESTRICTED", await Thub.RunAsync("feed", "--purpose", "weekly-picture", "--as", other));
        Assert.Contains("!  Consent", (await Thub.RunAsync("doctor", "--as", other)).Output, StringComparison.Ordinal);
        Assert.Contains("!  Consent", (await Thub.RunAsync("doctor", "--as", folder)).Output, StringComparison.Ordinal);
        Assert.Contains("WARN  Consent of polisen", (await Thub.RunAsync("status", "--as", hub.OperatorFolder)).Output, StringComparison.Ordinal);
        Assert.Contains("thub cert object", await OperateAsync(hub, "cert", "requests"), StringComparison.Ordinal);

        var request = await RequestAsync(folder);
        var unconfirmed = await Thub.RunAsync("cert", "consent", request, "--as", folder);
        Assert.Equal(ExitCode.Failure, unconfirmed.ExitCode);
        Assert.Contains("was not confirmed", unconfirmed.Error, StringComparison.Ordinal);
        var consented = await Thub.RunFineAsync("cert", "consent", request, "--yes", "--as", folder);
        Assert.Contains("It takes effect now.", consented, StringComparison.Ordinal);
        await Thub.RunFineAsync("whoami", "--as", other);
        Assert.Contains("Nothing waits", await Thub.RunFineAsync("cert", "requests", "--as", other), StringComparison.Ordinal);
        Assert.Contains("consent was given to a further certificate", await Thub.RunFineAsync("cert", "notices", "--as", other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SandboxAndProduction_DoNotTakeEachOther()
    {
        var key = Path.Combine(Directory.CreateTempSubdirectory("trygghethub-key-").FullName, "key");
        await WriteAsync(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        await using var production = await ServedHub.StartAsync("--key-file", key);
        await using var sandbox = await ServedHub.StartAsync("--sandbox");
        var real = await production.JoinAsync("polisen", "police");
        var play = await sandbox.JoinAsync("polisen", "police");
        AssertFails(
            "reason: DEVELOPMENT_ONLY",
            await Thub.RunAsync("partner", "enrol", "x1", "--name", "X", "--kind", "police", "--out",
                Path.Combine(production.Directory, "x1"), "--as", production.OperatorFolder));

        // Each at the address of the other.
        var realWords = File.ReadAllText(Path.Combine(real, "hub.json"));
        var playWords = File.ReadAllText(Path.Combine(play, "hub.json"));
        await WriteAsync(Path.Combine(real, "hub.json"), playWords);
        await WriteAsync(Path.Combine(play, "hub.json"), realWords);
        AssertFails("it is a sandbox hub, and this identity belongs to a production hub", await Thub.RunAsync("whoami", "--as", real));
        AssertFails("it is a production hub, and this identity belongs to a sandbox hub", await Thub.RunAsync("whoami", "--as", play));
        await AssertDoctorNamesAsync("Hub's certificate", "it is a sandbox hub", real);

        // Even one that trusts the other's root is not taken: the log says why.
        File.Copy(Path.Combine(real, "ca.crt"), Path.Combine(play, "ca.crt"), overwrite: true);
        AssertFails("it refuses this certificate", await Thub.RunAsync("whoami", "--as", play));
        await production.LoggedAsync("it is of a sandbox authority, and this hub is production");
        await AssertDoctorNamesAsync("Own chain", "of a sandbox hub, and ca.crt of a production hub", play);

        // What was sealed opens with its key alone, and a directory stays what it is.
        var data = Path.Combine(production.Directory, "hub");
        AssertFails("Another hub runs on", await Thub.RunAsync("serve", "--data", data, "--url", "https://127.0.0.1:0"));
        await production.KillAsync();
        await WriteAsync(key + "2", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        await WriteAsync(key + "3", "short");
        string[] serve = ["serve", "--data", data, "--url", "https://127.0.0.1:0"];
        AssertFails("is sealed with a master key", await Thub.RunAsync(serve));
        AssertFails("sealed with another master key", await Thub.RunAsync([.. serve, "--key-file", key + "2"]));
        AssertFails("base64 of exactly 32 bytes", await Thub.RunAsync([.. serve, "--key-file", key + "3"]));
        AssertFails("There is no file", await Thub.RunAsync([.. serve, "--key-file", key + "4"]));
        AssertFails("holds a production hub", await Thub.RunAsync([.. serve, "--key-file", key, "--sandbox"]));
        Directory.Delete(Path.GetDirectoryName(key)!, recursive: true);
    }

    [Theory]
    [InlineData("""{"quotas": {"requestPerSecond": 5}}""", "line 1: quotas.requestPerSecond is no setting.")]
    [InlineData("""{"streamMinutes": 61}""", "streamMinutes is 61; it must be 1 to 60.")]
    [InlineData("""{"certificates": null}""", "certificates has a value that it cannot have.")]
    [InlineData("{", "it is not JSON, or no object.")]
    public async Task Serve_SettingsThatAreWrong_SaysWhereAndDoesNotStart(string json, string why)
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-settings-").FullName;
        var file = Path.Combine(directory, "settings.json");
        await WriteAsync(file, json);

        var outcome = await Thub.RunAsync("serve", "--data", Path.Combine(directory, "hub"), "--settings", file);

        AssertFails(why, outcome);
        Assert.False(Directory.Exists(Path.Combine(directory, "hub")));
        Directory.Delete(directory, recursive: true);
    }

    // Another letter in the middle: the length is right, the checksum is not.
    private static string Mistyped(string code) => code[..20] + (code[20] == 'A' ? 'B' : 'A') + code[21..];

    private static Task<string> OperateAsync(ServedHub hub, params string[] args) =>
        Thub.RunFineAsync([.. args, "--as", hub.OperatorFolder]);

    private static void AssertFails(string why, Thub.Outcome outcome)
    {
        Assert.True(outcome.ExitCode == ExitCode.Failure, outcome.ToString());
        Assert.Empty(outcome.Output);
        Assert.True(outcome.Error.Contains(why, StringComparison.Ordinal), $"Expected: {why}\n{outcome}");
        Assert.DoesNotContain("This is a fault in thub", outcome.Error, StringComparison.Ordinal);
    }

    private static async Task AssertDoctorNamesAsync(string link, string why, string folder)
    {
        var outcome = await Thub.RunAsync("doctor", "--as", folder);
        Assert.Equal(ExitCode.Failure, outcome.ExitCode);
        var first = outcome.Output.Split('\n').First(line => line.StartsWith('✗'));
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"✗  {link}  "), first, StringComparison.Ordinal);
        Assert.Contains(why, first, StringComparison.Ordinal);
    }

    private static string Copy(string folder, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        return to;
    }

    private static async Task<string[]> LinesAsync(string folder, string name) =>
        await File.ReadAllLinesAsync(Path.Combine(folder, name), TestContext.Current.CancellationToken);

    private static Task WriteAsync(string path, string text) =>
        File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);

    // Wider roles are the partner's to grant.
    private static async Task GiveBackRolesAsync(ServedHub hub, string folder)
    {
        await OperateAsync(hub, "partner", "roles", "polisen", "--set", "partner-system");
        await Thub.RunFineAsync("cert", "consent", await RequestAsync(folder), "--yes", "--as", folder);
    }

    private static async Task<string> RequestAsync(string folder) =>
        JsonDocument.Parse(await Thub.RunFineAsync("cert", "requests", "--as", folder, "--json")).RootElement
            .EnumerateArray().Single().GetProperty("id").GetString()!;
}
