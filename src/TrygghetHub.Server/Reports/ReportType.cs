using System.Diagnostics.CodeAnalysis;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Reports;

/// <summary>The types of reports. The numbers are stored and hashed: they are never reused.</summary>
internal enum ReportType : short
{
    Incident = 1,
    Observation = 2,
}

/// <summary>Whether a revision stands or withdraws the report. The numbers are stored and hashed.</summary>
internal enum ReportState : short
{
    Standing = 1,
    Withdrawn = 2,
}

/// <summary>The hub's id of a report, a UUIDv7 of the Swedish day, the same for all its revisions.</summary>
internal readonly record struct ReportId(Guid Value)
{
    /// <summary>
    /// A new id. Its time is the day's, the rest is random: a report's name goes to recipients that a ceiling lets see
    /// the day but not the hour, and a live stream's time of receipt is as good as the time of the event. The Swedish day,
    /// as elsewhere: beside it the UTC day would tell what came in the hours after midnight.
    /// </summary>
    public static ReportId New(DateTimeOffset now) =>
        new(Guid.CreateVersion7(new DateTimeOffset(SwedishTime.ToLocal(now).Date, TimeSpan.Zero)));

    public override string ToString() => Value.ToString("D");
}

/// <summary>Resource names of reports: <c>partners/{partner}/incidents/{incident}</c> and the like.</summary>
internal static class ReportName
{
    public static string Of(PartnerId partner, ReportType type, ReportId id) =>
        $"partners/{partner}/{Collection(type)}/{id}";

    public static bool TryParse(string name, ReportType type, out PartnerId partner, out ReportId id)
    {
        var parts = name.Split('/');
        if (parts is ["partners", var sender, var collection, var number] && collection == Collection(type)
            && Guid.TryParseExact(number, "D", out var guid))
        {
            (partner, id) = (new PartnerId(sender), new ReportId(guid));
            return true;
        }

        (partner, id) = (default, default);
        return false;
    }

    /// <summary>The name of a report of any type.</summary>
    public static bool TryParse(string name, out ReportType type, out PartnerId partner, out ReportId id)
    {
        type = ReportType.Incident;
        if (TryParse(name, type, out partner, out id))
        {
            return true;
        }

        type = ReportType.Observation;
        return TryParse(name, type, out partner, out id);
    }

    /// <summary>A parent filter: empty for all, or <c>partners/{partner}</c>.</summary>
    public static bool TryParseParent(string parent, [NotNullWhen(true)] out PartnerId? partner)
    {
        partner = parent.StartsWith("partners/", StringComparison.Ordinal)
            ? new PartnerId(parent["partners/".Length..])
            : null;
        return partner is not null;
    }

    private static string Collection(ReportType type) => type switch
    {
        ReportType.Incident => "incidents",
        ReportType.Observation => "observations",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
