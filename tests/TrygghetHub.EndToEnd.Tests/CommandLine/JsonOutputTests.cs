using System.CommandLine;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Google.Protobuf;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Cli;
using TrygghetHub.Client;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

// With --json a command writes one document to stdout, and everything else to stderr.
public sealed class JsonOutputTests(JsonOutputTests.Trial trial) : IClassFixture<JsonOutputTests.Trial>
{
    private const string WithNumber = "Ärende 990807-2391 om skräp vid bryggan.";

    // A script for a shell, which has a form of its own.
    private static readonly string[] WithoutJson = ["thub completion"];

    [Fact]
    public void EveryCommandThatPrints_TakesJson()
    {
        var leaves = Below("thub", ThubCommands.Create()).Where(c => c.Command.Action is not null).ToList();

        Assert.Equal(WithoutJson, leaves.Where(c => JsonOf(c.Command) is null).Select(c => c.Path));
        // What it does is said alike everywhere.
        Assert.All(leaves.Select(c => JsonOf(c.Command)).OfType<Option>(), option => Assert.Matches(
            "^Print (one JSON document on stdout|JSON on stdout, one document a line).*, and everything else on stderr[.]$", option.Description));
    }

    [Fact]
    public async Task Demo_WithJson_IsOneDocumentOfWhatItMade()
    {
        var demo = await ThubHere.JsonAsync("demo");

        Assert.Equal("Upplands-Bro", demo.GetProperty("picture").GetProperty("municipalityName").GetString());
        Assert.Contains(demo.GetProperty("sent").EnumerateArray(), s => s.GetProperty("refused").GetInt32() == 1);
        Assert.Equal(JsonValueKind.Null, demo.GetProperty("directory").ValueKind);
        Assert.Empty(demo.GetProperty("commands").EnumerateArray());
    }

    [Fact]
    public async Task Use_WithJson_SaysWhoIsInUse()
    {
        var environment = new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = Path.Combine(trial.Directory, "configuration") };

        var used = await Trial.ProcessAsync(environment, "use", trial.Police, "--json");
        Assert.Equal("urn:trygghet:partner:polisen", used.GetProperty("id").GetString());
        Assert.Equal(trial.Police, used.GetProperty("folder").GetString());
        Assert.Equal("thub use", used.GetProperty("source").GetString());
        var none = await Trial.ProcessAsync(environment, "use", "--none", "--json");
        Assert.Equal(JsonValueKind.Null, none.GetProperty("id").ValueKind);
    }

    [Fact]
    public async Task Reporting_WithJson_IsOneDocumentEach()
    {

        var checks = (await ThubHere.JsonAsync("doctor", "--as", trial.Police)).EnumerateArray().ToList();
        Assert.Contains(checks, c => c.GetProperty("subject").GetString() == "Agreement" && c.GetProperty("outcome").GetString() == "fine");

        var confirmed = await ThubHere.JsonAsync("week", "confirm", "--municipality", "0139", "--week", "2024-W20", "--as", trial.Police);
        Assert.Equal("polisen", confirmed.GetProperty("confirmation").GetProperty("partner").GetString());

        var sent = await ThubHere.RunAsync("send", trial.Report("one", r => r.Summary = WithNumber), "--json", "--as", trial.Police);
        var waiting = JsonDocument.Parse(sent.Output).RootElement[0].GetProperty("quarantined").GetProperty("name").GetString()!;
        Assert.Equal(waiting, (await ThubHere.JsonAsync("quarantine", "discard", waiting, "--yes", "--as", trial.Police)).GetProperty("name").GetString());

        await ThubHere.RunAsync("feed", "--cursor", "situation-room", "--as", trial.Municipality);
        var deleted = await ThubHere.JsonAsync("feed", "cursors", "delete", "situation-room", "--as", trial.Municipality);
        Assert.Equal("situation-room", deleted.GetProperty("cursorName").GetString());

        var file = Path.Combine(trial.Directory, "est.agreement");
        var exported = await ThubHere.JsonAsync("agreement", "export", "est", "--out", file, "--as", trial.Police);
        Assert.Equal(file, exported.GetProperty("file").GetString());
        Assert.Equal(["polisen", "upplands-bro"], exported.GetProperty("signedBy").EnumerateArray().Select(p => p.GetString()).Order());
        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task FeedOfExercises_HasThemAlone_AndTheFeedWithoutHasNone()
    {
        await ThubHere.JsonAsync("send", trial.Report("drill", r => (r.Category, r.Exercise) = ("vehicle-fire", true)), "--as", trial.Police);
        await ThubHere.JsonAsync("send", trial.Report("real", r => (r.Category, r.Exercise) = ("graffiti", false)), "--as", trial.Police);

        var exercises = await ThubHere.RunAsync("feed", "--exercise", "--json", "--as", trial.Municipality);
        var real = await ThubHere.RunAsync("feed", "--json", "--as", trial.Municipality);

        // One document a line, and nothing else on stdout.
        Assert.Equal(["vehicle-fire"], Categories(exercises.Output));
        Assert.Equal(["graffiti"], Categories(real.Output));
        Assert.Contains(", EXERCISE", (await ThubHere.RunAsync("feed", "--exercise", "--as", trial.Municipality)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Partners_WithJson_AreOneDocumentEach()
    {
        string[] asOperator = ["--as", trial.Operator];

        var created = await ThubHere.JsonAsync(["partner", "create", "skolan", "--name", "Skolan", "--kind", "school", .. asOperator]);
        Assert.Equal("partners/skolan", created.GetProperty("partner").GetProperty("name").GetString());
        Assert.StartsWith("thj1_", created.GetProperty("enrolmentCode").GetProperty("code").GetString(), StringComparison.Ordinal);

        // What goes to a file is printed nowhere.
        var codeFile = Path.Combine(trial.Directory, "code");
        var hidden = await ThubHere.RunAsync(["partner", "code", "skolan", "--code-file", codeFile, "--json", .. asOperator]);
        Assert.Equal("", JsonDocument.Parse(hidden.Output).RootElement.GetProperty("code").GetString());
        Assert.DoesNotContain("thj1_", hidden.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("thj1_", await File.ReadAllTextAsync(codeFile, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var school = Path.Combine(trial.Directory, "skolan");
        var joined = await trial.JoinAsync("skolan", school);
        Assert.Equal("urn:trygghet:partner:skolan", joined.GetProperty("id").GetString());
        Assert.Equal(school, joined.GetProperty("folder").GetString());
        Assert.EndsWith("Z", joined.GetProperty("notAfter").GetString(), StringComparison.Ordinal);

        Assert.Equal(
            "PARTNER_STATE_SUSPENDED",
            State(await ThubHere.JsonAsync(["partner", "suspend", "skolan", "--reason", "Prov.", .. asOperator])));
        Assert.Equal("PARTNER_STATE_ACTIVE", State(await ThubHere.JsonAsync(["partner", "resume", "skolan", .. asOperator])));
        var roles = await ThubHere.JsonAsync(["partner", "roles", "skolan", "--set", "partner-system,auditor", .. asOperator]);
        Assert.Equal("CONSENT_STATE_WAITING", roles.GetProperty("consentRequest").GetProperty("state").GetString());

        var export = Path.Combine(trial.Directory, "export");
        var left = await ThubHere.JsonAsync("leave", "--out", export, "--reason", "Prov.", "--yes", "--as", school);
        Assert.Equal("partners/skolan", left.GetProperty("partner").GetString());
        Assert.Equal(3, left.GetProperty("exported").GetArrayLength());
        Assert.Equal(1, left.GetProperty("departure").GetProperty("endedCertificates").GetInt32());
        var enrolled = await ThubHere.JsonAsync(
            ["partner", "enrol", "vakten", "--name", "Vakten", "--kind", "guard-company", "--out", Path.Combine(trial.Directory, "vakten"), .. asOperator]);
        Assert.Equal("urn:trygghet:partner:vakten", enrolled.GetProperty("id").GetString());
        var ended = await ThubHere.JsonAsync(["partner", "offboard", "vakten", "--reason", "Prov.", "--yes", .. asOperator]);
        Assert.Equal(1, ended.GetProperty("departure").GetProperty("endedCertificates").GetInt32());
    }

    [Fact]
    public async Task CertificatesAndContacts_WithJson_AreOneDocumentEach()
    {
        var contact = Path.Combine(trial.Directory, "contact.pem");
        string[] function = ["--function", "Vakthavande IT"];

        var key = await ThubHere.JsonAsync(["contact", "key", .. function, "--out", contact]);
        Assert.Equal(contact, key.GetProperty("file").GetString());
        var set = await ThubHere.JsonAsync(["contact", "set", .. function, "--address", "it@polisen.example", "--as", trial.Police]);
        Assert.Equal("it@polisen.example", set.GetProperty("contacts")[0].GetProperty("address").GetString());
        var removed = await ThubHere.JsonAsync(["contact", "remove", .. function, "--as", trial.Police]);
        Assert.Empty(removed.GetProperty("contacts").EnumerateArray());

        await trial.JoinAsync("polisen", Path.Combine(trial.Directory, "second"));
        var asked = await trial.RequestAsync();
        var document = Path.Combine(trial.Directory, "request.bin");
        Assert.Equal(
            document, (await ThubHere.JsonAsync("cert", "consent", asked, "--document", document, "--as", trial.Police)).GetProperty("file").GetString());
        // What is consented to is shown all the same, where it is no part of the document.
        var consented = await ThubHere.RunAsync("cert", "consent", asked, "--keep", "--yes", "--json", "--as", trial.Police);
        Assert.Equal("CONSENT_STATE_CONSENTED", JsonDocument.Parse(consented.Output).RootElement.GetProperty("state").GetString());
        Assert.Contains("a further certificate for polisen", consented.Error, StringComparison.Ordinal);

        await trial.JoinAsync("polisen", Path.Combine(trial.Directory, "third"));
        asked = await trial.RequestAsync();
        var objected = await ThubHere.JsonAsync("cert", "object", asked, "--reason", "Prov.", "--as", trial.Police);
        Assert.Equal("partners/polisen/consentRequests/" + asked, objected.GetProperty("consentRequest").GetString());
        Assert.EndsWith("Z", objected.GetProperty("decideTime").GetString(), StringComparison.Ordinal);

        var renewed = await ThubHere.JsonAsync("cert", "renew", "--as", trial.Police);
        Assert.Equal(trial.Police, renewed.GetProperty("folder").GetString());

        var outside = Path.Combine(trial.Directory, "outside.crt");
        using (var certificate = trial.Authority.Issue("urn:example:client"))
        {
            await File.WriteAllTextAsync(outside, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        }

        var added = await ThubHere.JsonAsync("cert", "add", "upplands-bro", "--file", outside, "--as", trial.Operator);
        Assert.Equal("upplands-bro", added.GetProperty("partner").GetProperty("id").GetString());

        using var second = IdentityFolder.Load(Path.Combine(trial.Directory, "second"));
        var thumbprint = second.Certificate.GetCertHashString(HashAlgorithmName.SHA256);
        var revoked = await ThubHere.JsonAsync("cert", "revoke", thumbprint, "--reason", "Prov.", "--yes", "--as", trial.Operator);
        Assert.Equal("CERTIFICATE_STATE_REVOKED", revoked.GetProperty("certificate").GetProperty("state").GetString());
    }

    private static string? State(JsonElement answer) => answer.GetProperty("partner").GetProperty("state").GetString();

    // Of the reports: notices of partners are in every feed.
    private static IEnumerable<string?> Categories(string feed) => feed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => JsonDocument.Parse(line).RootElement)
        .Where(entry => entry.TryGetProperty("incident", out _))
        .Select(entry => entry.GetProperty("incident").GetProperty("report").GetProperty("category").GetString());

    private static Option? JsonOf(Command command) => command.Options.SingleOrDefault(o => o.Name == "--json");

    private static IEnumerable<(string Path, Command Command)> Below(string path, Command command) =>
        [(path, command), .. command.Subcommands.SelectMany(below => Below($"{path} {below.Name}", below))];

    /// <summary>A hub that <c>init --json</c> made and <c>serve --json</c> serves, both of which are under test here.</summary>
    public sealed class Trial : IAsyncLifetime
    {
        private Process? process;

        internal string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("trygghethub-json-").FullName;

        internal TestAuthority Authority { get; } = new("Region", intermediate: true);

        internal string Operator { get; private set; } = "";

        internal string Police { get; private set; } = "";

        internal string Municipality { get; private set; } = "";

        private string OpenUrl { get; set; } = "";

        public async ValueTask InitializeAsync()
        {
            var agreement = Examples.Agreement("est", "polisen", "upplands-bro");
            agreement.SharingTerms.Flows[0].FreeText = FreeText.Screened;
            agreement.SharingTerms.Screening = new ScreeningTerms { OnFinding = OnFinding.Quarantine };
            var file = Path.Combine(Directory, "agreement.json");
            await File.WriteAllTextAsync(file, JsonFormatter.Default.Format(agreement), TestContext.Current.CancellationToken);

            // A free port, which the hub is given again when it is served.
            var made = await ThubHere.JsonAsync("init", Path.Combine(Directory, "trial"), "--agreement", file, "--url", "https://127.0.0.1:0");
            var url = made.GetProperty("url").GetString()!;
            string Folder(string partner) => made.GetProperty("partners").EnumerateArray()
                .Single(p => p.GetProperty("id").GetString() == partner).GetProperty("folder").GetString()!;
            (Police, Municipality) = (Folder("polisen"), Folder("upplands-bro"));
            Operator = made.GetProperty("operatorFolder").GetString()!;
            var data = made.GetProperty("dataDirectory").GetString()!;
            Assert.Contains("serve --sandbox --data", made.GetProperty("commands")[0].GetString(), StringComparison.Ordinal);
            Authority.WriteTo(Path.Combine(data, "authority", "outside", "region"));

            process = Thub.Start("serve", "--sandbox", "--development", "--data", data, "--url", url,
                "--open-url", "https://127.0.0.1:0", "--json");
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var line = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
            var listening = JsonDocument.Parse(line ?? throw new InvalidOperationException("The hub did not start.")).RootElement;
            Assert.Equal(url, listening.GetProperty("url").GetString());
            Assert.Equal(data, listening.GetProperty("dataDirectory").GetString());
            Assert.True(listening.GetProperty("sandbox").GetBoolean());
            OpenUrl = listening.GetProperty("openUrl").GetString()!;
        }

        /// <summary>Writes a report of the police to a file.</summary>
        internal string Report(string sourceRef, Action<Reports.V1.Report> change)
        {
            var incident = Examples.Incident(sourceRef);
            change(incident.Report);
            var path = Path.Combine(Directory, sourceRef + ".json");
            File.WriteAllText(path, $$"""{"incident": {{JsonFormatter.Default.Format(incident)}}}""");
            return path;
        }

        /// <summary>Makes a code for a partner and joins with it.</summary>
        internal async Task<JsonElement> JoinAsync(string partner, string folder)
        {
            var code = (await ThubHere.JsonAsync("partner", "code", partner, "--as", Operator)).GetProperty("code").GetString()!;
            return await ThubHere.JsonAsync("join", "--hub", OpenUrl, "--code", code, "--out", folder);
        }

        /// <summary>The one request of the police that waits.</summary>
        internal async Task<string> RequestAsync() =>
            (await ThubHere.JsonAsync("cert", "requests", "--as", Police)).EnumerateArray().Single().GetProperty("id").GetString()!;

        /// <summary>Runs a command in a process of its own, with what is set for its user alone.</summary>
        internal static async Task<JsonElement> ProcessAsync(IReadOnlyDictionary<string, string> environment, params string[] args)
        {
            using var command = Thub.Start(environment, args);
            command.StandardInput.Close();
            var output = await command.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await command.WaitForExitAsync(TestContext.Current.CancellationToken);
            return JsonDocument.Parse(output).RootElement;
        }

        public async ValueTask DisposeAsync()
        {
            if (process is not null)
            {
                process.Kill();
                // One line when it listens, and nothing after it.
                Assert.Equal("", await process.StandardOutput.ReadToEndAsync());
                await process.WaitForExitAsync();
                process.Dispose();
            }

            Authority.Dispose();
            System.IO.Directory.Delete(Directory, recursive: true);
        }
    }
}
