using TrygghetHub.Retention.V1;

namespace TrygghetHub.Cli;

/// <summary>Decisions, holds and days of retention as people read them.</summary>
internal static class RetentionWords
{
    /// <summary>A class: <c>report</c>, <c>access-log</c>.</summary>
    public static string Of(RetentionClass @class) => Words.Of(@class);

    /// <summary>How long, such as <c>730 days</c>.</summary>
    public static string Time(int days) => days switch
    {
        0 => "preserved",
        1 => "1 day",
        _ => $"{Screen.Figure(days)} days",
    };

    /// <summary>Contents, such as <c>1 content</c>.</summary>
    public static string Contents(long count) => count == 1 ? "1 content" : $"{Screen.Figure(count)} contents";

    /// <summary>What a hold keeps, such as <c>graffiti in 0139-bro, received from 2024-05-21</c>.</summary>
    public static string Scope(HoldScope? scope)
    {
        // Auditors are not told.
        if (scope is null)
        {
            return "not told";
        }

        var what = scope.Category.Length > 0 ? scope.Category : "all reports";
        var where = scope.Area.Length > 0 ? $" in {scope.Area}" : "";
        var from = scope.ReceivedFrom is null ? "" : $" from {Words.Minute(scope.ReceivedFrom)}";
        var to = scope.ReceivedTo is null ? "" : $" before {Words.Minute(scope.ReceivedTo)}";
        return what + where + (from.Length + to.Length > 0 ? ", received" + from + to : "");
    }

    /// <summary>Days of receipt, such as <c>2024-05-01 to 2024-05-21</c>.</summary>
    public static string Days(string first, string last) => first == last ? first : $"{first} to {last}";
}
