using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Tests.Journal;

public sealed class JournalLaneTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Noon = new(2024, 5, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly string path = Directory.CreateTempSubdirectory("trygghethub-lane-").FullName;
    private readonly FakeTimeProvider time = new(Noon);
    private readonly DataDirectory directory;
    private readonly HubDatabase database;
    private JournalLane lane;

    public JournalLaneTests()
    {
        directory = DataDirectory.Open(path);
        database = new HubDatabase(directory);
        lane = new JournalLane(database, time, NullLogger<JournalLane>.Instance);
    }

    [Fact]
    public async Task Append_ManyPieces_NumbersFromOneWithoutGap()
    {
        var points = new List<JournalPoint>();
        for (var i = 0; i < 50; i++)
        {
            points.Add(await AppendAsync());
        }

        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), points.Select(p => p.Seq));
        Assert.Equal(points.Select(p => p.Seq), Entries().Select(e => e.Seq));
    }

    [Fact]
    public async Task JournalTime_ClockSetBack_DoesNotGoBack()
    {
        var before = await AppendAsync();
        time.AdjustTime(Noon - TimeSpan.FromHours(3));
        var during = await AppendAsync();
        time.AdjustTime(Noon + TimeSpan.FromMinutes(1));
        var after = await AppendAsync();

        Assert.Equal(Noon, before.At);
        Assert.Equal(Noon, during.At);
        Assert.Equal(Noon + TimeSpan.FromMinutes(1), after.At);
    }

    [Fact]
    public async Task Lane_OpenedAgainWithTheClockBehind_GoesOnWhereItStopped()
    {
        await AppendAsync();
        var last = await AppendAsync();
        await lane.DisposeAsync();
        time.AdjustTime(Noon - TimeSpan.FromDays(1));
        lane = new JournalLane(database, time, NullLogger<JournalLane>.Instance);

        Assert.Equal(new JournalPoint(3, last.At), await AppendAsync());
    }

    [Fact]
    public async Task GroupedWork_QueuedTogether_SharesOneCommitAndAnswersAfterIt()
    {
        using var held = await HoldAsync();
        var works = Enumerable.Range(0, 20).Select(_ => new AppendWork(Count)).ToList();
        foreach (var work in works)
        {
            await lane.EnqueueAsync(work, Token);
        }

        held.Release();
        var outcomes = await Task.WhenAll(works.Select(w => w.Done));

        Assert.Single(outcomes.Select(o => o.Commit).Distinct());
        // Each asked a reader's connection the moment it was told: all of the group was there.
        Assert.All(outcomes, o => Assert.Equal(20, o.Visible));
    }

    [Fact]
    public async Task WorkAlone_QueuedBetweenGrouped_SharesNoCommit()
    {
        using var held = await HoldAsync();
        var first = new AppendWork(Count);
        var last = new AppendWork(Count);
        await lane.EnqueueAsync(first, Token);
        var alone = lane.WriteAsync(t => t.Append(EntryKind.Agreement, [1]), null, Token);
        await lane.EnqueueAsync(last, Token);
        held.Release();

        Assert.Equal(2, (await alone).Seq);
        Assert.True((await last.Done).Commit - (await first.Done).Commit >= 2);
    }

    [Fact]
    public async Task Work_ThatThrowsInAGroup_RollsBackItselfAlone()
    {
        using var held = await HoldAsync();
        var works = new[]
        {
            new AppendWork(Count), new AppendWork(Count, fault: new InvalidOperationException("at fault")), new AppendWork(Count),
        };
        foreach (var work in works)
        {
            await lane.EnqueueAsync(work, Token);
        }

        held.Release();

        Assert.True((await works[0].Done).Commit > 0);
        Assert.Equal("at fault", (await Assert.ThrowsAsync<InvalidOperationException>(() => works[1].Done)).Message);
        Assert.True((await works[2].Done).Commit > 0);
        Assert.Equal([1L, 2L], Entries().Select(e => e.Seq));
        Assert.Equal(3, (await AppendAsync()).Seq);
    }

    [Fact]
    public async Task WorkAlone_ThatThrows_ReachesItsCallerAndLeavesNothing()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => lane.WriteAsync<int>(
            t =>
            {
                t.Append(EntryKind.Agreement, [1]);
                throw new InvalidOperationException();
            },
            _ => Assert.Fail("What was rolled back must not be published."), Token));

        Assert.Empty(Entries());
        Assert.Equal(1, (await AppendAsync()).Seq);
    }

    [Fact]
    public async Task Published_BeforeTheNextWorkRuns_IsDone()
    {
        var published = 0;
        using var held = await HoldAsync();
        var first = lane.WriteAsync(t => t.Append(EntryKind.Agreement, [1]), _ => published++, Token);
        var second = lane.WriteAsync(_ => published, null, Token);
        held.Release();

        await first;
        Assert.Equal(1, await second);
    }

    [Fact]
    public async Task Published_ThatThrows_FailsItsCallerAndAllBehindAndStopsTheLane()
    {
        using var held = await HoldAsync();
        var first = lane.WriteAsync(
            t => t.Append(EntryKind.Agreement, [1]), _ => throw new InvalidOperationException("not published"), Token);
        var behind = new AppendWork(Count);
        await lane.EnqueueAsync(behind, Token);
        held.Release();

        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        await Assert.ThrowsAsync<InvalidOperationException>(() => behind.Done);
        await lane.DisposeAsync();
        Assert.False(lane.IsRunning);
    }

    [Fact]
    public async Task Answer_ThatThrowsInAGroup_LeavesNoneOfTheGroupUnanswered()
    {
        using var held = await HoldAsync();
        var first = new AppendWork(() => throw new InvalidOperationException("answer at fault"));
        var second = new AppendWork(Count);
        await lane.EnqueueAsync(first, Token);
        await lane.EnqueueAsync(second, Token);
        held.Release();

        await Assert.ThrowsAsync<InvalidOperationException>(() => first.Done);
        await Assert.ThrowsAsync<InvalidOperationException>(() => second.Done);
    }

    [Fact]
    public async Task Dispose_WithWorkQueued_FinishesItAndRefusesMore()
    {
        using var held = await HoldAsync();
        var queued = new AppendWork(() => 0);
        await lane.EnqueueAsync(queued, Token);
        var disposing = lane.DisposeAsync();
        held.Release();
        await disposing;

        Assert.True((await queued.Done).Commit > 0);
        var refused = await Assert.ThrowsAsync<HubException>(() => AppendAsync());
        Assert.Equal(ErrorReason.Unavailable, refused.Refusal.Reason);
    }

    [Fact]
    public async Task Writer_WhenOpen_IsDurableByWalAndFullSync()
    {
        var (mode, sync) = await lane.WriteAsync(
            t => (Ask(t.Connection, "PRAGMA journal_mode"), Ask(t.Connection, "PRAGMA synchronous")), null, Token);

        Assert.Equal("wal", mode);
        Assert.Equal(2L, sync);
    }

    [Fact]
    public void Reader_ThatWrites_IsRefused()
    {
        using var reader = database.OpenReader();

        Assert.Throws<SqliteException>(() => Ask(reader, "DELETE FROM journal_entry"));
    }

    [Fact]
    public void DataDirectory_HeldByAHub_RefusesASecond() =>
        Assert.Contains("Another hub runs", Assert.Throws<IOException>(() => DataDirectory.Open(path)).Message, StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await lane.DisposeAsync();
        directory.Dispose();
        Directory.Delete(path, recursive: true);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static object? Ask(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private Task<JournalPoint> AppendAsync() =>
        lane.WriteAsync(t => t.Append(EntryKind.Agreement, [1, 2, 3]), published: null, Token);

    // Occupies the lane, so that what is queued meanwhile is there together.
    private async Task<SemaphoreSlim> HoldAsync()
    {
        var entered = new TaskCompletionSource();
        var release = new SemaphoreSlim(0);
        _ = lane.WriteAsync(
            _ =>
            {
                entered.SetResult();
                release.Wait();
                return 0;
            },
            null, Token);
        await entered.Task;
        return release;
    }

    private int Count() => Entries().Count;

    private List<(long Seq, long At)> Entries()
    {
        using var reader = database.OpenReader();
        using var command = reader.CreateCommand();
        command.CommandText = "SELECT seq, at FROM journal_entry ORDER BY seq";
        using var row = command.ExecuteReader();
        var entries = new List<(long, long)>();
        while (row.Read())
        {
            entries.Add((row.GetInt64(0), row.GetInt64(1)));
        }

        return entries;
    }

    /// <summary>Appends one entry; when it is told of the commit, it looks at what a reader sees.</summary>
    private sealed class AppendWork(Func<int> look, Exception? fault = null) : JournalWork
    {
        private readonly TaskCompletionSource<(long Commit, int Visible)> done =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<(long Commit, int Visible)> Done => done.Task;

        public override int Weight => 1;

        public override bool Grouped => true;

        public override void Execute(JournalTransaction transaction)
        {
            transaction.Append(EntryKind.Agreement, [4]);
            if (fault is not null)
            {
                throw fault;
            }
        }

        public override void Committed(long commit) => done.SetResult((commit, look()));

        public override void Failed(Exception reason) => done.TrySetException(reason);
    }
}
