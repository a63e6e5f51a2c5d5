using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Quartz;
using TrygghetHub.Client;
using TrygghetHub.Operations.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Pictures;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Pictures.Weeks;

public sealed class WeekRemindersTests
{
    [Theory]
    [InlineData("said nothing", true)]
    [InlineData("an exercise", true)]
    [InlineData("as context", true)]
    [InlineData("withdrawn", true)]
    [InlineData("another week", true)]
    [InlineData("reported", false)]
    [InlineData("complete", false)]
    [InlineData("nothing to report", false)]
    public async Task Reminder_AtTheSoftDeadline_GoesToTheSilentAlone(string did, bool expected)
    {
        var (time, week) = MidWeek();
        await using var hub = await StartAsync(time);
        var (police, _) = await hub.AgreedPairAsync();
        await DoAsync(police, week, did);
        AdvanceTo(time, WeeklyCycle.Default.SoftDeadlineOf(week));

        await RemindAsync(hub);

        var listed = await WeekAsync(police, week);
        Assert.Equal(expected, listed.ReminderTime is not null);
        Assert.Equal(expected, listed.WordMissing);
        Assert.Equal(expected ? 1 : 0, Reminders(hub).Count);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 1)]
    public async Task Reminder_BeforeTheSoftDeadline_IsNotSent(int secondsAfter, int expected)
    {
        var (time, week) = MidWeek();
        await using var hub = await StartAsync(time);
        await hub.AgreedPairAsync();
        AdvanceTo(time, WeeklyCycle.Default.SoftDeadlineOf(week).AddSeconds(secondsAfter));

        await RemindAsync(hub);

        Assert.Equal(expected, Reminders(hub).Count);
    }

    [Fact]
    public async Task Reminder_AfterTheFreeze_IsNotSent()
    {
        var (time, week) = MidWeek();
        await using var hub = await StartAsync(time);
        await hub.AgreedPairAsync();
        AdvanceTo(time, WeeklyCycle.Default.FreezeOf(week));

        await RemindAsync(hub);

        Assert.Empty(Reminders(hub));
    }

    [Fact]
    public async Task Reminder_OfAPartnerThatIsSuspended_IsNotSent()
    {
        var (time, week) = MidWeek();
        await using var hub = await StartAsync(time);
        await hub.AgreedPairAsync();
        await hub.Operator.Partners.SuspendPartnerAsync(
            new SuspendPartnerRequest { Name = "partners/polisen", Reason = "A lost laptop." }, cancellationToken: Token);
        AdvanceTo(time, WeeklyCycle.Default.SoftDeadlineOf(week));

        await RemindAsync(hub);

        Assert.Empty(Reminders(hub));
    }

    [Fact]
    public async Task Reminder_OfAWeekBeforeTheAgreement_IsNotSent()
    {
        var (time, week) = MidWeek();
        AdvanceTo(time, WeeklyCycle.Default.SoftDeadlineOf(week));
        await using var hub = await StartAsync(time);
        var (police, _) = await hub.AgreedPairAsync();

        await RemindAsync(hub);

        Assert.Empty(Reminders(hub));
        Assert.All(await WeeksAsync(police), w => Assert.Equal(week.Plus(1), new IsoWeek(w.Week.Year, w.Week.Week)));
    }

    [Fact]
    public async Task Reminder_OfAJobThatRunsAgainAndAfterARestart_IsOne()
    {
        var (time, week) = MidWeek();
        await using var hub = await StartAsync(time);
        await hub.AgreedPairAsync();
        // A second compiler of the same municipality waits for the same word.
        await hub.PartnerAsync("habo", PartnerKind.MunicipalUnit);
        await hub.AgreeAsync(Examples.Agreement("other", "polisen", "habo"));
        AdvanceTo(time, WeeklyCycle.Default.SoftDeadlineOf(week));

        await Task.WhenAll(RemindAsync(hub), RemindAsync(hub));
        await hub.RestartAsync();
        await RemindAsync(hub);

        var reminder = Assert.Single(Reminders(hub));
        Assert.Equal(("polisen", "0139", week), (reminder.Partner, reminder.Municipality, new IsoWeek(reminder.Week.Year, reminder.Week.Week)));
        Assert.Equal(WeeklyCycle.Default.SoftDeadlineOf(week), reminder.SoftDeadlineTime.ToDateTimeOffset());
        Assert.Equal(WeeklyCycle.Default.FreezeOf(week), reminder.FreezeTime.ToDateTimeOffset());
    }

    [Fact]
    public async Task Reminder_OfAMunicipalityWithItsOwnCycle_ComesAtItsOwnDeadline()
    {
        var (time, week) = MidWeek();
        await using var hub = await StartAsync(time, new HubSettings
        {
            Cycles = new Dictionary<string, CycleSettings>
            {
                ["0139"] = new() { SoftDeadline = "WED 15:00", Freeze = "THU 08:00", Compile = "THU 08:05", Meeting = "FRI 09:00" },
            },
        });
        var (police, municipality) = await hub.AgreedPairAsync();

        // Two hours of Tuesday: the default cycle's freeze has come, this one's deadline has not.
        AdvanceTo(time, WeeklyCycle.Default.FreezeOf(week).AddHours(2));
        await RemindAsync(hub);
        await CompileAsync(hub);
        Assert.Empty(Reminders(hub));
        await Refused.ForAsync("NOT_FOUND", () => municipality.PictureAsync(week.Year, week.Week));
        AdvanceTo(time, hub.Hub.Services.GetRequiredService<WeeklyCycles>().Of("0139").SoftDeadlineOf(week));
        await RemindAsync(hub, WeeklyCycles.DefaultName);
        Assert.Empty(Reminders(hub));
        await RemindAsync(hub, "0139");
        Assert.Single(Reminders(hub));

        AdvanceTo(time, hub.Hub.Services.GetRequiredService<WeeklyCycles>().Of("0139").FreezeOf(week));
        await CompileAsync(hub);
        Assert.Equal(1, (await municipality.PictureAsync(week.Year, week.Week)).Revision);
        Assert.Equal(time.GetUtcNow(), (await WeekAsync(police, week)).FreezeTime.ToDateTimeOffset());
    }

    [Fact]
    public async Task Weeks_OfWhoReportsNothing_AreNone()
    {
        await using var hub = await TestHub.StartAsync();
        var (_, municipality) = await hub.AgreedPairAsync();
        var stranger = await hub.PartnerAsync("vaktbolag", PartnerKind.GuardCompany);

        Assert.Empty(await WeeksAsync(municipality));
        Assert.Empty(await WeeksAsync(stranger));
        await Refused.ForAsync("AREA_UNKNOWN", () => WeeksAsync(stranger, "0199"));
        await Refused.ForAsync("FIELD_INVALID", () => WeeksAsync(stranger, pageSize: -1));
        await Refused.ForAsync("PERMISSION_MISSING", () => WeeksAsync(hub.Operator));
    }

    [Fact]
    public async Task Weeks_OfASender_SayWhatItSaidAndWhenItWouldBeTooLate()
    {
        var (time, week) = MidWeek();
        await using var hub = await StartAsync(time);
        var (police, _) = await hub.AgreedPairAsync();
        await police.ConfirmAsync(week.Year, week.Week, WeekStatement.NothingToReport);
        AdvanceTo(time, WeeklyCycle.Default.SoftDeadlineOf(week.Plus(6)));
        await police.SubmitAsync(Examples.Incident("late", week.Plus(5).Start.AddHours(1)));
        await RemindAsync(hub);

        var weeks = await WeeksAsync(police);
        var all = await WeeksAsync(police, pageSize: 1_000);

        // The week that runs waits for no word yet.
        Assert.Equal(
            [(7, false, false, false), (6, true, false, true), (5, false, true, false), (4, true, false, false), (3, true, false, false)],
            weeks.Select(w => (w.Week.Week - week.Week + ((w.Week.Year - week.Year) * IsoWeek.WeeksIn(week.Year)), w.WordMissing, w.HasReports, w.ReminderTime is not null)));
        Assert.Equal(8, all.Count);
        Assert.Equal(WeekStatement.NothingToReport, all[^1].Statement);
        Assert.NotNull(all[^1].ConfirmTime);
        Assert.Equal(WeeklyCycle.Default.SoftDeadlineOf(week.Plus(6)), weeks[1].SoftDeadlineTime.ToDateTimeOffset());
        Assert.Equal(WeeklyCycle.Default.FreezeOf(week.Plus(6)), weeks[1].FreezeTime.ToDateTimeOffset());
        Assert.Equal(("0139", "Upplands-Bro"), (weeks[1].Municipality, weeks[1].MunicipalityName));
    }

    [Fact]
    public async Task Status_OfTheHub_SaysWhoHasNotConfirmedSinceWhenWhetherOrNotItHasSent()
    {
        var (time, week) = MidWeek();
        await using var hub = await StartAsync(time);
        var (police, _) = await hub.AgreedPairAsync();
        await police.ConfirmAsync(week.Year, week.Week, WeekStatement.Complete);
        AdvanceTo(time, WeeklyCycle.Default.SoftDeadlineOf(week.Plus(1)).AddSeconds(-1));
        Assert.DoesNotContain(await StatusAsync(hub), i => i.Subject == "Reporting of polisen");

        AdvanceTo(time, WeeklyCycle.Default.SoftDeadlineOf(week.Plus(2)));
        var before = await StatusAsync(hub);
        await police.SubmitAsync(Examples.Incident("sent", week.Plus(1).Start.AddDays(2)));
        await police.SubmitAsync(Examples.Incident("sent too", week.Plus(2).Start.AddDays(2)));
        Assert.Equal(before, await StatusAsync(hub));
        var silent = Assert.Single(await StatusAsync(hub), i => i.Subject == "Reporting of polisen");

        Assert.Equal((StatusLevel.Warning, $"has not confirmed 0139 since {week.Plus(1)}"), (silent.Level, silent.Text));
        await police.ConfirmAsync(week.Plus(2).Year, week.Plus(2).Week, WeekStatement.Complete);
        Assert.DoesNotContain(await StatusAsync(hub), i => i.Subject == "Reporting of polisen");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Six weeks and more back: certificates are judged by the machine's clock, and these tests go forward from there.
    private static (FakeTimeProvider Time, IsoWeek Week) MidWeek()
    {
        var week = IsoWeek.Of(TimeProvider.System.GetUtcNow()).Plus(-8);
        return (new FakeTimeProvider(week.Start.AddDays(3)), week);
    }

    // Jobs run where a test runs them: the clock of these tests passes their times too.
    private static async Task<TestHub> StartAsync(TimeProvider time, HubSettings? settings = null)
    {
        var hub = await TestHub.StartAsync(time, settings: settings);
        var scheduler = await hub.Hub.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(Token);
        await scheduler.Standby(Token);
        return hub;
    }

    private static Task CompileAsync(TestHub hub) =>
        hub.Hub.Services.GetRequiredService<WeeklySchedule>().CompileFrozenAsync(null, null, Token);

    private static void AdvanceTo(FakeTimeProvider time, DateTimeOffset at) => time.Advance(at - time.GetUtcNow());

    private static Task RemindAsync(TestHub hub, string? cycle = null) =>
        hub.Hub.Services.GetRequiredService<WeekReminders>().RemindAsync(cycle, Token);

    private static async Task<IReadOnlyList<ReportingWeek>> WeeksAsync(HubClient partner, string municipality = "", int pageSize = 0) =>
        (await partner.Pictures.ListWeeksAsync(
            new ListWeeksRequest { Municipality = municipality, PageSize = pageSize }, cancellationToken: Token)).Weeks;

    private static async Task<ReportingWeek> WeekAsync(HubClient partner, IsoWeek week) =>
        (await WeeksAsync(partner)).Single(w => (w.Week.Year, w.Week.Week) == (week.Year, week.Week));

    private static async Task<IReadOnlyList<StatusItem>> StatusAsync(TestHub hub) =>
        (await hub.Operator.Operations.GetStatusAsync(new GetStatusRequest(), cancellationToken: Token)).Items;

    private static List<WeekReminderEntry> Reminders(TestHub hub)
    {
        using var connection = hub.Hub.Services.GetRequiredService<HubDatabase>().OpenReader();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT content FROM journal_entry WHERE kind = {(int)EntryKind.WeekReminder}";
        using var row = command.ExecuteReader();
        var reminders = new List<WeekReminderEntry>();
        while (row.Read())
        {
            reminders.Add(WeekReminderEntry.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)));
        }

        return reminders;
    }

    private static async Task DoAsync(HubClient police, IsoWeek week, string did)
    {
        var incident = Examples.Incident("one", week.Start.AddHours(1));
        switch (did)
        {
            case "an exercise":
                incident.Report.Exercise = true;
                await police.SubmitAsync(incident);
                break;
            case "as context":
                incident.Report.ContextOnly = true;
                await police.SubmitAsync(incident);
                break;
            case "withdrawn":
                await police.SubmitAsync(incident);
                await police.WithdrawIncidentAsync("one");
                break;
            case "another week":
                await police.SubmitAsync(Examples.Incident("one", week.Start.AddHours(-1)));
                break;
            case "reported":
                await police.SubmitAsync(incident);
                break;
            case "complete":
                await police.ConfirmAsync(week.Year, week.Week, WeekStatement.Complete);
                break;
            case "nothing to report":
                await police.ConfirmAsync(week.Year, week.Week, WeekStatement.NothingToReport);
                break;
            default:
                break;
        }
    }
}
