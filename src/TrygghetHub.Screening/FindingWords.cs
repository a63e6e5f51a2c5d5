using System.Globalization;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening;

/// <summary>Findings as they are told in a line: field, kind and place, never the value.</summary>
public static class FindingWords
{
    private const string Prefix = "FINDING_KIND_";

    private static readonly Dictionary<int, string> Names = ScreeningReflection.Descriptor.EnumTypes
        .Single(e => e.Name == nameof(FindingKind)).Values
        .ToDictionary(v => v.Number, v => v.Name[Prefix.Length..]);

    /// <summary>The kind's name on the wire without the enum's prefix: <c>PHONE_NUMBER</c>; the number of an unknown one.</summary>
    public static string Name(this FindingKind kind) =>
        Names.TryGetValue((int)kind, out var name) ? name : ((int)kind).ToString(CultureInfo.InvariantCulture);

    /// <summary>Such as <c>report.summary PHONE_NUMBER at 12, 10 long</c>.</summary>
    public static string Words(this Finding finding) => string.Create(
        CultureInfo.InvariantCulture, $"{finding.Field} {finding.Kind.Name()} at {finding.Start}, {finding.Length} long");
}
