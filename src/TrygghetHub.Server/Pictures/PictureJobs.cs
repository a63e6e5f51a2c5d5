using Quartz;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures;

/// <summary>What a weekly job's data says.</summary>
internal static class PictureJobs
{
    /// <summary>Job data: name of the cycle whose step it is; without it, every municipality's.</summary>
    public const string CycleData = "cycle";

    /// <summary>The cycle, or null.</summary>
    public static string? CycleOf(IJobExecutionContext context) =>
        context.MergedJobDataMap.TryGetValue(CycleData, out var cycle) ? cycle as string : null;
}

/// <summary>Monday 06:00: a preliminary picture of the week that has just ended.</summary>
[DisallowConcurrentExecution]
internal sealed class PreliminaryPictureJob(WeeklySchedule schedule) : IJob
{
    public static readonly JobKey Key = new("preliminary", "pictures");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await schedule.CompilePreliminaryAsync(PictureJobs.CycleOf(context), cancellationToken);
}

/// <summary>Monday 15:00, and at every start: who is silent about the week that has just ended is reminded.</summary>
[DisallowConcurrentExecution]
internal sealed class WeekReminderJob(WeekReminders reminders) : IJob
{
    public static readonly JobKey Key = new("reminder", "pictures");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await reminders.RemindAsync(PictureJobs.CycleOf(context), cancellationToken);
}

/// <summary>Tuesday 08:00: what arrives from now on goes into a revision.</summary>
[DisallowConcurrentExecution]
internal sealed class FreezeJob(WeeklySchedule schedule) : IJob
{
    public static readonly JobKey Key = new("freeze", "pictures");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await schedule.FreezeAsync(PictureJobs.CycleOf(context), cancellationToken);
}

/// <summary>Tuesday 08:05, and at every start: each frozen week that lacks a picture.</summary>
[DisallowConcurrentExecution]
internal sealed class WeeklyPictureJob(WeeklySchedule schedule) : IJob
{
    /// <summary>Job data: a week to compile besides, such as "2026-W46".</summary>
    public const string WeekData = "week";

    public static readonly JobKey Key = new("weekly", "pictures");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        IsoWeek? also = context.MergedJobDataMap.TryGetValue(WeekData, out var text)
            && IsoWeek.TryParse(text as string ?? "", out var week) ? week : null;
        await schedule.CompileFrozenAsync(PictureJobs.CycleOf(context), also, cancellationToken);
    }
}
