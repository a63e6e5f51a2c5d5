using TrygghetHub.Agreements.V1;

namespace TrygghetHub.Server.Agreements;

/// <summary>Names the values of reports that are shown and that are not, as field paths.</summary>
internal static class Withheld
{
    private static readonly (ReportField Field, string Path)[] Paths =
    [
        (ReportField.Category, "category"),
        (ReportField.Occurred, "occurred"),
        (ReportField.ReportedTime, "reported_time"),
        (ReportField.Severity, "severity"),
        (ReportField.Confidence, "confidence"),
        (ReportField.Environment, "environment"),
        (ReportField.Position, "place.position"),
        (ReportField.Count, "count"),
        (ReportField.Responder, "responder"),
        (ReportField.Origin, "origin"),
        (ReportField.Source, "source"),
        (ReportField.Remedy, "remedy"),
    ];

    /// <summary>What a projection leaves out or coarsens; nothing for the sender's own.</summary>
    public static IEnumerable<string> From(Projection seen)
    {
        if (seen.Whole)
        {
            return [];
        }

        return Paths.Where(p => p.Field switch
            {
                ReportField.Occurred => seen.Time > TimeGranularity.Minute,
                ReportField.ReportedTime => seen.Time > TimeGranularity.Minute || !seen.Fields.Has(p.Field),
                ReportField.Position => !seen.ShowsPosition,
                _ => !seen.Fields.Has(p.Field),
            })
            .Select(p => p.Path)
            .Concat(seen.IsPlaceCoarsened ? ["place.area"] : [])
            .Concat(seen.ShowsText ? [] : ["summary"])
            .Append("source_ref");
    }

    /// <summary>What a flow shows of any report, before ceilings.</summary>
    public static IEnumerable<string> Shown(SharingFlow flow) =>
        Shown(flow.Fields).Concat(["family", "place.area", "week"]).Concat(
            flow.FreeText is FreeText.Screened or FreeText.Full ? ["summary"] : []);

    /// <summary>The values of a set, as field paths.</summary>
    public static IEnumerable<string> Shown(ReportFields fields) =>
        Paths.Where(p => fields.Has(p.Field)).Select(p => p.Path);
}
