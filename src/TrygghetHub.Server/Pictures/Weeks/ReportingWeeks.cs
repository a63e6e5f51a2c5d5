using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>What partners have said and sent of the weeks that their word is expected on. Reads alone; thread-safe.</summary>
internal sealed class ReportingWeeks(
    HubDatabase database, AgreementRegister agreements, WeeklyCycles cycles, TimeProvider time)
{
    /// <summary>How many weeks are looked at where nobody asks for another number: this one and the last four.</summary>
    public const int DefaultWeeks = 5;

    /// <summary>How many at most.</summary>
    public const int MostWeeks = 53;

    /// <summary>The weeks of a partner, newest first and then by municipality; none before it was agreed that it reports.</summary>
    /// <param name="partner">Whose reporting.</param>
    /// <param name="municipality">Code of the only one wanted; empty for all.</param>
    /// <param name="weeks">How many, the one that runs included.</param>
    public IReadOnlyList<ReportingWeek> Of(PartnerId partner, string municipality, int weeks)
    {
        var now = time.GetUtcNow();
        var rules = agreements.Rules;
        var expected = ExpectedSenders.All(rules, now)
            .Where(e => e.Sender == partner && (municipality.Length == 0 || e.Municipality == municipality)).ToList();
        var thisWeek = IsoWeek.Of(now);
        using var connection = database.OpenReader();
        return
        [
            .. from age in Enumerable.Range(0, weeks)
               let week = thisWeek.Plus(-age)
               from each in expected
               where each.From <= week
               select ToWire(each.Municipality, week, WeekAnswer.Read(connection, partner, each.Municipality, week)),
        ];

        ReportingWeek ToWire(string code, IsoWeek week, WeekAnswer answer)
        {
            var cycle = cycles.Of(code);
            rules.Areas.TryGet(code, out var area);
            return new ReportingWeek
            {
                Municipality = code,
                MunicipalityName = area?.DisplayName ?? "",
                Week = new WireWeek { Year = week.Year, Week = week.Week },
                Statement = answer.Statement ?? WeekStatement.Unspecified,
                ConfirmTime = answer.SaidAt?.ToTimestamp(),
                HasReports = answer.HasReports,
                ReminderTime = answer.RemindedAt?.ToTimestamp(),
                SoftDeadlineTime = cycle.SoftDeadlineOf(week).ToTimestamp(),
                FreezeTime = cycle.FreezeOf(week).ToTimestamp(),
                WordMissing = week < thisWeek && answer.IsSilent,
            };
        }
    }

    /// <summary>
    /// Who has not confirmed the last week whose soft deadline has passed, and since which week: the first of the unbroken run, as
    /// far back as <see cref="DefaultWeeks"/>. Whether reports have come plays no part: for those who oversee the hub, that there
    /// are none is a figure.
    /// </summary>
    public IReadOnlyList<UnconfirmedSender> Unconfirmed()
    {
        var now = time.GetUtcNow();
        var unconfirmed = new List<UnconfirmedSender>();
        using var connection = database.OpenReader();
        foreach (var each in ExpectedSenders.All(agreements.Rules, now))
        {
            var last = IsoWeek.Of(now).Plus(-1);
            if (now < cycles.Of(each.Municipality).SoftDeadlineOf(last))
            {
                last = last.Plus(-1);
            }

            if (UnconfirmedSince(connection, each, last) is { } since)
            {
                unconfirmed.Add(new UnconfirmedSender(each.Sender, each.Municipality, since));
            }
        }

        return unconfirmed;
    }

    private static IsoWeek? UnconfirmedSince(SqliteConnection connection, ExpectedSender sender, IsoWeek last)
    {
        IsoWeek? since = null;
        for (var week = last;
            week >= sender.From && week > last.Plus(-DefaultWeeks)
                && WeekAnswer.Read(connection, sender.Sender, sender.Municipality, week).Statement is null;
            week = week.Plus(-1))
        {
            since = week;
        }

        return since;
    }
}

/// <summary>A partner that has not confirmed a municipality's weeks since one.</summary>
internal sealed record UnconfirmedSender(PartnerId Sender, string Municipality, IsoWeek Since);
