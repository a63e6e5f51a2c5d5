using System.Text.Json;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

// The life of an agreement as its parties type it, with real processes.
public sealed class AgreementCommandTests
{
    private static readonly string Sample = Path.Combine(AppContext.BaseDirectory, "samples", "agreement.json");
    private static readonly string[] Parties = ["polisen", "bostad-bro", "upplands-bro"];

    [Fact]
    public async Task Agreement_FromDraftToEnd_IsSignedExportedVerifiedWithoutTheHubAndEnded()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        string[] police = ["--as", await hub.JoinAsync("polisen", "police")];
        string[] asOperator = ["--as", hub.OperatorFolder];
        await hub.JoinAsync("bostad-bro", "housing-company");
        await hub.JoinAsync("upplands-bro", "municipal-unit");

        // Drafted: nobody else sees it. Nothing is in force without signatures here.
        AssertFails("reason: DEVELOPMENT_ONLY", await Thub.RunAsync(["agreement", "apply", Sample, .. asOperator]));
        AssertFails("reason: NOT_FOUND", await Thub.RunAsync(["agreement", "propose", "upplands-bro", .. asOperator]));
        var drafted = await Thub.RunFineAsync(["agreement", "draft", Sample, .. asOperator]);
        Assert.Contains("Drafted: upplands-bro, version 1.", drafted, StringComparison.Ordinal);
        Assert.Contains("There is no agreement", await Thub.RunFineAsync(["agreement", "list", .. police]), StringComparison.Ordinal);
        AssertFails(
            "name two versions",
            await Thub.RunAsync(["agreement", "export", "upplands-bro@1", "--version", "2", "--out", "x", .. asOperator]));

        // Proposed: what was read is what is proposed, and each is told what waits for it.
        var proposed = await Thub.RunFineAsync(["agreement", "propose", "upplands-bro/1", .. asOperator]);
        var sha256 = drafted.Split("SHA-256: ")[1].Split('\n')[0].Trim();
        Assert.Contains("SHA-256: " + sha256, proposed, StringComparison.Ordinal);
        Assert.Contains("§3  polisen → bostad-bro: counts of 3 categories", proposed, StringComparison.Ordinal);
        var waiting = await Thub.RunAsync(["agreement", "list", .. police]);
        Assert.Contains("upplands-bro, version 1, waits for your signature.", waiting.Output, StringComparison.Ordinal);
        Assert.Contains("Next: thub agreement sign upplands-bro --version 1", waiting.Error, StringComparison.Ordinal);

        // Signed by each party, and by nobody who is none, nor unread, nor another document.
        string[] sign = ["agreement", "sign", "upplands-bro"];
        Assert.Contains("was not confirmed. Nothing was done.", (await Thub.RunAsync([.. sign, .. police])).Error, StringComparison.Ordinal);
        AssertFails("the operator signs nothing", await Thub.RunAsync([.. sign, "--yes", .. asOperator]));
        AssertFails("Nothing was signed.", await Thub.RunAsync([.. sign, "--yes", "--sha256", new string('0', 64), .. police]));
        AssertFails("is not signed by", await Thub.RunAsync(["agreement", "export", "upplands-bro", "--out", "x", .. police]));
        foreach (var party in Parties)
        {
            var signed = await Thub.RunFineAsync([.. sign, "--yes", "--sha256", sha256, "--as", hub.FolderOf(party)]);
            Assert.Contains($"{party} has signed version 1 of upplands-bro", signed, StringComparison.Ordinal);
        }

        AssertFails("No version of upplands-bro is proposed.", await Thub.RunAsync([.. sign, "--yes", .. police]));
        var shown = await Thub.RunFineAsync(["agreement", "show", "upplands-bro", .. police]);
        Assert.Contains("State:      active, in force since", shown, StringComparison.Ordinal);
        Assert.Contains("bostad-bro  signed", shown, StringComparison.Ordinal);
        Assert.Contains("§4  polisen → bostad-bro: PROHIBITED", shown, StringComparison.Ordinal);
        Assert.Contains("no cell under 3", shown, StringComparison.Ordinal);

        // Exported, and verified.
        var file = Path.Combine(hub.Directory, "upplands-bro.agreement");
        Assert.Contains(sha256, await Thub.RunFineAsync(["agreement", "export", "upplands-bro", "--out", file, .. police]), StringComparison.Ordinal);
        AssertFails("nothing is overwritten", await Thub.RunAsync(["agreement", "export", "upplands-bro", "--out", file, .. police]));

        // Suspended, and taken back by who suspended it alone.
        var suspended = await Thub.RunFineAsync(["agreement", "suspend", "upplands-bro", "--reason", "A leak is looked into", .. police]);
        Assert.Contains("A leak is looked into", suspended, StringComparison.Ordinal);
        Assert.Contains("suspended", await Thub.RunFineAsync(["agreement", "resume", "upplands-bro", .. asOperator]), StringComparison.Ordinal);
        Assert.Contains("active", await Thub.RunFineAsync(["agreement", "resume", "upplands-bro", .. police]), StringComparison.Ordinal);

        // Ended, by the typed name.
        string[] terminate = ["agreement", "terminate", "upplands-bro", "--reason", "It is replaced", .. police];
        var unconfirmed = await Thub.RunAsync(terminate);
        AssertFails("was not confirmed. Nothing was done.", unconfirmed);
        Assert.Contains("30 days of notice", unconfirmed.Error, StringComparison.Ordinal);
        AssertFails("--at: \"soon\" is no time.", await Thub.RunAsync([.. terminate, "--yes", "--at", "soon"]));
        var later = await Thub.RunFineAsync([.. terminate, "--yes", "--at", "2039-01-01"]);
        Assert.Contains("until Sat 1 Jan 2039 00:00 CET, when it ends: It is replaced", later, StringComparison.Ordinal);
        var ended = await Thub.RunFineAsync([.. terminate, "--yes"]);
        Assert.Contains("upplands-bro, version 1: terminated", ended, StringComparison.Ordinal);
        Assert.Contains("There is no agreement", await Thub.RunFineAsync(["agreement", "list", .. police]), StringComparison.Ordinal);
        Assert.Contains("terminated", await Thub.RunFineAsync(["agreement", "list", "--all", .. police]), StringComparison.Ordinal);

        // Without the hub the file says the same, and a changed one does not.
        await hub.KillAsync();
        await AssertVerifiedAsync(file, police, sha256);
    }

    [Fact]
    public async Task Diff_OfTwoFiles_NeedsNoHubAndTellsByItsExitCode()
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-diff-").FullName;
        var other = Path.Combine(directory, "other.json");
        await File.WriteAllTextAsync(
            other,
            (await File.ReadAllTextAsync(Sample, TestContext.Current.CancellationToken))
                .Replace("\"smallestCell\": 3", "\"smallestCell\": 5", StringComparison.Ordinal)
                .Replace("\"burglary\", ", "", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        Assert.Contains("They say the same.", await Thub.RunFineAsync("agreement", "diff", Sample, Sample), StringComparison.Ordinal);
        var differs = await Thub.RunAsync("agreement", "diff", Sample, other);

        Assert.Equal(1, differs.ExitCode);
        Assert.Equal(
            "§1: changed\n  categories: −burglary\n§3: changed\n  smallest cell: 3 → 5\n",
            differs.Output.ReplaceLineEndings("\n"));
        var json = JsonDocument.Parse((await Thub.RunAsync("agreement", "diff", Sample, other, "--json")).Output).RootElement;
        Assert.True(json.GetProperty("differs").GetBoolean());
        AssertFails("There is no file", await Thub.RunAsync("agreement", "diff", Sample, Path.Combine(directory, "absent.json")));
        AssertFails("No identity was named.", await Thub.RunAsync("agreement", "diff", Sample, "upplands-bro"));
        AssertFails("is no number of a version", await Thub.RunAsync("agreement", "diff", Sample, "upplands-bro@x"));
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Explain_PermittedAndDenied_NamesTheClauseAndWhyNot()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var police = await hub.JoinAsync("polisen", "police");
        await hub.JoinAsync("bostad-bro", "housing-company");
        var municipality = await hub.JoinAsync("upplands-bro", "municipal-unit");
        await hub.AgreeAsync(ProtoJson.Open(Sample).Message<CooperationAgreement>());
        Task<string> ExplainAsync(string recipient, string category, params string[] more) => Thub.RunFineAsync(
            ["agreement", "explain", "--partner", recipient, "--from", "polisen", "--category", category, "--area", "0139-bro",
                "--as", hub.OperatorFolder, .. more]);

        var permitted = await ExplainAsync("upplands-bro", "graffiti");
        Assert.StartsWith("PERMITTED  upplands-bro v1 §1", permitted, StringComparison.Ordinal);
        Assert.Contains("Withheld:  ", permitted, StringComparison.Ordinal);
        var counted = await ExplainAsync("bostad-bro", "graffiti", "--counts");
        Assert.StartsWith("PERMITTED  upplands-bro v1 §3", counted, StringComparison.Ordinal);
        Assert.Contains("ceiling:police-to-private", counted, StringComparison.Ordinal);
        var denied = await ExplainAsync("bostad-bro", "graffiti");
        Assert.StartsWith("DENIED  ", denied, StringComparison.Ordinal);
        Assert.Contains("It shares counts alone.", denied, StringComparison.Ordinal);
        var prohibited = await ExplainAsync("bostad-bro", "robbery", "--counts");
        Assert.StartsWith("DENIED  ", prohibited, StringComparison.Ordinal);
        Assert.Contains("It prohibits this category here.", prohibited, StringComparison.Ordinal);
        var text = await ExplainAsync("upplands-bro", "graffiti", "--field", "incident.free_text");
        Assert.StartsWith("DENIED  upplands-bro v1 §1 shows the report without summary", text, StringComparison.Ordinal);

        // Of a report that there is, its sender asks; by the rules of a time at which there were none, it is denied.
        var sent = JsonDocument.Parse(await Thub.RunFineAsync(
            "send", Path.Combine(Path.GetDirectoryName(Sample)!, "incident.json"), "--as", police, "--json")).RootElement[0];
        var name = sent.GetProperty("accepted").GetProperty("name").GetString()!;
        string[] ask = ["agreement", "explain", "--partner", "upplands-bro", "--report", name, "--as", police];
        Assert.StartsWith("PERMITTED  upplands-bro v1 §1", await Thub.RunFineAsync(ask), StringComparison.Ordinal);
        AssertFails("reason: NOT_FOUND", await Thub.RunAsync([.. ask, "--at", "2024-01-01"]));

        // By clause, where no report is named.
        var clauses = await Thub.RunFineAsync(
            "agreement", "explain", "--partner", "upplands-bro", "--field", "remedy", "--as", municipality);
        Assert.Contains("DENIED  upplands-bro §1 (polisen → upplands-bro, records) allows: ", clauses, StringComparison.Ordinal);
        Assert.Contains("ALLOWED upplands-bro §2", clauses, StringComparison.Ordinal);

        AssertFails("There is no value of a report called \"colour\".", await Thub.RunAsync([.. ask, "--field", "colour"]));
        AssertFails("There is no purpose called \"fun\".", await Thub.RunAsync([.. ask, "--purpose", "fun"]));
        AssertFails("by its sender, its category and its area",
            await Thub.RunAsync("agreement", "explain", "--partner", "upplands-bro", "--from", "polisen", "--as", police));
    }

    [Fact]
    public async Task ReviewAndRehearse_OfReportsOfThisWeek_CountWhatIsSeenAndWhatWouldBe()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var police = await hub.JoinAsync("polisen", "police");
        await hub.JoinAsync("bostad-bro", "housing-company");
        var municipality = await hub.JoinAsync("upplands-bro", "municipal-unit");
        await hub.AgreeAsync(ProtoJson.Open(Sample).Message<CooperationAgreement>());
        using (var client = ServedHub.Connect(police))
        {
            foreach (var number in Enumerable.Range(1, 7))
            {
                await client.Incidents.SubmitIncidentAsync(
                    new SubmitIncidentRequest
                    {
                        Incident = Examples.Incident($"review-{number}", TimeProvider.System.GetUtcNow().AddMinutes(-number)),
                    },
                    cancellationToken: TestContext.Current.CancellationToken);
            }
        }

        var seen = await Thub.RunFineAsync("agreement", "review", "--partner", "upplands-bro", "--as", municipality);
        Assert.Matches(@"polisen\s+graffiti\s+upplands-bro v1 §1\s+records\s+district\s+minute\s+7", seen);
        Assert.Contains("Nothing.", await Thub.RunFineAsync(
            "agreement", "review", "--partner", "bostad-bro", "--purpose", "statutory-picture", "--as", hub.OperatorFolder), StringComparison.Ordinal);

        var amended = Path.Combine(hub.Directory, "amended.json");
        await File.WriteAllTextAsync(
            amended,
            (await File.ReadAllTextAsync(Sample, TestContext.Current.CancellationToken))
                .Replace("\"graffiti\", \"arson\"", "\"arson\"", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);
        // The operator gets what is agreed, and bands.
        Assert.Matches(@"polisen\s+graffiti\s[\s\S]*0–4", await Thub.RunFineAsync(
            "agreement", "review", "--partner", "upplands-bro", "--as", hub.OperatorFolder));
        Assert.Matches(@"polisen\s+graffiti\s[\s\S]*0–4", await Thub.RunFineAsync(
            "agreement", "rehearse", amended, "--as", hub.OperatorFolder));
        Assert.Contains("COUNT_BAND_UNDER_5", await Thub.RunFineAsync(
            "agreement", "rehearse", amended, "--json", "--as", hub.OperatorFolder), StringComparison.Ordinal);
        Assert.Contains("nothing would be shown otherwise", await Thub.RunFineAsync(
            "agreement", "rehearse", Sample, "--as", hub.OperatorFolder), StringComparison.Ordinal);
        var rehearsed = await Thub.RunFineAsync("agreement", "rehearse", amended, "--as", police);
        Assert.Contains("upplands-bro would see:", rehearsed, StringComparison.Ordinal);
        Assert.Matches(@"weekly-picture\s+polisen\s+graffiti\s+0\s+7\s+0", rehearsed);
        Assert.Contains("--weeks is 1 to 52.", (await Thub.RunAsync(
            "agreement", "rehearse", amended, "--weeks", "53", "--as", police)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OfWhatIsNoExport_SaysWhy()
    {
        var directory = Directory.CreateTempSubdirectory("trygghethub-verify-").FullName;
        var root = Path.Combine(directory, "root.pem");
        using var authority = new TestAuthority("Another");
        await File.WriteAllTextAsync(root, authority.Root.ExportCertificatePem(), TestContext.Current.CancellationToken);

        AssertFails("It is no signed agreement", await Thub.RunAsync("agreement", "verify", Sample, "--root", root));
        AssertFails("There is no file", await Thub.RunAsync("agreement", "verify", Path.Combine(directory, "absent"), "--root", root));
        AssertFails("holds no certificate in PEM", await Thub.RunAsync("agreement", "verify", Sample, "--root", Sample));
        AssertFails("No identity was named.", await Thub.RunAsync("agreement", "verify", Sample));
        Directory.Delete(directory, recursive: true);
    }

    private static async Task AssertVerifiedAsync(string file, string[] police, string sha256)
    {
        var cancellation = TestContext.Current.CancellationToken;
        string[] verify = ["agreement", "verify"];
        var fine = await Thub.RunFineAsync([.. verify, file, .. police]);
        Assert.Contains("HOLDS: every party has signed exactly these bytes.", fine, StringComparison.Ordinal);
        Assert.Contains("SHA-256: " + sha256, fine, StringComparison.Ordinal);
        Assert.All(Parties, party => Assert.Contains($"✓  {party}, ", fine, StringComparison.Ordinal));
        var json = JsonDocument.Parse(await Thub.RunFineAsync([.. verify, file, "--json", .. police])).RootElement;
        Assert.True(json.GetProperty("holds").GetBoolean());
        Assert.Equal(3, json.GetProperty("signatures").GetArrayLength());

        // A letter of the title.
        var bytes = await File.ReadAllBytesAsync(file, cancellation);
        bytes[bytes.AsSpan().IndexOf("Samverkan"u8)]++;
        var changed = file + ".changed";
        await File.WriteAllBytesAsync(changed, bytes, cancellation);
        var refused = await Thub.RunAsync([.. verify, changed, .. police]);
        Assert.Equal(ExitCode.Failure, refused.ExitCode);
        Assert.Contains("DOES NOT HOLD", refused.Output, StringComparison.Ordinal);
        Assert.Contains("the document or the signature was changed", refused.Output.ReplaceLineEndings(" ").Replace("    ", " ", StringComparison.Ordinal), StringComparison.Ordinal);

        // Another root.
        using var authority = new TestAuthority("Another");
        var root = file + ".pem";
        await File.WriteAllTextAsync(root, authority.Root.ExportCertificatePem(), cancellation);
        var other = await Thub.RunAsync([.. verify, file, "--root", root]);
        Assert.Equal(ExitCode.Failure, other.ExitCode);
        Assert.Contains("does not lead to a trusted root", other.Output, StringComparison.Ordinal);
    }

    private static void AssertFails(string why, Thub.Outcome outcome)
    {
        Assert.True(outcome.ExitCode == ExitCode.Failure, outcome.ToString());
        Assert.Empty(outcome.Output);
        Assert.True(outcome.Error.Contains(why, StringComparison.Ordinal), $"Expected: {why}\n{outcome}");
        Assert.DoesNotContain("This is a fault in thub", outcome.Error, StringComparison.Ordinal);
    }
}
