using Microsoft.Extensions.Logging;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures;

/// <summary>
/// Which pictures are due, and making them. What is due follows from the agreements alone, so that nothing is lost
/// with the scheduler's memory, and everything here may run twice.
/// </summary>
internal sealed partial class WeeklySchedule(
    PictureArchive archive, AgreementRegister agreements, WeeklyCycles cycles, TimeProvider time, ILogger<WeeklySchedule> logger)
{
    /// <summary>
    /// Makes preliminary pictures of the week that has just ended; none when its freeze has passed, as it may have for
    /// a job that was missed: the first picture after the freeze is counted up to the freeze.
    /// </summary>
    /// <param name="cycle">Name of the cycle whose municipalities are meant; null for all.</param>
    /// <param name="cancellation">Cancels what has not begun.</param>
    public Task CompilePreliminaryAsync(string? cycle, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var week = IsoWeek.Of(now).Plus(-1);
        return EachAsync(
            "preliminary pictures", cycle, now,
            async due =>
            {
                if (now < cycles.Of(due.Municipality).FreezeOf(week))
                {
                    await archive.CompileAsync(due.Compiler, due.Municipality, week, firstOnly: true, cancellation);
                }
            },
            cancellation);
    }

    /// <summary>Freezes the last week whose freeze has come, for each municipality that is to be compiled.</summary>
    /// <param name="cycle">Name of the cycle whose municipalities are meant; null for all.</param>
    /// <param name="cancellation">Cancels what has not begun.</param>
    public Task FreezeAsync(string? cycle, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        return EachAsync(
            "freezes", cycle, now,
            due => archive.FreezeOnceAsync(due.Municipality, cycles.Of(due.Municipality).LastFrozenAt(now), cancellation),
            cancellation);
    }

    // Rescue services file within two months.
    private const int RevisedWeeks = 8;

    /// <summary>
    /// Makes the next revision of approved weeks that have changed since, and compiles every frozen week that lacks a picture, oldest first, whether its day was yesterday or the hub was down for a
    /// month, and one week more where it is asked for.
    /// </summary>
    /// <param name="cycle">Name of the cycle whose municipalities are meant; null for all.</param>
    /// <param name="also">One more week, or null.</param>
    /// <param name="cancellation">Cancels what has not begun.</param>
    public async Task CompileFrozenAsync(string? cycle, IsoWeek? also, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        // Asked once for each compiler. What is compiled meanwhile by somebody else is found by the archive, which keeps no two.
        var frozen = new Dictionary<PartnerId, IReadOnlySet<(string Municipality, IsoWeek Week)>>();
        await EachAsync(
            "pictures of frozen weeks", cycle, now,
            async due =>
            {
                if (!frozen.TryGetValue(due.Compiler, out var has))
                {
                    frozen.Add(due.Compiler, has = archive.FrozenWeeks(due.Compiler));
                }

                var last = cycles.Of(due.Municipality).LastFrozenAt(now);
                for (var week = IsoWeek.Of(due.Since); week <= last; week = week.Plus(1))
                {
                    if (!has.Contains((due.Municipality, week)))
                    {
                        await CompileFirstAsync(due, week, cancellation);
                    }
                }

                for (var week = last.Plus(-RevisedWeeks); week <= last; week = week.Plus(1))
                {
                    await ReviseAsync(due, week, cancellation);
                }

                if (also is { } asked && !has.Contains((due.Municipality, asked)))
                {
                    await CompileFirstAsync(due, asked, cancellation);
                }
            },
            cancellation);
    }

    // What has come since a picture was approved makes the next revision, which waits for its coordinator. One that is not approved
    // yet is its coordinator's to compile again.
    private async Task ReviseAsync(DuePicture due, IsoWeek week, CancellationToken cancellation)
    {
        if (archive.Get(due.Compiler, due.Municipality, week, revision: null) is
            { State: PictureState.Approved or PictureState.Distributed, LateChanges: not null })
        {
            await archive.CompileAsync(due.Compiler, due.Municipality, week, firstOnly: false, cancellation);
        }
    }

    private async Task CompileFirstAsync(DuePicture due, IsoWeek week, CancellationToken cancellation)
    {
        if (time.GetUtcNow() >= cycles.Of(due.Municipality).FreezeOf(week))
        {
            await archive.FreezeOnceAsync(due.Municipality, week, cancellation);
        }

        await archive.CompileAsync(due.Compiler, due.Municipality, week, firstOnly: true, cancellation);
    }

    // One municipality's trouble is not its neighbours'.
    private async Task EachAsync(
        string what, string? cycle, DateTimeOffset now, Func<DuePicture, Task> make, CancellationToken cancellation)
    {
        var due = DuePictures.All(agreements.Rules, now).Where(d => cycle is null || cycles.NameOf(d.Municipality) == cycle);
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

    [LoggerMessage(Level = LogLevel.Error, Message = "The picture of {Municipality} for {Compiler} could not be made")]
    private partial void LogFailed(Exception fault, string municipality, string compiler);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job ran: {What}, {Count} due, {Faults} failed")]
    private partial void LogRan(string what, int count, int faults);
}
