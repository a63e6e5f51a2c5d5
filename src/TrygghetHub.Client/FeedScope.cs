using TrygghetHub.Reports.V1;

namespace TrygghetHub.Client;

/// <summary>What is subscribed to, in words: the part of a subscription for which a cursor holds.</summary>
internal static class FeedScope
{
    /// <summary>The same words for the same purpose and filter, in whatever order its codes stand.</summary>
    public static string Of(FeedOptions options)
    {
        var words = $"purpose {options.Purpose}";
        if (options.Filter is { } filter)
        {
            words += Codes("categories", filter.Categories) + Codes("areas", filter.Areas)
                + (filter.LeastSeverity == Severity.Unspecified ? "" : $"; severity {filter.LeastSeverity} and graver")
                + (filter.Exercise ? "; exercises" : "");
        }

        return words;
    }

    private static string Codes(string what, IEnumerable<string> codes)
    {
        var all = codes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        return all.Count == 0 ? "" : $"; {what} {string.Join(", ", all)}";
    }
}
