using Microsoft.Data.Sqlite;
using TrygghetHub.Codes.V1;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Retention;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Retention;

/// <summary>Contents of reports go when they are due, from every copy, and nothing else does.</summary>
public sealed class DisposalTests
{
    private static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reports_WithoutADecision_StayHoweverOld()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        var name = (await police.SubmitAsync(Examples.Incident("old"))).Name;
        await RetentionHub.DecideAsync(hub.Test.Operator, 1, RetentionClass.AccessLog);
        await RetentionHub.DecideAsync(police, 1);
        await RetentionHub.DecideAsync(police, 0, reference: "KS2026/9");
        await hub.LaterAsync(5);

        await hub.RunAsync();

        Assert.NotNull(await municipality.ReadIncidentAsync(name));
        Assert.Single(hub.KeyRows("polisen"));
        Assert.Empty(await RetentionHub.DisposalsAsync(police));
        Assert.Equal("", (await RetentionHub.PreviewAsync(police)).DueUpTo);
        Assert.Equal(0, (await RetentionHub.PreviewAsync(police, TimeProvider.System.GetUtcNow().AddYears(50))).Count);
    }

    [Fact]
    public async Task Reports_OfAnotherPartner_StayWhenOneDecides()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        await hub.Test.AgreeAsync(Examples.Agreement("back", "upplands-bro", "polisen"));
        await police.SubmitAsync(Examples.Incident("theirs"));
        var others = (await municipality.SubmitAsync(Examples.Incident("others"))).Name;
        await RetentionHub.DecideAsync(police);
        await hub.LaterAsync(3);

        await hub.RunAsync();

        Assert.NotNull(await police.ReadIncidentAsync(others));
        Assert.Equal(1, hub.Contents);
        Assert.Empty(hub.KeyRows("polisen"));
        Assert.Single(hub.KeyRows("upplands-bro"));
        Assert.Empty(await RetentionHub.DisposalsAsync(municipality));
    }

    /// <summary>Counted from the day on which it came, and at most a day later where that was near midnight.</summary>
    [Fact]
    public async Task Report_PutInAnotherCategoryLater_GoesWithItsKeyAsIfItHadNotBeen()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        var incident = Examples.Incident("one");
        (incident.Report.Category, incident.Report.SourceCategory) = ("", "0803");
        var name = (await police.SubmitAsync(incident)).Name;
        await hub.LaterAsync(1);
        await police.Codes.ImportCodeMappingAsync(new ImportCodeMappingRequest
        {
            Mapping = new CodeMapping { Codes = { new MappedCode { SourceCategory = "0803", Category = "robbery" } } },
        }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(
            1, (await police.Codes.ReclassifyReportsAsync(new ReclassifyReportsRequest(), cancellationToken: TestContext.Current.CancellationToken)).Reclassified);
        await RetentionHub.DecideAsync(police);

        await hub.LaterAsync(1);
        await hub.RunAsync();
        Assert.Equal("robbery", (await municipality.ReadIncidentAsync(name)).Report.Category);
        Assert.Single(hub.KeyRows("polisen"));

        await hub.LaterAsync(1);
        await hub.RunAsync();
        Assert.All(hub.Entries(EntryKind.Report, EntryKind.Reclassification), e => Assert.Null(e.Content));
        Assert.Empty(hub.KeyRows("polisen"));
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(name));
        Assert.Equal(2, (await RetentionHub.DisposalsAsync(police)).Sum(d => d.Count));
        Assert.Empty((await police.Codes.ListSourceCodesAsync(new ListSourceCodesRequest(), cancellationToken: TestContext.Current.CancellationToken)).Codes);
    }

    [Fact]
    public async Task Reports_BeforeTheirDay_StayAndGoOnIt()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, _) = await hub.Test.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("first"));
        await RetentionHub.DecideAsync(police);
        var first = hub.Today;
        await hub.LaterAsync(1);
        await police.SubmitAsync(Examples.Incident("second"));

        await hub.RunAsync();
        Assert.Equal(2, hub.Contents);
        Assert.Equal([first, hub.Today], hub.KeyRows("polisen"));

        await hub.LaterAsync(1);
        await hub.RunAsync();
        Assert.Equal(1, hub.Contents);
        Assert.Equal([first.AddDays(1)], hub.KeyRows("polisen"));
        Assert.Equal([(first.ToString("O", null), 1L)], (await RetentionHub.DisposalsAsync(police)).Select(d => (d.FirstDay, d.Count)));
    }

    /// <summary>All that shows a report shows it no more, to anybody, and none of it fails.</summary>
    [Fact]
    public async Task Report_DisposedOf_IsShownNowhereAndCountsAsBefore()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        var receipt = await police.SubmitAsync(Examples.Incident("old"));
        await police.SubmitAsync(Examples.Incident("withdrawn"));
        await police.WithdrawIncidentAsync("withdrawn");
        await municipality.ReadIncidentAsync(receipt.Name);
        var picture = (await municipality.CompileAsync(2024, 20)).Picture;
        await RetentionHub.DecideAsync(police);
        var before = hub.Entries(EntryKind.Report, EntryKind.Withdrawal);
        await hub.LaterAsync(2);
        await police.SubmitAsync(Examples.Incident("new"));

        await hub.RunAsync();

        foreach (var reader in new[] { police, municipality })
        {
            await Refused.ForAsync("NOT_FOUND", () => reader.ReadIncidentAsync(receipt.Name));
            Assert.Single((await reader.IncidentPagesAsync(10)).SelectMany(p => p));
        }

        await using (var feed = FeedReader.Open(await hub.Test.OpenChannelAsAsync("upplands-bro")))
        {
            await feed.CaughtUpAsync(hub.Token);
            Assert.Equal(["new"], feed.Entries.Where(e => e.Incident is not null).Select(_ => "new"));
        }

        // What lasts lasts as it was.
        var after = hub.Entries(EntryKind.Report, EntryKind.Withdrawal);
        Assert.Equal(before.Select(e => e.Lasting), after.Take(before.Count).Select(e => e.Lasting));
        Assert.All(after.Take(before.Count), e => Assert.True(e is { Nonce: null, Content: null }));
        Assert.All(hub.Entries(Enum.GetValues<EntryKind>()), e => Assert.True(e.Holds));
        Assert.Equal(picture.ContentSha256, (await municipality.PictureAsync(2024, 20, picture.Revision)).ContentSha256);

        // The old week counts what is not there to be read any more; by the old entry the same bytes come again.
        Assert.Equal(picture.Totals.Reports + 1, (await municipality.CompileAsync(2024, 20)).Picture.Totals.Reports);
        Assert.DoesNotContain(hub.Test.Log, l => l.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Picture_OfAnOldEntry_RecomputesToTheSameBytesAfterDisposal()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        foreach (var incident in Examples.Incidents("old", 7))
        {
            await police.SubmitAsync(incident);
        }

        var picture = (await municipality.CompileAsync(2024, 20)).Picture;
        await RetentionHub.DecideAsync(police);
        await hub.LaterAsync(2);
        await hub.RunAsync();
        Assert.Equal(0, hub.Contents);

        var again = await municipality.CompileAsync(2024, 20);

        Assert.Equal(
            (false, picture.Revision, picture.ContentSha256), (again.Compiled, again.Picture.Revision, again.Picture.ContentSha256));
    }

    [Fact]
    public async Task Report_DisposedOf_IsNotResurrectedByASenderThatStartsOver()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        var first = await police.SubmitAsync(Examples.Incident("again"));
        await RetentionHub.DecideAsync(police);
        await hub.LaterAsync(2);
        await hub.RunAsync();

        var repeated = await police.SubmitAsync(Examples.Incident("again"));
        Assert.Equal(first.Name, repeated.Name);
        Assert.Equal(0, hub.Contents);
        await Refused.ForAsync("NOT_FOUND", () => police.ReadIncidentAsync(first.Name));

        // A correction is news of now, and is kept by its own day of receipt.
        var corrected = Examples.Incident("again");
        corrected.Report.Revision = 2;
        corrected.Report.Severity = TrygghetHub.Reports.V1.Severity.Serious;
        Assert.Equal(first.Name, (await police.SubmitAsync(corrected)).Name);
        await hub.RunAsync();
        Assert.Equal(2, (await municipality.ReadIncidentAsync(first.Name)).Report.Revision);
    }

    [Fact]
    public async Task Hold_OnSome_KeepsThemReadableUntilItIsLifted()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        var held = (await police.SubmitAsync(Examples.Incident("held"))).Name;
        var elsewhere = Examples.Incident("free");
        elsewhere.Report.Category = "littering";
        var free = (await police.SubmitAsync(elsewhere)).Name;
        // Corrected into another category, it is still the report that the hold is on.
        var corrected = Examples.Incident("held");
        corrected.Report.Revision = 2;
        corrected.Report.Category = "littering";
        await police.SubmitAsync(corrected);
        await RetentionHub.DecideAsync(police);
        var hold = await RetentionHub.HoldAsync(police, new TrygghetHub.Retention.V1.HoldScope { Category = "graffiti" });
        await hub.LaterAsync(2);

        await hub.RunAsync();
        Assert.NotNull(await municipality.ReadIncidentAsync(held));
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(free));
        Assert.Equal(2, hub.Contents);
        Assert.Single(hub.KeyRows("polisen"));
        var preview = await RetentionHub.PreviewAsync(police);
        Assert.Equal((0, 2, hold.Name), (preview.Count, preview.HeldCount, preview.Holds.Single()));

        // Also by a run of long after, which has been there before.
        await hub.LaterAsync(2);
        await hub.RunAsync();
        Assert.NotNull(await municipality.ReadIncidentAsync(held));

        await police.Retention.LiftLegalHoldAsync(
            new LiftLegalHoldRequest { Name = hold.Name, Reference = "KS2026/125" }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, (await RetentionHub.PreviewAsync(police)).Count);
        await hub.RunAsync();
        await Refused.ForAsync("NOT_FOUND", () => municipality.ReadIncidentAsync(held));
        Assert.Equal(0, hub.Contents);
        Assert.Empty(hub.KeyRows("polisen"));
    }

    /// <summary>What the run read before the hold was placed, the lane looks at once more.</summary>
    [Fact]
    public async Task Hold_PlacedWhileARunGoes_KeepsWhatHasNotGone()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, _) = await hub.Test.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("old"));
        await hub.LaterAsync(2);
        await RetentionHub.DecideAsync(police);
        using var gate = new ManualResetEventSlim();
        var lane = hub.Service<JournalLane>();
        var standing = lane.WriteAsync(
            _ =>
            {
                gate.Wait(hub.Token);
                return 0;
            },
            published: null, Token);

        // The hold waits on the lane when the run reads what is due, and has not heard of it.
        var holding = hub.Service<RetentionRegister>().HoldAsync(
            new("polisen"), new Server.Retention.HoldScope("", default, "", null, null), "KS2026/124", "En tvist.", "urn", Token);
        var run = hub.DisposeContentsAsync("polisen");
        gate.Set();

        Assert.Equal((0, 0L), (await standing, await run));
        Assert.NotNull(await holding);
        Assert.Equal(1, hub.Contents);
        Assert.Empty(await RetentionHub.DisposalsAsync(police));
    }

    [Fact]
    public async Task Preview_OfADecision_TellsWhatTheRunThenTakesAndNothingOfIt()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, municipality) = await hub.Test.AgreedPairAsync();
        await police.PushAsync(Enumerable.Range(0, 3).Select(i => Examples.Observation($"a{i}")));
        var first = hub.Today;
        await hub.LaterAsync(1);
        await police.SubmitAsync(Examples.Incident("b"));
        await hub.LaterAsync(2);
        await RetentionHub.DecideAsync(police);

        var preview = await RetentionHub.PreviewAsync(police);
        Assert.Equal(
            [(Iso(first), 3L, 0L), (Iso(first.AddDays(1)), 1L, 0L)],
            preview.Days.Select(d => (d.Day, d.Count, d.HeldCount)));
        Assert.Equal((4, Iso(first.AddDays(1)), "KS2026/123"), (preview.Count, preview.DueUpTo, preview.Decision.DecisionReference));
        // As it was the day before.
        Assert.Equal(3, (await RetentionHub.PreviewAsync(police, SwedishTime.StartOf(first.AddDays(2)))).Count);
        Assert.Equal(0, (await RetentionHub.PreviewAsync(municipality)).Count);

        await hub.RunAsync();
        var record = Assert.Single(await RetentionHub.DisposalsAsync(police));
        Assert.Equal(
            (4L, Iso(first), Iso(first.AddDays(1)), "KS2026/123", preview.Decision.Name),
            (record.Count, record.FirstDay, record.LastDay, record.DecisionReference, record.Decision));
        Assert.Equal(0, (await RetentionHub.PreviewAsync(police)).Count);
        Assert.Empty(await RetentionHub.DisposalsAsync(municipality));

        // Provable: entry and record name the same entries, and their leaves are in the journal still.
        var entry = DisposalEntry.Parser.ParseFrom(Assert.Single(hub.Entries(EntryKind.Disposal)).Content);
        var gone = hub.Entries(EntryKind.Report).Where(e => e.Content is null).ToList();
        Assert.Equal(gone.Select(e => e.Seq), entry.Entries);
        Assert.Equal(
            Convert.ToHexStringLower(DisposalRecords.HashOf(gone.Select(e => (e.Seq, e.Leaf)))), record.EntriesSha256);

        static string Iso(DateOnly day) => day.ToString("O", null);
    }

    /// <summary>Killed between the journal and the keys: the next run destroys what is left, and records nothing twice.</summary>
    [Fact]
    public async Task Disposal_BrokenOffBeforeTheKeys_IsFinishedByTheNextRun()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, _) = await hub.Test.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("old"));
        await hub.LaterAsync(2);
        await RetentionHub.DecideAsync(police);

        Assert.Equal(1, await hub.DisposeContentsAsync("polisen"));
        Assert.Single(hub.KeyRows("polisen"));
        await hub.Test.RestartAsync();
        await hub.RunAsync();

        Assert.Empty(hub.KeyRows("polisen"));
        Assert.Single(await RetentionHub.DisposalsAsync(police));
    }

    /// <summary>More than a batch: each batch goes with its own record, and one that is done is not done again.</summary>
    [Fact]
    public async Task Disposal_BrokenOffBetweenBatches_GoesOnWhereItWas()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, _) = await hub.Test.AgreedPairAsync();
        await police.PushAsync(Enumerable.Range(0, 600).Select(i => Examples.Observation($"o{i}")));
        await hub.LaterAsync(2);
        await RetentionHub.DecideAsync(police);
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var lane = hub.Service<JournalLane>();
        lane.Moved += broken.Cancel;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => hub.Service<Disposals>().RunAsync(broken.Token));
        lane.Moved -= broken.Cancel;
        Assert.InRange(hub.Contents, 1, 599);
        Assert.Single(hub.KeyRows("polisen"));

        await hub.RunAsync();
        Assert.Equal(0, hub.Contents);
        Assert.Empty(hub.KeyRows("polisen"));
        var records = hub.Entries(EntryKind.Disposal).Select(e => DisposalEntry.Parser.ParseFrom(e.Content)).ToList();
        Assert.Equal(hub.Entries(EntryKind.Report).Select(e => e.Seq), records.SelectMany(r => r.Entries));
    }

    /// <summary>Prepared before midnight and received after it: a key's day is the day before its content's.</summary>
    [Fact]
    public async Task Key_OfTheDayBefore_StaysWhileAContentOfTheNextDayLiesUnderIt()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, _) = await hub.Test.AgreedPairAsync();
        var day = hub.Today;
        await police.SubmitAsync(Examples.Incident("on the day"));
        await police.SubmitAsync(Examples.Incident("over midnight"));
        var (early, late) = (hub.Entries(EntryKind.Report)[0], hub.Entries(EntryKind.Report)[1]);
        await hub.LaterAsync(2, () => Receive(hub, late.Seq, SwedishTime.StartOf(day.AddDays(1))));
        await RetentionHub.DecideAsync(police);

        await hub.RunAsync();
        Assert.Equal([late.Seq], hub.Entries(EntryKind.Report).Where(e => e.Content is not null).Select(e => e.Seq));
        Assert.Equal([day], hub.KeyRows("polisen"));

        await hub.LaterAsync(1);
        await hub.RunAsync();
        Assert.Equal(0, hub.Contents);
        Assert.Empty(hub.KeyRows("polisen"));
        Assert.NotEqual(early.Seq, late.Seq);
    }

    /// <summary>Nothing of the day's key is in any file of the hub: what it opened stays closed in every copy.</summary>
    [Fact]
    public async Task Key_OfADisposedDay_IsInNoFileOfTheHub()
    {
        await using var hub = await RetentionHub.StartAsync();
        var (police, _) = await hub.Test.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("old"));
        await hub.LaterAsync(2);
        await police.SubmitAsync(Examples.Incident("new"));
        var keyOfToday = SealedKey(hub, hub.Today);
        var key = SealedKey(hub, hub.Today.AddDays(-2));
        await RetentionHub.DecideAsync(police);
        Assert.NotEmpty(FilesWith(hub, key));

        await hub.RunAsync();

        Assert.Empty(FilesWith(hub, key));
        Assert.NotEmpty(FilesWith(hub, keyOfToday));
    }

    private static byte[] SealedKey(RetentionHub hub, DateOnly day)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(hub.Test.DataDirectory, "content-keys.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT sealed FROM content_key WHERE owner = 'polisen' AND day = $day";
        find.Parameters.AddWithValue("$day", day.DayNumber);
        return (byte[])find.ExecuteScalar()!;
    }

    private static List<string> FilesWith(RetentionHub hub, byte[] bytes) =>
    [
        .. Directory.EnumerateFiles(hub.Test.DataDirectory, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "hub.lock").Where(path =>
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var copy = new MemoryStream();
                file.CopyTo(copy);
                return copy.ToArray().AsSpan().IndexOf(bytes) >= 0;
            }),
    ];

    // As if the lane had taken it later than it was prepared.
    private static void Receive(RetentionHub hub, long seq, DateTimeOffset at)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(hub.Test.DataDirectory, "hub.db")};Pooling=False");
        connection.Open();
        using var update = connection.CreateCommand();
        update.CommandText = "UPDATE report SET at = $at WHERE seq >= $seq; UPDATE journal_entry SET at = $at WHERE seq >= $seq";
        update.Parameters.AddWithValue("$at", JournalTime.ToMicros(at));
        update.Parameters.AddWithValue("$seq", seq);
        update.ExecuteNonQuery();
    }
}
