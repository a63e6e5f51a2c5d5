using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>Reminds those whose word on a week is missing. Thread-safe; may run any number of times.</summary>
/// <remarks>
/// A reminder is an entry in the journal, which the partner is shown when it calls: the hub knows no address of a person to write to.
/// </remarks>
internal sealed partial class WeekReminders(
    JournalLane journal, AgreementRegister agreements, WeeklyCycles cycles, TimeProvider time, ILogger<WeekReminders> logger)
{
    /// <summary>
    /// Reminds each silent sender of the week that has just ended, once, from the soft deadline to the freeze: after it, the word
    /// would come too late for the picture.
    /// </summary>
    /// <param name="cycle">Name of the cycle whose municipalities are meant; null for all.</param>
    /// <param name="cancellation">Cancels what has not begun.</param>
    public async Task RemindAsync(string? cycle, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var week = IsoWeek.Of(now).Plus(-1);
        var reminded = 0;
        foreach (var municipality in ExpectedSenders.All(agreements.Rules, now)
            .Where(e => (cycle is null || cycles.NameOf(e.Municipality) == cycle) && e.From <= week)
            .GroupBy(e => e.Municipality))
        {
            var its = cycles.Of(municipality.Key);
            if (now >= its.SoftDeadlineOf(week) && now < its.FreezeOf(week))
            {
                reminded += await RemindAsync(
                    municipality.Key, week, its, [.. municipality.Select(e => e.Sender)], cancellation);
            }
        }

        LogRan(week, reminded);
    }

    private Task<int> RemindAsync(
        string municipality, IsoWeek week, WeeklyCycle cycle, IReadOnlyList<PartnerId> senders, CancellationToken cancellation) =>
        journal.WriteAsync(
            transaction =>
            {
                var reminded = 0;
                foreach (var sender in senders)
                {
                    if (WeekAnswer.Read(transaction.Connection, sender, municipality, week) is not { IsSilent: true, RemindedAt: null })
                    {
                        continue;
                    }

                    var point = transaction.Append(EntryKind.WeekReminder, new WeekReminderEntry
                    {
                        Partner = sender.Value,
                        Municipality = municipality,
                        Week = new WireWeek { Year = week.Year, Week = week.Week },
                        SoftDeadlineTime = cycle.SoftDeadlineOf(week).ToTimestamp(),
                        FreezeTime = cycle.FreezeOf(week).ToTimestamp(),
                    }.ToByteArray());
                    transaction.Prepare("INSERT INTO week_reminder (seq, at, partner, municipality, week) VALUES (?, ?, ?, ?, ?)")
                        .Bind(point.Seq).Bind(JournalTime.ToMicros(point.At)).Bind(sender.Value).Bind(municipality).Bind(week.Key)
                        .Execute();
                    reminded++;
                }

                return reminded;
            },
            published: null, cancellation);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job ran: reminders of {Week}, {Count} partners and municipalities")]
    private partial void LogRan(IsoWeek week, int count);
}
