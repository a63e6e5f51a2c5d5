using System.Globalization;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Client;
using TrygghetHub.EndToEnd.Tests.Processes;
using TrygghetHub.Incidents.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.EndToEnd.Tests;

// A real process, really killed (SIGKILL), in the middle of a stream: what was acknowledged is there, once.
public sealed class KillTests
{
    private const int Incidents = 20_000;
    private const int BeforeTheKill = 700;

    [Fact]
    public async Task Stream_HubKilledAndStartedAgain_GoesOnByItselfAndDoublesNothing()
    {
        await using var hub = await ServedHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        using var _ = police;
        using var __ = municipality;
        var results = new List<ReportResult>();
        var breaks = 0;
        var options = new StreamOptions { MaxReconnects = 100, Reconnecting = _ => Interlocked.Increment(ref breaks) };

        await foreach (var result in police.StreamIncidentsAsync(All(), options, TestContext.Current.CancellationToken))
        {
            results.Add(result);
            if (results.Count == BeforeTheKill)
            {
                await hub.KillAsync();
                await hub.OpenAsync();
            }
        }

        Assert.True(breaks > 0);
        await AssertHoldsEachOnceAsync(results, police, municipality);
        await AssertSameAnswersAsync(results.Take(BeforeTheKill), police);
    }

    [Fact]
    public async Task Stream_HubKilledAndClientNew_TakesAllAgainAndDoublesNothing()
    {
        await using var hub = await ServedHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        using var _ = municipality;
        var acknowledged = new List<ReportResult>();
        await foreach (var result in police.StreamIncidentsAsync(All(), null, TestContext.Current.CancellationToken))
        {
            acknowledged.Add(result);
            if (acknowledged.Count == BeforeTheKill)
            {
                await hub.KillAsync();
                break;
            }
        }

        police.Dispose();
        await hub.OpenAsync();
        using var anew = ServedHub.Connect(Path.Combine(hub.Directory, "id-polisen"));
        var results = await StreamAsync(anew, Examples.Incidents("kill-", Incidents));

        await AssertHoldsEachOnceAsync(results, anew, municipality);
        var again = results.ToDictionary(r => r.SourceRef);
        Assert.All(acknowledged, result => Assert.Equal(result, again[result.SourceRef]));
    }

    [Fact]
    public async Task Hub_KilledSeveralTimesInOneStream_HoldsEachOnce()
    {
        await using var hub = await ServedHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        using var _ = police;
        using var __ = municipality;
        var results = new List<ReportResult>();
        await foreach (var result in police.StreamIncidentsAsync(
            All(), new StreamOptions { MaxReconnects = 100, MaxUnanswered = 500, MaxBatch = 20 },
            TestContext.Current.CancellationToken))
        {
            results.Add(result);
            if (results.Count % 4_900 == 0)
            {
                await hub.KillAsync();
                await hub.OpenAsync();
            }
        }

        await AssertHoldsEachOnceAsync(results, police, municipality);
    }

    private static IAsyncEnumerable<Incident> All() => Examples.Stream(Examples.Incidents("kill-", Incidents));

    private static async Task<List<ReportResult>> StreamAsync(HubClient client, IEnumerable<Incident> incidents)
    {
        var results = new List<ReportResult>();
        await foreach (var result in client.StreamIncidentsAsync(
            Examples.Stream(incidents), null, TestContext.Current.CancellationToken))
        {
            results.Add(result);
        }

        return results;
    }

    private static async Task AssertHoldsEachOnceAsync(
        List<ReportResult> results, HubClient police, HubClient municipality)
    {
        var refs = Enumerable.Range(0, Incidents)
            .Select(i => "kill-" + i.ToString(CultureInfo.InvariantCulture)).ToList();
        Assert.All(results, result => Assert.NotNull(result.Accepted));
        Assert.Equal(refs.Order(StringComparer.Ordinal), results.Select(r => r.SourceRef).Order(StringComparer.Ordinal));

        var names = results.Select(r => r.Accepted.Name).Order(StringComparer.Ordinal).ToList();
        Assert.Distinct(names);
        Assert.Equal(names, (await ListAsync(police)).Select(i => i.Name).Order(StringComparer.Ordinal));
        Assert.Equal(names, (await ListAsync(municipality)).Select(i => i.Name).Order(StringComparer.Ordinal));

        foreach (var some in refs.Chunk(1_000))
        {
            var answer = await police.Incidents.ListRevisionsAsync(new ListRevisionsRequest { SourceRefs = { some } });
            Assert.Equal(some, answer.Held.Select(h => h.SourceRef));
            Assert.All(answer.Held, held => Assert.Equal(1, Assert.Single(held.Revisions).Revision));
        }
    }

    private static async Task AssertSameAnswersAsync(IEnumerable<ReportResult> before, HubClient police)
    {
        var answers = before.ToDictionary(r => r.SourceRef);
        var again = await StreamAsync(
            police, Examples.Incidents("kill-", Incidents).Where(i => answers.ContainsKey(i.Report.SourceRef)));
        Assert.Equal(answers.Count, again.Count);
        Assert.All(again, result => Assert.Equal(answers[result.SourceRef], result));
    }

    private static async Task<List<Incident>> ListAsync(HubClient client)
    {
        var incidents = new List<Incident>();
        for (var token = ""; ;)
        {
            var page = await client.Incidents.ListIncidentsAsync(new ListIncidentsRequest
            {
                Purpose = Purpose.WeeklyPicture,
                PageSize = 1_000,
                PageToken = token,
            });
            incidents.AddRange(page.Incidents);
            if ((token = page.NextPageToken).Length == 0)
            {
                return incidents;
            }
        }
    }
}
