using System.Globalization;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Retention;

/// <summary>What a disposal would take, in figures. Reads no content. Thread-safe.</summary>
internal sealed class DisposalForecasts(RetentionRegister register, RetainedReports reports, HubDatabase database)
{
    private const string NoDecision = "Nothing is disposed of without a decision.";
    private const string Preserved = "It is decided that nothing is disposed of.";

    private const string ReportNote =
        "Contents go from the hub and from every copy of it; what counts and decisions need stays. Recipients keep what they "
        + "have received by their own decisions.";

    private const string AccessLogNote =
        "Who was shown a report by these receipts alone is not listed any more, and is not told of its recall. Copies of the "
        + "hub's files hold them until the copies go.";

    /// <summary>Of a partner's reports, as of a time.</summary>
    public DisposalForecast OfReports(PartnerId sender, DateTimeOffset at, CancellationToken cancellation)
    {
        var (forecast, plan) = Begin(RetentionClass.Report, sender, at, ReportNote);
        if (plan is null)
        {
            return forecast;
        }

        var days = new SortedDictionary<DateOnly, DisposalDay>();
        var holds = new SortedSet<string>(StringComparer.Ordinal);
        using var connection = database.OpenReader();
        foreach (var revision in reports.Due(plan, sender, cancellation).SelectMany(due => due).Where(r => plan.IsDue(r.ReceivedAt)))
        {
            var held = plan.HasHolds
                ? plan.HoldsOn(RetainedReports.RevisionsOf(connection, revision.ReportId)).Select(h => h.Name).ToList()
                : [];
            holds.UnionWith(held);
            Count(days, revision.ReceivedAt, held.Count > 0);
        }

        forecast.Holds.Add(holds);
        return Finish(forecast, days);
    }

    /// <summary>
    /// Of the access log, as of a time: up to which day. How many receipts a day has is how much was shown on it, which is no
    /// figure for those who oversee.
    /// </summary>
    public DisposalForecast OfAccessLog(DateTimeOffset at) =>
        Begin(RetentionClass.AccessLog, partner: null, at, AccessLogNote).Forecast;

    private (DisposalForecast Forecast, DisposalPlan? Plan) Begin(
        RetentionClass @class, PartnerId? partner, DateTimeOffset at, string note)
    {
        var decision = register.Book.DecisionOn(@class, partner);
        var plan = DisposalPlan.Of(register.Book, @class, partner, at);
        return (new DisposalForecast
        {
            RetentionClass = @class,
            Decision = decision?.ToWire(),
            DueUpTo = plan is null ? "" : Day(plan.LastDay),
            Note = decision is null ? NoDecision : decision.Preserves ? Preserved : note,
        }, plan);
    }

    private static void Count(SortedDictionary<DateOnly, DisposalDay> days, DateTimeOffset receivedAt, bool isHeld)
    {
        var day = SwedishTime.DayOf(receivedAt);
        if (!days.TryGetValue(day, out var counted))
        {
            days.Add(day, counted = new DisposalDay { Day = Day(day) });
        }

        if (isHeld)
        {
            counted.HeldCount++;
        }
        else
        {
            counted.Count++;
        }
    }

    private static DisposalForecast Finish(DisposalForecast forecast, SortedDictionary<DateOnly, DisposalDay> days)
    {
        forecast.Days.Add(days.Values);
        forecast.Count = days.Values.Sum(d => d.Count);
        forecast.HeldCount = days.Values.Sum(d => d.HeldCount);
        return forecast;
    }

    private static string Day(DateOnly day) => day.ToString("O", CultureInfo.InvariantCulture);
}
