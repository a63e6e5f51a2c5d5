using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Partners.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.Connectors;

// The connectors as their users run them: processes of their own, a real hub, sources over real HTTP.
public sealed class ConnectCommandTests
{
    private const string Map = """
        { "type": "observation", "sourceRef": "Nr", "from": "Datum", "category": { "column": "Typ" }, "area": { "column": "Kod" },
          "source": "fault-report", "summary": "Text" }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<TestHub> StartAsync(string partner, PartnerKind kind)
    {
        var hub = await TestHub.StartAsync();
        await hub.PartnerAsync(partner, kind);
        await hub.PartnerAsync("upplands-bro", PartnerKind.MunicipalUnit);
        await hub.AgreeAsync(Examples.Agreement("est", partner, "upplands-bro"));
        return hub;
    }

    private static async Task<(int ExitCode, JsonElement Summary)> RunAsync(TestHub hub, string partner, params string[] args)
    {
        var outcome = await Thub.RunAsync(["connect", .. args, "--as", hub.IdentityPath(partner), "--json"]);
        Assert.True(outcome.ExitCode is ExitCode.Fine or ExitCode.Warnings, outcome.ToString());
        return (outcome.ExitCode, JsonDocument.Parse(outcome.Output).RootElement);
    }

    private static (int Sent, int Corrected, int Held) Of(JsonElement summary) => (
        summary.GetProperty("sent").GetInt32(), summary.GetProperty("corrected").GetInt32(),
        summary.GetProperty("alreadyHeld").GetInt32());

    [Fact]
    public async Task Csv_RunAgainCorrectedAndWithdrawn_KeepsTheHubAsTheFileIs()
    {
        await using var hub = await StartAsync("bostad-bro", PartnerKind.HousingCompany);
        var (file, map) = (Path.Combine(hub.Directory, "fel.csv"), Path.Combine(hub.Directory, "map.json"));
        await File.WriteAllTextAsync(map, Map, Cancellation);
        const string csv = "Nr,Datum,Typ,Kod,Text\n1,2024-05-15 10:00,graffiti,0139-bro,a\n2,2024-05-15,littering,0139,b\n"
            + "3,2024-05-15,graffiti,0180,utanför\n4,i maj,graffiti,0139,x\n";
        await File.WriteAllTextAsync(file, csv, Cancellation);

        var (dryExit, dry) = await RunAsync(hub, "bostad-bro", "csv", file, "--map", map, "--dry-run");
        var (exit, first) = await RunAsync(hub, "bostad-bro", "csv", file, "--map", map);
        var (_, second) = await RunAsync(hub, "bostad-bro", "csv", file, "--map", map);

        Assert.Equal((ExitCode.Warnings, ExitCode.Warnings), (dryExit, exit));
        Assert.Equal((2, 0, 0), Of(dry));
        Assert.Equal((2, 0, 0), Of(first));
        Assert.Equal((0, 0, 2), Of(second));
        Assert.Equal(3, dry.GetProperty("reports").GetArrayLength());
        Assert.Equal(4, first.GetProperty("refused").GetProperty("AREA_NOT_AGREED").GetProperty("first")[0].GetProperty("line").GetInt32());
        Assert.Equal(5, first.GetProperty("faults")[0].GetProperty("lines")[0].GetInt32());

        await File.WriteAllTextAsync(file, csv.Replace("0139-bro,a", "0139-bro,c", StringComparison.Ordinal), Cancellation);
        await Thub.RunFineAsync("withdraw", "2", "--observation", "--reason", "mistaken", "--as", hub.IdentityPath("bostad-bro"));
        var (_, third) = await RunAsync(hub, "bostad-bro", "csv", file, "--map", map);
        var (_, fourth) = await RunAsync(hub, "bostad-bro", "csv", file, "--map", map);

        Assert.Equal((0, 1, 0), Of(third));
        Assert.Equal((0, 0, 1), Of(fourth));
        Assert.Equal(1, fourth.GetProperty("leftWithdrawn").GetInt32());
    }

    [Fact]
    public async Task Csv_WithIdsThatPointAtPeople_DryRunTellsWhatTheHubWillRefuse()
    {
        await using var hub = await StartAsync("bostad-bro", PartnerKind.HousingCompany);
        var (file, map) = (Path.Combine(hub.Directory, "fel.csv"), Path.Combine(hub.Directory, "map.json"));
        await File.WriteAllTextAsync(map, Map, Cancellation);
        await File.WriteAllTextAsync(
            file,
            "Nr,Datum,Typ,Kod,Text\n070-123.45.67,2024-05-15,graffiti,0139,\n2,2024-05-15,graffiti,0139,\n"
                + "anna(a)example.se,2024-05-15,graffiti,0139,\n4,2024-05-15,graffiti,0139,\n",
            Cancellation);

        var (_, dry) = await RunAsync(hub, "bostad-bro", "csv", file, "--map", map, "--dry-run");
        var (_, done) = await RunAsync(hub, "bostad-bro", "csv", file, "--map", map);

        Assert.Equal((2, 0, 0), Of(done));
        Assert.Equal(Of(done), Of(dry));
        Assert.Equal(done.GetProperty("refused").GetRawText(), dry.GetProperty("refused").GetRawText());
        Assert.All([dry, done], told => Assert.DoesNotContain("example.se", told.GetRawText(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open311_FromAServer_SendsNewAndClosedOnesOnce()
    {
        var status = "open";
        await using var hub = await StartAsync("bostad-bro", PartnerKind.HousingCompany);
        await using var source = await FakeSource.StartAsync(c => c.Response.WriteAsync(c.Request.Query["page"] == "1"
            ? $"[{{\"service_request_id\":\"1\",\"status\":\"{status}\",\"service_code\":\"LAMP\","
                + "\"requested_datetime\":\"2024-05-15T10:00:00Z\",\"description\":\"Ring Anna\"}]"
            : "[]"));
        string[] args = ["open311", "--url", $"{source.Url}", "--area", "0139", "--from", "2024-05-01", "--to", "2024-06-01"];

        var (exit, first) = await RunAsync(hub, "bostad-bro", args);
        var (_, second) = await RunAsync(hub, "bostad-bro", args);
        status = "closed";
        var (_, third) = await RunAsync(hub, "bostad-bro", args);

        Assert.Equal(ExitCode.Fine, exit);
        Assert.Equal(((1, 0, 0), (0, 0, 1), (0, 1, 0)), (Of(first), Of(second), Of(third)));
        Assert.Equal(1, first.GetProperty("unmappedCodes").GetProperty("LAMP").GetInt32());
    }

    [Fact]
    public async Task Polisen_FromTheFeed_SendsItOnceAndAsksOnlyForWhatIsNew()
    {
        await using var hub = await StartAsync("polisen", PartnerKind.Police);
        await using var source = await FakeSource.StartAsync(c =>
        {
            c.Response.Headers.ETag = "\"1\"";
            if (c.Request.Headers.IfNoneMatch == "\"1\"")
            {
                c.Response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }

            return c.Response.WriteAsync("""
                [{"id": 7, "datetime": "2024-05-15 12:00:00 +02:00", "name": "15 maj 11.40, Brand, Upplands-Bro", "summary": "x",
                  "url": "/a/", "type": "Brand", "location": {"name": "Upplands-Bro", "gps": "59.5,17.6"}}]
                """);
        });
        var state = Path.Combine(hub.Directory, "feed.json");
        string[] args = ["polisen", "--url", $"{source.Url}api/events", "--state", state];

        var (_, dry) = await RunAsync(hub, "polisen", [.. args, "--dry-run"]);
        // Ten seconds later, as far as the connector can know.
        await File.WriteAllTextAsync(state, "{\"calls\": []}", Cancellation);
        var (exit, first) = await RunAsync(hub, "polisen", args);
        await File.WriteAllTextAsync(
            state, (await File.ReadAllTextAsync(state, Cancellation)).Replace("\"calls\": [", "\"old\": [", StringComparison.Ordinal)
                .Replace("{", "{\"calls\": [],", StringComparison.Ordinal), Cancellation);
        var (_, second) = await RunAsync(hub, "polisen", args);

        Assert.Equal(ExitCode.Fine, exit);
        Assert.Equal((1, 1, 0), (dry.GetProperty("sent").GetInt32(), first.GetProperty("sent").GetInt32(), second.GetProperty("linesRead").GetInt32()));
        Assert.Equal("\"1\"", source.Asked.Last().Headers.IfNoneMatch);
        Assert.Equal(3, source.Asked.Count);
    }

    [Theory]
    [InlineData("polisen")]
    [InlineData("polisen", "--file", "a", "--url")]
    [InlineData("polisen", "--url", "https://127.0.0.1/", "--every", "0")]
    [InlineData("polisen", "--file", "a", "--every", "5")]
    [InlineData("open311", "--file", "a")]
    [InlineData("open311", "--file", "a", "--area", "0139", "--precision", "exakt")]
    [InlineData("csv", "a.csv", "--map", "none.json")]
    public async Task Connect_UsedWrongly_SaysWhatToDo(params string[] args)
    {
        var outcome = await Thub.RunAsync(["connect", .. args, "--as", "nowhere"]);

        Assert.Equal(ExitCode.Failure, outcome.ExitCode);
        Assert.Contains("  → ", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("fault in thub", outcome.Error, StringComparison.Ordinal);
    }
}
