using TrygghetHub.Server.Journal;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Retention;

/// <summary>A copy of the database from before a disposal, put back: what was disposed of stays gone.</summary>
public sealed class RestoreTests
{
    [Fact]
    public async Task Copy_FromBeforeADisposal_BringsNothingBackForAnybody()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        var old = (await police.SubmitAsync(Examples.Incident("old"))).Name;
        await RetentionHub.DecideAsync(police);
        await hub.LaterAsync(1);
        var young = (await police.SubmitAsync(Examples.Incident("young"))).Name;
        var copy = Path.Combine(hub.Test.Directory, "copy");
        await hub.LaterAsync(0, () => Copy(hub.Test.DataDirectory, copy));
        await hub.LaterAsync(1);
        await hub.RunAsync();
        await Refused.ForAsync("NOT_FOUND", () => police.ReadIncidentAsync(old));
        var gone = hub.Entries(EntryKind.Report)[0];

        await hub.LaterAsync(0, () => PutBack(hub, copy));

        // Its sender neither: the key is gone.
        foreach (var reader in new[] { police, municipality })
        {
            await Refused.ForAsync("NOT_FOUND", () => reader.ReadIncidentAsync(old));
            Assert.NotNull(await reader.ReadIncidentAsync(young));
            Assert.Single((await reader.IncidentPagesAsync(10)).SelectMany(p => p));
        }

        await using (var feed = FeedReader.Open(await hub.Test.OpenChannelAsAsync("upplands-bro")))
        {
            await feed.CaughtUpAsync(hub.Token);
            Assert.Equal([young], feed.Entries.Where(e => e.Incident is not null).Select(e => e.Incident.Name));
        }

        // The run that the start made has taken the bytes out again, and has written down that it did.
        await hub.RunAsync();
        Assert.Equal(1, hub.Contents);
        Assert.Equal(gone.Lasting, hub.Entries(EntryKind.Report)[0].Lasting);
        Assert.Equal([1L], (await RetentionHub.DisposalsAsync(police)).Select(d => d.Count));
        await hub.RunAsync();
        Assert.Single(await RetentionHub.DisposalsAsync(police));

        // And the hub goes on.
        await police.SubmitAsync(Examples.Incident("new"));
        Assert.Equal(2, (await municipality.IncidentPagesAsync(10)).SelectMany(p => p).Count());
        Assert.DoesNotContain(hub.Test.Log, l => l.StartsWith("Error", StringComparison.Ordinal));
    }

    /// <summary>A hold that was placed after the copy is not in it: nothing goes until somebody has looked.</summary>
    [Fact]
    public async Task Copy_FromBeforeAHold_DisposesOfNothingUntilTheMarkIsRemoved()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, _) = await hub.Test.AgreedPairAsync();
        var old = (await police.SubmitAsync(Examples.Incident("old"))).Name;
        await RetentionHub.DecideAsync(police);
        var copy = Path.Combine(hub.Test.Directory, "copy");
        await hub.LaterAsync(0, () => Copy(hub.Test.DataDirectory, copy));
        await RetentionHub.HoldAsync(police);

        await hub.LaterAsync(2, () => PutBack(hub, copy));
        await hub.RunAsync();
        // What is entered anew does not stand for what was lost.
        var category = new TrygghetHub.Retention.V1.HoldScope { Category = "littering" };
        await RetentionHub.HoldAsync(police, category, "KS2026/130");
        await hub.RunAsync();
        Assert.NotNull(await police.ReadIncidentAsync(old));
        Assert.Contains(hub.Test.Log, l => l.Contains("hub.db was restored", StringComparison.Ordinal));

        File.Delete(Path.Combine(hub.Test.DataDirectory, "retention-mark"));
        await hub.RunAsync();
        await Refused.ForAsync("NOT_FOUND", () => police.ReadIncidentAsync(old));
    }

    /// <summary>The other way round, as the document says: a copy of the keys undoes their destruction.</summary>
    [Fact]
    public async Task Copy_OfTheKeysWithOneOfTheDatabase_BringsBackWhatWasThere()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, _) = await hub.Test.AgreedPairAsync();
        var old = (await police.SubmitAsync(Examples.Incident("old"))).Name;
        var copy = Path.Combine(hub.Test.Directory, "copy");
        await hub.LaterAsync(2, () =>
        {
            Copy(hub.Test.DataDirectory, copy);
            File.Copy(Path.Combine(hub.Test.DataDirectory, "content-keys.db"), Path.Combine(copy, "content-keys.db"));
        });
        await RetentionHub.DecideAsync(police);
        await hub.RunAsync();
        await Refused.ForAsync("NOT_FOUND", () => police.ReadIncidentAsync(old));

        await hub.LaterAsync(0, () =>
        {
            PutBack(hub, copy);
            File.Copy(
                Path.Combine(copy, "content-keys.db"), Path.Combine(hub.Test.DataDirectory, "content-keys.db"), overwrite: true);
        });

        Assert.NotNull(await police.ReadIncidentAsync(old));
        // The decision was made after the copy, and is not in it.
        Assert.Null((await RetentionHub.PreviewAsync(police)).Decision);
    }

    private static void PutBack(RetentionHub hub, string copy)
    {
        foreach (var file in Directory.EnumerateFiles(hub.Test.DataDirectory, "hub.db*"))
        {
            File.Delete(file);
        }

        Copy(copy, hub.Test.DataDirectory);
    }

    // With the log, where one is left.
    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from, "hub.db*"))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }
    }
}
