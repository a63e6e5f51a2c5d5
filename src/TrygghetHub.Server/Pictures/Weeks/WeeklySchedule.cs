using Microsoft.Extensions.Logging;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>
/// Which pictures are due, and making them. What is due follows from the agreements alone, so that nothing is lost
/// with the scheduler's memory, and everything here may run twice.
/// </summary>
internal sealed partial class WeeklySchedule(
    PictureArchive archive, AgreementRegister agreements, TimeProvider time, ILogger<WeeklySchedule> logger)
{
    /// <summary>
    /// Makes preliminary pictures of the week that has just ended; none when its freeze has passed, as it may have for
    /// a job that was missed: the first picture after the freeze is counted up to the freeze.
    /// </summary>
    public Task CompilePreliminaryAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var week = IsoWeek.Of(now).Plus(-1);
        return now >= SwedishTime.FreezeOf(week)
            ? Task.CompletedTask
            : EachAsync(
                "preliminary pictures", now,
                due => archive.CompileAsync(due.Compiler, due.Municipality, week, firstOnly: true, cancellation), cancellation);
    }

    /// <summary>Freezes the week that has just ended, for each municipality that is to be compiled.</summary>
    public Task FreezeAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var week = LastFrozen(now);
        return EachAsync(
            "freezes", now, due => archive.FreezeOnceAsync(due.Municipality, week, cancellation), cancellation);
    }

    /// <summary>
    /// Compiles every frozen week that lacks a picture, whether its day was yesterday or the hub was down for a month,
    /// and one week more where it is asked for.
    /// </summary>
    public async Task CompileFrozenAsync(IsoWeek? also, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var last = LastFrozen(now);
        await EachAsync(
            "pictures of frozen weeks", now,
            async due =>
            {
                for (var week = IsoWeek.Of(due.Since); week.CompareTo(last) <= 0; week = week.Plus(1))
                {
                    await CompileIfMissingAsync(due, week, cancellation);
                }

                if (also is { } asked)
                {
                    await CompileIfMissingAsync(due, asked, cancellation);
                }
            },
            cancellation);
    }

    private async Task CompileIfMissingAsync(DuePicture due, IsoWeek week, CancellationToken cancellation)
    {
        if (!archive.HasFrozen(due.Compiler, due.Municipality, week))
        {
            if (time.GetUtcNow() >= SwedishTime.FreezeOf(week))
            {
                await archive.FreezeOnceAsync(due.Municipality, week, cancellation);
            }

            await archive.CompileAsync(due.Compiler, due.Municipality, week, firstOnly: true, cancellation);
        }
    }

    // One municipality's trouble is not its neighbours'.
    private async Task EachAsync(
        string what, DateTimeOffset now, Func<DuePicture, Task> make, CancellationToken cancellation)
    {
        var due = DuePictures.All(agreements.Rules, now);
        var faults = new List<Exception>();
        var count = 0;
        foreach (var each in due)
        {
            cancellation.ThrowIfCancellationRequested();
            count++;
            try
            {
                await make(each);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e, each.Municipality, each.Compiler.Value);
                faults.Add(e);
            }
        }

        LogRan(what, count, faults.Count);
        if (faults.Count > 0)
        {
            throw new AggregateException($"{faults.Count} pictures could not be made.", faults);
        }
    }

    private static IsoWeek LastFrozen(DateTimeOffset now)
    {
        var week = IsoWeek.Of(now).Plus(-1);
        return now >= SwedishTime.FreezeOf(week) ? week : week.Plus(-1);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The picture of {Municipality} for {Compiler} could not be made")]
    private partial void LogFailed(Exception fault, string municipality, string compiler);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job ran: {What}, {Count} due, {Faults} failed")]
    private partial void LogRan(string what, int count, int faults);
}
