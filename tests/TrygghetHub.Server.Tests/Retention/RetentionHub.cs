using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Client;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Retention;
using TrygghetHub.Server.Tests.Platform.Access;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Retention;

/// <summary>A hub on a clock of its own, from a Swedish noon some days ago; days go by while it stands.</summary>
internal sealed class RetentionHub : IAsyncDisposable
{
    // What is certified on the way must hold for clients, whose clock is the machine's.
    private const int DaysAgo = 6;

    private readonly CancellationTokenSource deadline = new(RunningStream.Patience);

    private RetentionHub(TestHub test, FakeTimeProvider time)
    {
        Test = test;
        Time = time;
    }

    public TestHub Test { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>Only so that what hangs has a name: nothing is timed.</summary>
    public CancellationToken Token => deadline.Token;

    /// <summary>The Swedish day on the hub's clock.</summary>
    public DateOnly Today => SwedishTime.DayOf(Time.GetUtcNow());

    public static async Task<RetentionHub> StartAsync()
    {
        var noon = SwedishTime.ToUtc(SwedishTime.ToLocal(TimeProvider.System.GetUtcNow()).Date.AddDays(-DaysAgo).AddHours(12));
        var time = new FakeTimeProvider(noon);
        return new RetentionHub(await TestHub.StartAsync(time), time);
    }

    /// <summary>Lets Swedish days go by, with what happens to the hub's files while it stands.</summary>
    public async Task LaterAsync(int days, Action? meanwhile = null)
    {
        await Test.RestartAsync(meanwhile: () =>
        {
            Time.SetUtcNow(SwedishTime.ToUtc(Today.AddDays(days).ToDateTime(new TimeOnly(12, 0))));
            meanwhile?.Invoke();
        });
        await IdleAsync();
    }

    /// <summary>Disposes of what is due.</summary>
    public Task RunAsync() => Service<Disposals>().RunAsync(Token);

    public T Service<T>()
        where T : notnull => Test.Hub.Services.GetRequiredService<T>();

    public static async Task<TrygghetHub.Retention.V1.RetentionDecision> DecideAsync(
        HubClient by, int days = 1, RetentionClass @class = RetentionClass.Report, string reference = "KS2026/123") =>
        (await by.Retention.DecideRetentionAsync(new DecideRetentionRequest
        {
            RetentionClass = @class,
            Days = days,
            Keep = days == 0,
            DecisionReference = reference,
        })).Decision;

    public static async Task<TrygghetHub.Retention.V1.LegalHold> HoldAsync(
        HubClient by, TrygghetHub.Retention.V1.HoldScope? scope = null, string reference = "KS2026/124") =>
        (await by.Retention.PlaceLegalHoldAsync(new PlaceLegalHoldRequest
        {
            Scope = scope,
            Reference = reference,
            Reason = "Tillsynen begär det.",
        })).Hold;

    public static async Task<DisposalForecast> PreviewAsync(HubClient by, DateTimeOffset? at = null) =>
        (await by.Retention.PreviewDisposalAsync(new PreviewDisposalRequest { AsOf = at?.ToTimestamp() })).Forecasts.Single();

    public static async Task<IReadOnlyList<Disposal>> DisposalsAsync(HubClient by) =>
        (await by.Retention.ListDisposalsAsync(new ListDisposalsRequest())).Disposals;

    /// <summary>Every entry of some kinds, in order, as the file holds it.</summary>
    public IReadOnlyList<StoredEntry> Entries(params EntryKind[] kinds)
    {
        using var connection = Service<HubDatabase>().OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT seq, kind, at, envelope_hash, salted_hash, nonce, content, leaf FROM journal_entry
            WHERE kind IN ({string.Join(',', kinds.Select(k => (int)k))}) ORDER BY seq
            """;
        using var row = find.ExecuteReader();
        var entries = new List<StoredEntry>();
        while (row.Read())
        {
            entries.Add(new StoredEntry(
                row.GetInt64(0), (EntryKind)row.GetInt16(1), row.GetInt64(2), Blob(row, 3)!, Blob(row, 4)!, Blob(row, 5),
                Blob(row, 6), Blob(row, 7)!));
        }

        return entries;

        static byte[]? Blob(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);
    }

    /// <summary>How many reports and withdrawals still have a content.</summary>
    public int Contents => Entries(EntryKind.Report, EntryKind.Withdrawal).Count(e => e.Content is not null);

    /// <summary>Days of keys that there are of a partner, up to today.</summary>
    public IReadOnlyList<DateOnly> KeyDays(string partner) => Service<ContentKeys>().DaysBefore(partner, Today.AddDays(1));

    /// <summary>Days that a partner's rows in the keys' file are of, as anybody reads them who has the file.</summary>
    public IReadOnlyList<DateOnly> KeyRows(string partner)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Test.DataDirectory, "content-keys.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT day FROM content_key WHERE owner = $owner ORDER BY day";
        find.Parameters.AddWithValue("$owner", partner);
        using var row = find.ExecuteReader();
        var days = new List<DateOnly>();
        while (row.Read())
        {
            days.Add(DateOnly.FromDayNumber(row.GetInt32(0)));
        }

        return days;
    }

    /// <summary>The two steps of a disposal, to be broken off between them.</summary>
    public Task<long> DisposeContentsAsync(string partner) =>
        Service<ReportDisposal>().DisposeContentsAsync(new PartnerId(partner), Token);

    public async ValueTask DisposeAsync()
    {
        await Test.DisposeAsync();
        deadline.Dispose();
    }

    // The run that each start makes is over: what a test does next is done by the test.
    private async Task IdleAsync()
    {
        // The nightly trigger stays; the start's own goes when it has fired, and a firing when it is over.
        await using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(Test.DataDirectory, "jobs.db")};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(Token);
        await using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT (SELECT COUNT(*) FROM QRTZ_TRIGGERS WHERE JOB_NAME = $job)
              + 2 * (SELECT COUNT(*) FROM QRTZ_FIRED_TRIGGERS WHERE JOB_NAME = $job OR JOB_NAME IS NULL)
            """;
        find.Parameters.AddWithValue("$job", DisposalJob.Key.Name);
        while ((long)(await find.ExecuteScalarAsync(Token))! != 1)
        {
            Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
