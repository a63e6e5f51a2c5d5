using System.Text.Json;
using TrygghetHub.Cli;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests.CommandLine;

// A type that nobody knows, from the police's feed to a coordinator's decision, and what a decision does to events.
public sealed class EventTypeCommandTests
{
    [Fact]
    public async Task UnknownType_OfTheFeed_IsListedDecidedAndBroughtByTheNextRun()
    {
        await using var hub = await ServedHub.StartAsync("--sandbox");
        var police = await hub.JoinAsync("polisen", "police");
        var town = await hub.JoinAsync("upplands-bro", "municipal-unit");
        await hub.AgreeAsync(Examples.Agreement("est", "polisen", "upplands-bro"));
        var feed = Path.Combine(hub.Directory, "feed.ndjson");
        await File.WriteAllLinesAsync(
            feed, [Line(1, "Drönarincident", "En drönare."), Line(2, "Wåldtäkt", "x"), Line(3, "Övrigt", "En kvinna utsatt för våldtäkt.")],
            TestContext.Current.CancellationToken);

        var first = await ConnectAsync(police, feed);
        Assert.Equal((1, 1, 2), (first.Sent, first.TextsOfIndividuals, first.Refused));
        var held = await Thub.RunAsync("codes", "types", "--held", "--as", town);
        Assert.Equal(ExitCode.Warnings, held.ExitCode);
        Assert.Contains("Drönarincident", held.Output, StringComparison.Ordinal);

        var misspelt = await Thub.RunAsync("codes", "decide", "Wåldtäkt", "--context", "--as", town);
        Assert.Equal(ExitCode.Failure, misspelt.ExitCode);
        Assert.Contains("reads like one with \"våldtäkt\"", misspelt.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("NEVER_TAKEN", misspelt.Error, StringComparison.Ordinal);
        var taken = await Thub.RunAsync("codes", "decide", "drönarincident", "--category", "disorder", "--as", town);
        Assert.Contains("drönarincident: disorder.", taken.Output, StringComparison.Ordinal);
        Assert.Contains("thub connect polisen does so by itself", taken.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await ConnectAsync(police, feed)).Sent);

        var never = await Thub.RunFineAsync("codes", "decide", "Drönarincident", "--never", "--as", town);
        Assert.Contains("Drönarincident: never taken.", never, StringComparison.Ordinal);
        Assert.DoesNotContain("individuals", never, StringComparison.Ordinal);
        Assert.Contains("Reports withdrawn: 1.", never, StringComparison.Ordinal);
        var undone = await Thub.RunAsync("codes", "decide", "Drönarincident", "--undo", "--as", town);
        Assert.Contains("Drönarincident: held back.", undone.Output, StringComparison.Ordinal);
        Assert.Contains("comes back when the type is decided", undone.Error, StringComparison.Ordinal);

        await Thub.RunFineAsync("codes", "decide", "Drönarincident", "--category", "disorder", "--as", town);
        Assert.Equal(1, (await ConnectAsync(police, feed)).Corrected);
        Assert.Equal((0, 2), (await ConnectAsync(police, feed)) is var last ? (last.Corrected, last.AlreadyHeld) : default);
    }

    private static async Task<(int Sent, int Corrected, int AlreadyHeld, int TextsOfIndividuals, int Refused)> ConnectAsync(
        string folder, string feed)
    {
        var run = await Thub.RunAsync("connect", "polisen", "--file", feed, "--with-text", "--json", "--as", folder);
        using var answer = JsonDocument.Parse(run.Output);
        var root = answer.RootElement;
        return (
            Figure("sent"), Figure("corrected"), Figure("alreadyHeld"), Figure("textsOfIndividuals"),
            root.GetProperty("refused").EnumerateObject().Sum(r => r.Value.GetProperty("count").GetInt32()));

        int Figure(string name) => root.GetProperty(name).GetInt32();
    }

    private static string Line(int id, string type, string summary) => JsonSerializer.Serialize(new
    {
        datetime = "2024-05-15 9:48:12 +02:00",
        id,
        location = new { gps = "59.5,17.6", name = "Upplands-Bro" },
        name = $"15 maj 09.30, {type}, Upplands-Bro",
        summary,
        type,
        url = "",
    });
}
