using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Errors.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Pictures.Weeks;

/// <summary>What partners say of their own reporting: zero reported is not "not reported". Thread-safe.</summary>
internal sealed class WeekConfirmations(JournalLane journal, AgreementRegister agreements)
{
    /// <summary>Keeps a statement; the last one holds, and the same again changes nothing.</summary>
    /// <exception cref="HubException">AGREEMENT_NOT_ACTIVE, AREA_NOT_AGREED or WEEK_HAS_REPORTS.</exception>
    public Task<WeekConfirmation> ConfirmAsync(
        PartnerId partner, string municipality, IsoWeek week, WeekStatement statement, CancellationToken cancellation) =>
        journal.WriteAsync(
            transaction =>
            {
                RequireSender(partner, municipality, transaction.Now);
                using var context = transaction.OpenContext();
                var last = context.Set<WeekConfirmationRow>()
                    .Where(c => c.Partner == partner.Value && c.Municipality == municipality && c.Week == week.Key)
                    .OrderByDescending(c => c.Seq).FirstOrDefault();
                if (last is not null && last.Statement == (int)statement)
                {
                    return ToWire(partner, municipality, week, statement, JournalTime.FromMicros(last.At));
                }

                if (statement == WeekStatement.NothingToReport
                    && WeekAnswer.Read(transaction.Connection, partner, municipality, week).HasReports)
                {
                    throw new HubException(
                        ErrorReason.WeekHasReports, "statement", "The hub holds reports of yours from this week.",
                        "Say complete, or withdraw the reports if they were mistaken.");
                }

                var confirmation = ToWire(partner, municipality, week, statement, transaction.Now);
                var point = transaction.Append(EntryKind.WeekConfirmation, confirmation.ToByteArray());
                context.Add(new WeekConfirmationRow
                {
                    Seq = point.Seq,
                    Partner = partner.Value,
                    Municipality = municipality,
                    Week = week.Key,
                    Statement = (int)statement,
                    At = JournalTime.ToMicros(point.At),
                });
                context.SaveChanges();
                return confirmation;
            },
            published: null, cancellation);

    private void RequireSender(PartnerId partner, string municipality, DateTimeOffset at)
    {
        var rules = agreements.Rules;
        var inForce = rules.Agreements.FlowsFrom(partner).Where(f => f.Permits(at)).ToList();
        if (inForce.Count == 0)
        {
            throw new HubException(
                ErrorReason.AgreementNotActive, "", "No agreement in force has you report anything.",
                "Ask the operator which agreement you are a party to, and when it holds.");
        }

        if (!inForce.Exists(f => WeekFlows.Touches(f.Flow, municipality, rules)))
        {
            throw new HubException(
                ErrorReason.AreaNotAgreed, "municipality", "No agreement in force has you report about this municipality.",
                "Name one that your agreement names.");
        }
    }

    private static WeekConfirmation ToWire(
        PartnerId partner, string municipality, IsoWeek week, WeekStatement statement, DateTimeOffset at) => new()
        {
            Partner = partner.Value,
            Municipality = municipality,
            Week = new WireWeek { Year = week.Year, Week = week.Week },
            Statement = statement,
            ConfirmTime = at.ToTimestamp(),
        };
}
