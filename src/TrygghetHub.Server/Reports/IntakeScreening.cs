using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Reports.V1;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// Screens what comes in: the detectors of <see cref="Screener"/> with the hub's own places excepted, and what an agreement
/// makes of their findings. Pure but for what it remembers; thread-safe.
/// </summary>
internal static class IntakeScreening
{
    private const string Summary = "report.summary";

    // One for each version of the areas, whose names are not taken for people's.
    private static readonly ConditionalWeakTable<AreaBook, ReportScreening> ByAreas = [];

    /// <summary>What is found; nothing for nearly every report.</summary>
    public static IReadOnlyList<Finding> Screen(Wire.Report report, AreaBook areas) => ByAreas
        .GetValue(areas, static a => new ReportScreening(new Screener(a.Areas.Select(area => area.DisplayName))))
        .Screen(report, ImmutableHashSet<FindingKind>.Empty);

    /// <summary>Why the references of a withdrawal are not taken; null when they are.</summary>
    public static Refusal? CheckReferences(string sourceRef, string sourceVersion, AreaBook areas)
    {
        var found = Screen(new Wire.Report { SourceRef = sourceRef, SourceVersion = sourceVersion }, areas);
        foreach (var finding in found)
        {
            finding.Field = finding.Field["report.".Length..];
        }

        return found.Where(f => f.Kind.AlwaysBlocks()).ToList() is { Count: > 0 } blocking ? Refused(blocking) : null;
    }

    /// <summary>What the findings make of the free text, if the report is taken.</summary>
    public static TextState StateOf(Wire.Report report, IReadOnlyList<Finding> findings) =>
        report.Summary.Length == 0 ? TextState.None
        : findings.Any(f => f.Field == Summary) ? TextState.Marked
        : TextState.Clean;

    /// <summary>Decides about a report in which something was found, and marks in the findings what blocks.</summary>
    /// <param name="sender">Whose report.</param>
    /// <param name="report">The report as it would be kept.</param>
    /// <param name="findings">What was found.</param>
    /// <param name="isConfirmed">Its sender has confirmed that the findings are false alarms.</param>
    /// <param name="rules">The rules in force.</param>
    /// <param name="at">Now.</param>
    /// <returns>What becomes of it, and for how long it waits where it is quarantined.</returns>
    public static Verdict Judge(
        PartnerId sender, StoredReport report, IReadOnlyList<Finding> findings, bool isConfirmed, RuleBook rules, DateTimeOffset at)
    {
        var rule = ScreeningRule.For(sender, report.Envelope.Category, report.Envelope.Area, rules, at);
        foreach (var finding in findings)
        {
            finding.Blocking = rule.Blocks(finding.Kind);
        }

        var blocking = findings.Where(f => f.Blocking).ToList();
        if (blocking.Count == 0)
        {
            return new Verdict(null, 0);
        }

        if (isConfirmed)
        {
            return blocking.Find(f => !rule.Confirmable.Contains(f.Kind)) is { } open
                ? new Verdict(NotConfirmable(open), 0)
                : new Verdict(null, 0);
        }

        return new Verdict(Refused(blocking), rule.Quarantines ? rule.QuarantineDays : 0);
    }

    /// <summary>The answer to a report that is refused because of what was found in it.</summary>
    public static Refusal Refused(IReadOnlyList<Finding> blocking) => new(
        ErrorReason.RefusedPersonalData, blocking[0].Field,
        $"A text holds what points at a person ({string.Join(", ", blocking.Select(f => f.Kind.Name()).Distinct())}); "
            + "the hub takes nothing about individuals and has kept nothing of it.",
        "Describe the place and the situation without it, and send again under the same revision.")
    {
        Findings = blocking,
    };

    private static Refusal NotConfirmable(Finding finding) => new(
        ErrorReason.QuarantineState, finding.Field,
        $"The agreement lets nobody confirm a finding of the kind {finding.Kind.Name()} as a false alarm.",
        "Send the report again without it, or discard the quarantined one.");
}

/// <summary>What the screening makes of a report.</summary>
/// <param name="Refusal">Why it is not taken; null when it is.</param>
/// <param name="QuarantineDays">Days that it waits for its sender instead of being refused; 0 when it does not.</param>
internal readonly record struct Verdict(Refusal? Refusal, int QuarantineDays);
