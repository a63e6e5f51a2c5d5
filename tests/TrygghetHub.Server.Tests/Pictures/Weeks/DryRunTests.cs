using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Quartz;
using TrygghetHub.Client;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Tests.Pictures.Weeks;

public sealed class DryRunTests
{
    [Fact]
    public async Task DryRun_OfWhatTheCallerMayNotSeeOrHasNotBegun_IsRefusedAsTheRunIs()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();

        await Refused.ForAsync("PERMISSION_MISSING", () => WouldAsync(police, new IsoWeek(2024, 20)));
        await Refused.ForAsync("WEEK_INVALID", () => WouldAsync(municipality, new IsoWeek(2099, 20)));
    }

    [Fact]
    public async Task DryRun_OfAWeek_SaysWhatTheRunThenDoesAndWritesNothing()
    {
        var week = IsoWeek.Of(TimeProvider.System.GetUtcNow()).Plus(-1);
        var time = new FakeTimeProvider(week.Start.AddDays(3));
        await using var hub = await TestHub.StartAsync(time);
        // The weekly jobs would write of themselves when the clock passes their times.
        var scheduler = await hub.Hub.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(TestContext.Current.CancellationToken);
        await scheduler.Standby(TestContext.Current.CancellationToken);
        var (police, municipality) = await hub.AgreedPairAsync();
        await police.SubmitAsync(Examples.Incident("one", week.Start.AddHours(1)));

        await ExpectAsync(CompilationEffect.Make, revision: null, compiled: true);
        await ExpectAsync(CompilationEffect.Nothing, revision: 0, compiled: false);
        await police.SubmitAsync(Examples.Incident("two", week.Start.AddHours(1)));
        await ExpectAsync(CompilationEffect.Make, revision: 0, compiled: true);
        time.Advance(WeeklyCycle.Default.FreezeOf(week) - time.GetUtcNow());
        await ExpectAsync(CompilationEffect.Make, revision: 0, compiled: true);
        await ExpectAsync(CompilationEffect.Nothing, revision: 1, compiled: false);
        await police.SubmitAsync(Examples.Incident("three", week.Start.AddHours(1)));
        await ExpectAsync(CompilationEffect.MakeRevision, revision: 1, compiled: true);
        await ExpectAsync(CompilationEffect.Nothing, revision: 2, compiled: false);

        async Task ExpectAsync(CompilationEffect effect, int? revision, bool compiled)
        {
            var before = Written(hub);
            var would = await WouldAsync(municipality, week);
            Assert.Equal((effect, revision, false), (would.Would, would.Picture?.Revision, would.Compiled));
            Assert.Equal(before, Written(hub));

            var done = await municipality.CompileAsync(week.Year, week.Week);
            Assert.Equal((compiled, CompilationEffect.Unspecified), (done.Compiled, done.Would));
        }
    }

    // What compiling writes; the feed has entries of its own as time goes by.
    private static long Written(TestHub hub)
    {
        using var connection = hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText =
            $"SELECT count(*) FROM journal_entry WHERE kind IN ({(int)EntryKind.Picture}, {(int)EntryKind.Freeze})";
        return (long)command.ExecuteScalar()!;
    }

    private static async Task<CompilePictureResponse> WouldAsync(HubClient partner, IsoWeek week) =>
        await partner.Pictures.CompilePictureAsync(
            new CompilePictureRequest { Municipality = "0139", Week = new WireWeek { Year = week.Year, Week = week.Week }, DryRun = true },
            cancellationToken: TestContext.Current.CancellationToken);
}
