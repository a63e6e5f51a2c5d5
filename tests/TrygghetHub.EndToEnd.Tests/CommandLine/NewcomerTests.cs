using System.Text;
using System.Text.Json;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Partners.V1;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

// The README's way from nothing to a picture, command by command, as a newcomer types it; and what goes wrong.
public sealed class NewcomerTests
{
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "samples");

    [Fact]
    public async Task Demo_PrintsTheWeek()
    {
        var outcome = await Thub.RunAsync("demo");

        Assert.True(outcome.ExitCode == ExitCode.Fine, outcome.ToString());
        Assert.Contains("Upplands-Bro (0139)  ·  week 20", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("each party signed it with its own key", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("WHO HAS ANSWERED", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("silent – we do not know", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("EVENTS PUBLISHED BY THE POLICE", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("refused: CATEGORY_NOT_AGREED", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Newcomer_FollowingTheReadme_GetsThePicture()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        string Id(string partner) => Path.Combine(hub.Directory, partner);

        // 1. The operator creates three partners and hands over the codes, they join, and sign the agreement.
        foreach (var (id, name, kind) in new[]
        {
            ("upplands-bro", "Upplands-Bro kommun", "municipal-unit"), ("polisen", "Polisen", "police"),
            ("bostad-bro", "Bostad Bro", "housing-company"),
        })
        {
            var created = await Thub.RunFineAsync(
                "partner", "create", id, "--name", name, "--kind", kind, "--as", hub.OperatorFolder);
            // The line to hand over is a whole command, but for the folder's place; the code stands by itself.
            var handed = created.Split('\n').Single(l => l.Trim().StartsWith("thub join ", StringComparison.Ordinal))
                .Trim().Split(' ')[1..];
            Assert.Equal(id, handed[^1]);
            handed[^1] = Id(id);
            handed[Array.IndexOf(handed, "-")] =
                created.Split('\n').Select(l => l.Trim()).Single(l => l.StartsWith("thj1_", StringComparison.Ordinal));
            await Thub.RunFineAsync(handed);
        }

        var partners = await JsonAsync("partner", "list", "--as", hub.OperatorFolder, "--json");
        Assert.Equal(3, partners.GetArrayLength());
        string[] asOperator = ["--as", hub.OperatorFolder];
        var drafted = await Thub.RunFineAsync(["agreement", "draft", Path.Combine(Samples, "agreement.json"), .. asOperator]);
        Assert.Contains("Drafted: upplands-bro, version 1", drafted, StringComparison.Ordinal);
        var proposed = await Thub.RunFineAsync(["agreement", "propose", "upplands-bro", .. asOperator]);
        Assert.Contains("To sign: upplands-bro, polisen, bostad-bro.", proposed, StringComparison.Ordinal);
        var signed = "";
        foreach (var party in new[] { "upplands-bro", "polisen", "bostad-bro" })
        {
            signed = await Thub.RunFineAsync("agreement", "sign", "upplands-bro", "--yes", "--as", Id(party));
        }

        Assert.Contains("bostad-bro has signed version 1 of upplands-bro: active, in force since", signed, StringComparison.Ordinal);

        // 2. The partners send, twice, and confirm.
        foreach (var (partner, sample) in new[] { ("polisen", "incident.json"), ("bostad-bro", "observation.json") })
        {
            var first = await JsonAsync("send", Path.Combine(Samples, sample), "--as", Id(partner), "--json");
            var second = await JsonAsync("send", Path.Combine(Samples, sample), "--as", Id(partner), "--json");
            Assert.Equal(first.ToString(), second.ToString());
            Assert.NotEqual("", first[0].GetProperty("accepted").GetProperty("receipt").GetString());
        }

        var said = await Thub.RunFineAsync(
            "week", "confirm", "--municipality", "0139", "--week", "2024-W20", "--as", Id("polisen"));
        Assert.Contains("polisen says of 0139, 2024-W20: complete", said, StringComparison.Ordinal);

        // 3. The municipality compiles its week and reads it.
        await Thub.RunFineAsync(
            "picture", "compile", "--municipality", "0139", "--week", "2024-W20", "--as", Id("upplands-bro"));
        var picture = await JsonAsync(
            "picture", "get", "--municipality", "0139", "--week", "2024-W20", "--as", Id("upplands-bro"), "--json");
        Assert.Equal(2, picture.GetProperty("totals").GetProperty("reports").GetInt32());
        Assert.Equal(
            "COVERAGE_STATUS_COMPLETE",
            picture.GetProperty("coverage").EnumerateArray()
                .Single(c => c.GetProperty("partner").GetString() == "polisen").GetProperty("status").GetString());
        var printed = await Thub.RunFineAsync(
            "picture", "get", "--municipality", "0139", "--week", "2024-W20", "--as", Id("upplands-bro"));
        Assert.Contains("2 reports: 2 from partners", printed, StringComparison.Ordinal);
        var pictures = await JsonAsync("picture", "list", "--as", Id("upplands-bro"), "--json");
        Assert.Equal(2, Assert.Single(pictures.EnumerateArray()).GetProperty("totals").GetProperty("reports").GetInt32());
        await JsonAsync("agreement", "list", "--as", Id("polisen"), "--json");
        await JsonAsync("agreement", "show", "upplands-bro", "--as", Id("polisen"), "--json");
        await JsonAsync("area", "list", "--parent", "0139", "--as", Id("polisen"), "--json");

        // 4. What one report suffers, the other does not: exit 1 where some were refused, 2 where all were.
        var mixed = await WriteAsync(hub, "mixed.json", $"[{Incident("ok", "graffiti")}, {Incident("bad", "fireworks")}]");
        var outcome = await Thub.RunAsync("send", mixed, "--as", Id("polisen"));
        Assert.Equal(ExitCode.Warnings, outcome.ExitCode);
        Assert.Contains("CATEGORY_NOT_AGREED", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("1 accepted, 1 refused.", outcome.Output, StringComparison.Ordinal);

        // A file in UTF-16, as Notepad saves "Unicode", holds the same reports.
        var utf16 = Path.Combine(hub.Directory, "utf16.json");
        await File.WriteAllTextAsync(
            utf16, await File.ReadAllTextAsync(Path.Combine(Samples, "incident.json"), TestContext.Current.CancellationToken),
            Encoding.Unicode, TestContext.Current.CancellationToken);
        Assert.Contains("1 accepted, 0 refused.", await Thub.RunFineAsync("send", utf16, "--as", Id("polisen")), StringComparison.Ordinal);
        var none = await WriteAsync(hub, "none.json", Incident("bad", "fireworks"));
        Assert.Equal(ExitCode.Failure, (await Thub.RunAsync("send", none, "--as", Id("polisen"))).ExitCode);

        // 5. A report is found by its reference; one that was withdrawn is not said to count.
        Assert.Contains("sample-incident-1", await Thub.RunFineAsync("report", "list", "--week", "2024-W20", "--as", Id("polisen")), StringComparison.Ordinal);
        Assert.Contains("Three panes broken", await Thub.RunFineAsync("report", "show", "sample-incident-1", "--as", Id("polisen")), StringComparison.Ordinal);
        await Thub.RunFineAsync("withdraw", "sample-incident-1", "--reason", "mistaken", "--as", Id("polisen"));
        var repeated = await Thub.RunAsync("send", Path.Combine(Samples, "incident.json"), "--as", Id("polisen"));
        Assert.Equal(ExitCode.Failure, repeated.ExitCode);
        Assert.Contains("withdrawn as revision 2: it does not count", repeated.Output, StringComparison.Ordinal);
        Assert.Contains("send it as revision 3 or higher", repeated.Output, StringComparison.Ordinal);
        Assert.Contains("0 accepted, 0 refused, 1 withdrawn earlier.", repeated.Output, StringComparison.Ordinal);
        var shown = await Thub.RunFineAsync("report", "show", "sample-incident-1", "--as", Id("polisen"));
        Assert.Contains("Revisions: 1, 2 (withdrawal)", shown, StringComparison.Ordinal);
        Assert.Contains("It is withdrawn, and does not count.", shown, StringComparison.Ordinal);
        Assert.Contains("never taken a report of yours", (await Thub.RunAsync("report", "show", "Sample-Incident-1", "--as", Id("polisen"))).Error, StringComparison.Ordinal);
        Assert.DoesNotContain("sample-incident-1", await Thub.RunFineAsync("report", "list", "--as", Id("polisen")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_UsedWronglyOrInVain_SayWhyAndExitWithTwo()
    {
        await using var hub = await ServedHub.StartAsync();
        var police = await hub.EnrolAsync("polisen", PartnerKind.Police);
        var municipality = await hub.EnrolAsync("upplands-bro", PartnerKind.MunicipalUnit);
        var halfBroken = await WriteAsync(hub, "half.json", "[\n" + Incident("a", "graffiti") + ",\n  {\"incident\": {\"repor");
        var wrongField = await WriteAsync(
            hub, "field.json", Incident("a", "graffiti").Replace("category", "kategori", StringComparison.Ordinal));

        await AssertFailsAsync("'thub' has no command 'bogus'.", "bogus");
        await AssertFailsAsync("Option '--week' is required", "picture", "review", "--municipality", "0139", "--as", police);
        await AssertFailsAsync("Give --municipality and --week, or --delivery", "picture", "get", "--municipality", "0139", "--as", police);
        await AssertFailsAsync("Option '--data' is required", "serve");
        await AssertFailsAsync("no address to listen on", "serve", "--data", hub.Directory, "--url", "http://127.0.0.1:0");
        await AssertFailsAsync("No identity was named.", "picture", "list");
        await AssertFailsAsync("nowhere", "picture", "list", "--as", Path.Combine(hub.Directory, "nowhere"));
        await AssertFailsAsync(
            "There is no week 2024-W53.", "picture", "get", "--municipality", "0139", "--week", "2024-W53", "--as", police);
        await AssertFailsAsync(
            "reason: NOT_FOUND", "picture", "get", "--municipality", "0139", "--week", "2024-W20", "--as", police);
        await AssertFailsAsync(
            "reason: AREA_UNKNOWN", "picture", "get", "--municipality", "9999", "--week", "2024-W20", "--as", police);
        await AssertFailsAsync(
            "reason: PERMISSION_MISSING",
            "picture", "compile", "--municipality", "0139", "--week", "2024-W20", "--as", police);
        await AssertFailsAsync(
            "reason: AGREEMENT_NOT_ACTIVE",
            "picture", "compile", "--municipality", "0139", "--week", "2024-W20", "--as", municipality);
        await AssertFailsAsync("reason: PERMISSION_MISSING", "partner", "list", "--as", police);
        await AssertFailsAsync("There is no file", "send", Path.Combine(hub.Directory, "absent.json"), "--as", police);
        await AssertFailsAsync("half.json, line 3, column", "send", halfBroken, "--as", police);
        await AssertFailsAsync("report.kategori", "send", wrongField, "--as", police);

        // No command takes a text whose bytes are of another encoding.
        var windows = Path.Combine(hub.Directory, "windows.json");
        await File.WriteAllBytesAsync(windows, Encoding.Latin1.GetBytes("{\n  \"name\": \"Åsa\"\n}"), TestContext.Current.CancellationToken);
        foreach (string[] command in new string[][]
        {
            ["send", windows, "--as", police], ["preview", windows, "--as", police],
            ["agreement", "draft", windows, "--as", hub.OperatorFolder], ["agreement", "rehearse", windows, "--as", hub.OperatorFolder],
            ["agreement", "diff", windows, windows],
            ["connect", "csv", windows, "--map", windows, "--as", police], ["codes", "import", windows, "--as", police],
            ["area", "import", windows, "--level", "district", "--parent", "0139", "--as", hub.OperatorFolder],
            ["serve", "--data", Path.Combine(hub.Directory, "other"), "--settings", windows],
        })
        {
            await AssertFailsAsync("column 12 (byte 13): the byte 0xC5 is not UTF-8.", command);
        }
        await AssertFailsAsync(
            "There is no kind of partner called \"circus\".",
            "partner", "enrol", "x", "--name", "X", "--kind", "circus", "--out", Path.Combine(hub.Directory, "x"),
            "--as", hub.OperatorFolder);
        await AssertFailsAsync("Another hub runs on", "serve", "--data", Path.Combine(hub.Directory, "hub"), "--url", "https://127.0.0.1:0");

        await hub.KillAsync();
        await AssertFailsAsync("", "picture", "list", "--as", police);
    }

    [Fact]
    public async Task Certificate_OfAnotherAuthority_IsRefusedAndTheHubsLogSaysWhy()
    {
        await using var hub = await ServedHub.StartAsync();
        await using var other = await ServedHub.StartAsync();
        var ours = await hub.EnrolAsync("polisen", PartnerKind.Police);
        var theirs = await other.EnrolAsync("polisen", PartnerKind.Police);
        // Theirs trusts our hub and calls it; it is our hub that does not know their authority.
        foreach (var file in new[] { "ca.crt", "hub.json" })
        {
            File.Copy(Path.Combine(ours, file), Path.Combine(theirs, file), overwrite: true);
        }

        var outcome = await Thub.RunAsync("picture", "list", "--as", theirs);

        Assert.Equal(ExitCode.Failure, outcome.ExitCode);
        Assert.Empty(outcome.Output);
        var line = await hub.LoggedAsync("TLS refused");
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ warn: ", line);
        Assert.Contains("issuer certificate", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_EachStart_LogsThatItLookedForMissingPictures()
    {
        await using var hub = await ServedHub.StartAsync();

        var line = await hub.LoggedAsync("Job ran: pictures of frozen weeks, 0 due, 0 failed");

        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ info: ", line);
    }

    private static async Task AssertFailsAsync(string why, params string[] args)
    {
        var outcome = await Thub.RunAsync(args);
        Assert.True(outcome.ExitCode == ExitCode.Failure, outcome.ToString());
        Assert.Empty(outcome.Output);
        Assert.True(outcome.Error.Contains(why, StringComparison.Ordinal), $"Expected: {why}\n{outcome}");
        Assert.DoesNotContain("This is a fault in thub", outcome.Error, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> JsonAsync(params string[] args) =>
        JsonDocument.Parse(await Thub.RunFineAsync(args)).RootElement;

    private static async Task<string> WriteAsync(ServedHub hub, string name, string text)
    {
        var path = Path.Combine(hub.Directory, name);
        await File.WriteAllTextAsync(path, text, TestContext.Current.CancellationToken);
        return path;
    }

    // The sample on one line, with another id and category.
    private static string Incident(string sourceRef, string category) => File
        .ReadAllText(Path.Combine(Samples, "incident.json")).ReplaceLineEndings(" ")
        .Replace("sample-incident-1", sourceRef, StringComparison.Ordinal)
        .Replace("broken-window", category, StringComparison.Ordinal);
}
