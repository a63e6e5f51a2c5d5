using Quartz;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>Monday 06:00: a preliminary picture of the week that has just ended.</summary>
[DisallowConcurrentExecution]
internal sealed class PreliminaryPictureJob(WeeklySchedule schedule) : IJob
{
    public static readonly JobKey Key = new("preliminary", "pictures");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await schedule.CompilePreliminaryAsync(cancellationToken);
}

/// <summary>Tuesday 08:00: what arrives from now on goes into a revision.</summary>
[DisallowConcurrentExecution]
internal sealed class FreezeJob(WeeklySchedule schedule) : IJob
{
    public static readonly JobKey Key = new("freeze", "pictures");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) =>
        await schedule.FreezeAsync(cancellationToken);
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
        await schedule.CompileFrozenAsync(also, cancellationToken);
    }
}
