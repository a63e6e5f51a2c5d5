using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
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
            using var connection = hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
            var before = JournalReader.Last(connection).Seq;
            var would = await WouldAsync(municipality, week);
            Assert.Equal((effect, revision, false), (would.Would, would.Picture?.Revision, would.Compiled));
            Assert.Equal(before, JournalReader.Last(connection).Seq);

            var done = await municipality.CompileAsync(week.Year, week.Week);
            Assert.Equal((compiled, CompilationEffect.Unspecified), (done.Compiled, done.Would));
        }
    }

    private static async Task<CompilePictureResponse> WouldAsync(HubClient partner, IsoWeek week) =>
        await partner.Pictures.CompilePictureAsync(
            new CompilePictureRequest { Municipality = "0139", Week = new WireWeek { Year = week.Year, Week = week.Week }, DryRun = true },
            cancellationToken: TestContext.Current.CancellationToken);
}
