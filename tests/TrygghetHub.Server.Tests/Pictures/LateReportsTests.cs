using Microsoft.Extensions.Time.Testing;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Tests.Pictures.Reviews;
using TrygghetHub.Server.Tests.Reports;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Pictures;

/// <summary>A picture stays as it was counted, and tells what has come since.</summary>
public sealed class LateReportsTests
{
    [Fact]
    public async Task Picture_AfterLateReports_TellsThemAndKeepsItsBytes()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        foreach (var name in (string[])["kept", "corrected", "withdrawn", "moved"])
        {
            await police.SubmitAsync(Examples.Incident(name));
        }

        await municipality.CompileAsync(2024, 20);
        var before = await municipality.PictureAsync(2024, 20);
        Assert.Null(before.LateChanges);

        await police.SubmitAsync(Examples.Incident("late"));
        var corrected = Examples.Incident("corrected");
        corrected.Report.Revision = 2;
        corrected.Report.Category = "littering";
        await police.SubmitAsync(corrected);
        var moved = Examples.Incident("moved", Examples.InWeek20.AddDays(7));
        moved.Report.Revision = 2;
        await police.SubmitAsync(moved);
        await police.WithdrawIncidentAsync("withdrawn");
        var after = await municipality.PictureAsync(2024, 20);

        Assert.Equal(new LateChanges { Added = 1, Corrected = 1, Withdrawn = 2 }, after.LateChanges);
        after.LateChanges = null;
        Assert.Equal(before, after);
        await municipality.CompileAsync(2024, 20);
        Assert.Null((await municipality.PictureAsync(2024, 20)).LateChanges);
        Assert.NotNull((await municipality.PictureAsync(2024, 20, revision: before.Revision)).LateChanges);
    }

    [Fact]
    public async Task Picture_AfterWhatItsCompilerMayNotSee_TellsNothing()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await ScreenedIntakeTests.PairAsync(hub, terms => terms.Flows[0].FinestTime = TimeGranularity.Day);
        var guards = await hub.PartnerAsync("vakter", PartnerKind.GuardCompany);
        await hub.PartnerAsync("skolan", PartnerKind.School);
        await hub.AgreeAsync(Examples.Agreement("others", "vakter", "skolan"));
        await municipality.CompileAsync(2024, 20);

        await guards.SubmitAsync(Examples.Incident("another's"));
        var red = Examples.Incident("red");
        red.Report.Tlp = Tlp.Red;
        await police.SubmitAsync(red);
        var exercise = Examples.Incident("exercise");
        exercise.Report.Exercise = true;
        await police.SubmitAsync(exercise);
        // Shown by the day, so not before the day is over.
        await police.SubmitAsync(Examples.Incident("held"));

        Assert.Null((await municipality.PictureAsync(2024, 20)).LateChanges);
    }

    /// <summary>A word that its compiler does not wait for, of another week, or that says what was said is no change.</summary>
    [Fact]
    public async Task Picture_AfterAWordThatChangesNothing_TellsNothing()
    {
        await using var hub = await TestHub.StartAsync();
        var (police, municipality) = await hub.AgreedPairAsync();
        var guards = await hub.PartnerAsync("vakter", PartnerKind.GuardCompany);
        await hub.PartnerAsync("skolan", PartnerKind.School);
        await hub.AgreeAsync(Examples.Agreement("others", "vakter", "skolan"));
        await police.ConfirmAsync(2024, 20, WeekStatement.Complete);
        await municipality.CompileAsync(2024, 20);

        await guards.ConfirmAsync(2024, 20, WeekStatement.NothingToReport);
        await police.ConfirmAsync(2024, 20, WeekStatement.Complete);
        await police.ConfirmAsync(2024, 21, WeekStatement.Complete);
        await police.ConfirmAsync(2024, 20, WeekStatement.NothingToReport);
        await police.ConfirmAsync(2024, 20, WeekStatement.Complete);

        Assert.Null((await municipality.PictureAsync(2024, 20)).LateChanges);
    }

    /// <summary>"Nothing to report" after the freeze is news: the approved picture says that nobody knows.</summary>
    [Fact]
    public async Task ApprovedWeek_WhoseSilentSourceAnswersLate_IsRevisedByTheWeeklyJob()
    {
        var week = IsoWeek.Of(TimeProvider.System.GetUtcNow()).Plus(-1);
        var time = new FakeTimeProvider(week.Start.AddDays(3));
        await using var hub = await TestHub.StartAsync(time);
        var (police, municipality) = await hub.AgreedPairAsync();
        time.Advance(WeeklyCycle.Default.FreezeOf(week) - time.GetUtcNow());
        await hub.Hub.RunWeeklyPicturesAsync(cancellation: TestContext.Current.CancellationToken);
        var silent = await municipality.PictureAsync(week.Year, week.Week);
        Assert.Equal(CoverageStatus.Missing, Assert.Single(silent.Coverage).Status);
        await municipality.ApproveAsync(await municipality.StartReviewAsync(silent));

        await police.ConfirmAsync(week.Year, week.Week, WeekStatement.NothingToReport);
        Assert.Equal(new LateChanges { Answered = 1 }, (await municipality.PictureAsync(week.Year, week.Week)).LateChanges);
        time.Advance(TimeSpan.FromMinutes(5));
        await hub.Hub.RunWeeklyPicturesAsync(cancellation: TestContext.Current.CancellationToken);

        var revised = await municipality.PictureAsync(week.Year, week.Week);
        Assert.Equal((2, CoverageStatus.NothingToReport), (revised.Revision, Assert.Single(revised.Coverage).Status));
        Assert.Null(revised.LateChanges);
        await hub.Hub.RunWeeklyPicturesAsync(cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(2, (await municipality.PictureAsync(week.Year, week.Week)).Revision);

        // The next week's picture names it among the corrections.
        var next = week.Plus(1);
        var correction = Assert.Single((await municipality.CompileAsync(next.Year, next.Week)).Picture.Corrections);
        Assert.Equal((week.Week, new LateChanges { Answered = 1 }), (correction.Week.Week, correction.Changes));
    }
}
