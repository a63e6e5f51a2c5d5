using Microsoft.Extensions.Logging;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Pictures;

/// <summary>
/// Which pictures are due, and making them. What is due follows from the agreements alone, so that nothing is lost
/// with the scheduler's memory, and everything here may run twice.
/// </summary>
internal sealed partial class WeeklySchedule(
    PictureArchive archive, AgreementRegister agreements, TimeProvider time, ILogger<WeeklySchedule> logger)
{
    /// <summary>
    /// Every municipal unit compiles each municipality of which an agreement lets it see something for the weekly
    /// picture, from the week that was running when the agreement first applied.
    /// </summary>
    public IEnumerable<DuePicture> Due(DateTimeOffset now)
    {
        var rules = agreements.Rules;
        return
        [
            .. rules.Partners.Partners.Values
                .Where(p => p.Kind == PartnerKind.MunicipalUnit)
                .SelectMany(p => rules.Agreements.FlowsTo(p.Id)
                    .Where(f => f.Agreement.IsInForce(now) && f.Agreement.Purposes.Contains(Purpose.WeeklyPicture)
                        && f.Flow.Categories.Count > 0)
                    .SelectMany(f => f.Flow.Areas.SelectMany(rules.Areas.Municipalities)
                        .Select(m => (Municipality: m, Since: Later(f.Agreement.FirstAppliedAt, f.Agreement.ValidFrom))))
                    .GroupBy(f => f.Municipality)
                    .Select(g => new DuePicture(p.Id, g.Key, g.Min(f => f.Since))))
                .OrderBy(d => d.Compiler).ThenBy(d => d.Municipality, StringComparer.Ordinal),
        ];
    }

    /// <summary>Makes preliminary pictures of the week that has just ended.</summary>
    public Task CompilePreliminaryAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var week = IsoWeek.Of(now).Plus(-1);
        return EachAsync(
            "preliminary pictures", Due(now), due => archive.CompileAsync(due.Compiler, due.Municipality, week, null, cancellation), cancellation);
    }

    /// <summary>Freezes the week that has just ended, for each municipality that is to be compiled.</summary>
    public Task FreezeAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var week = LastFrozen(now);
        return EachAsync(
            "freezing", Due(now).DistinctBy(d => d.Municipality),
            due => archive.FreezeOnceAsync(due.Municipality, week, cancellation), cancellation);
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
            "pictures of frozen weeks", Due(now),
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
            var frozen = time.GetUtcNow() >= SwedishTime.FreezeOf(week)
                ? await archive.FreezeOnceAsync(due.Municipality, week, cancellation)
                : (Journal.JournalPoint?)null;
            await archive.CompileAsync(due.Compiler, due.Municipality, week, frozen, cancellation);
        }
    }

    // One municipality's trouble is not its neighbours'.
    private async Task EachAsync(
        string what, IEnumerable<DuePicture> due, Func<DuePicture, Task> make, CancellationToken cancellation)
    {
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

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    [LoggerMessage(Level = LogLevel.Error, Message = "The picture of {Municipality} for {Compiler} could not be made")]
    private partial void LogFailed(Exception fault, string municipality, string compiler);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job ran: {What}, {Count} due, {Faults} failed")]
    private partial void LogRan(string what, int count, int faults);
}

/// <summary>A picture that somebody has every week.</summary>
/// <param name="Compiler">Whose.</param>
/// <param name="Municipality">Of what.</param>
/// <param name="Since">The instant since which it is due.</param>
internal sealed record DuePicture(PartnerId Compiler, string Municipality, DateTimeOffset Since);
