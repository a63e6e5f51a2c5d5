using TrygghetHub.Agreements.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Server.Agreements;

/// <summary>How reports are seen, in words. Pure; thread-safe.</summary>
internal static class SeenWords
{
    /// <summary>Such as "est §4: district, day; category, severity" or "est §5: counts, district; category, of 5 and more".</summary>
    /// <param name="form">Records or counts.</param>
    /// <param name="decision">One that permits.</param>
    public static string Of(SharingForm form, Decision decision)
    {
        var (seen, receipt) = (decision.Projection!, decision.Receipt);
        var place = seen.Precision switch
        {
            Precision.Point => "point",
            Precision.Street => "street",
            Precision.Grid250M => "250 m grid",
            Precision.District => "district",
            Precision.Municipality => "municipality",
            _ => "county",
        };
        if (form == SharingForm.Counts)
        {
            return $"{receipt.Agreement} {receipt.Clause}: counts, {place}; {(seen.Category is null ? "family" : "category")}"
                + (seen.SmallestCell > 1 ? $", of {seen.SmallestCell} and more" : "");
        }

        var time = seen.Time switch
        {
            TimeGranularity.Minute => "minute",
            TimeGranularity.PartOfDay => "part of day",
            TimeGranularity.Day => "day",
            _ => "week",
        };
        var values = seen.Category is null ? ["family"] : Withheld.Shown(seen.Fields).Where(v => v != "occurred").ToList();
        return $"{receipt.Agreement} {receipt.Clause}: {place}, {time}; "
            + string.Join(", ", values.DefaultIfEmpty("family").Concat(seen.ShowsText ? ["summary"] : []));
    }
}
