using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening.Tests;

/// <summary>What a screener finds, as a test reads it: kind and the words marked.</summary>
internal static class Spans
{
    public static readonly Screener Screener = new(["Brunna", "Bro", "Kungsängen", "Nora", "Upplands Väsby", "Sankta Annas plats"]);

    /// <summary>Kind and value of each finding: tests alone look at values.</summary>
    public static IEnumerable<(FindingKind Kind, string Value)> Of(string text) =>
        Screener.Screen(text).Select(f => (f.Kind, text.Substring(f.Start, f.Length)));

    /// <summary>The values of one kind.</summary>
    public static string[] Of(string text, FindingKind kind) => [.. Of(text).Where(f => f.Kind == kind).Select(f => f.Value)];

    /// <summary>What blocks always.</summary>
    public static IEnumerable<(FindingKind Kind, string Value)> Blocking(string text) => Of(text).Where(f => f.Kind.AlwaysBlocks());
}
