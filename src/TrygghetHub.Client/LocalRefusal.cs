using Google.Protobuf;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Client;

/// <summary>
/// Reports that are refused before they are sent, in the words that the hub would use: one that fits in no message would end
/// the whole call, and what screening finds need not leave the sender's machine.
/// </summary>
internal static class LocalRefusal
{
    /// <summary>Most bytes of reports in one message: the hub's 1 MiB, less room for the framing.</summary>
    public const int MaxMessageBytes = 1024 * 1024 - 64 * 1024;

    private static readonly HashSet<FindingKind> NoOthers = [];

    /// <summary>Bytes that a report takes in a message, its own framing included.</summary>
    public static int Measure(IMessage report) => report.CalculateSize() + 8;

    /// <summary>Why a report is not sent; null when it is.</summary>
    /// <param name="report">Its common core.</param>
    /// <param name="bytes">From <see cref="Measure"/>.</param>
    /// <param name="screening">The screening, or null for none.</param>
    public static ReportResult? Of(Report? report, int bytes, ReportScreening? screening)
    {
        if (bytes > MaxMessageBytes)
        {
            return Refuse(report, new Refused
            {
                Reason = ErrorReason.ReportTooLarge,
                Field = "report",
                Rule = "A report is at most 64 KiB on the wire.",
                Remedy = "Shorten it; the summary holds at most 500 characters.",
            });
        }

        if (screening is null || report is null)
        {
            return null;
        }

        var blocking = screening.Screen(report, NoOthers).Where(f => f.Blocking).ToList();
        return blocking.Count == 0 ? null : Refuse(report, new Refused
        {
            Reason = ErrorReason.RefusedPersonalData,
            Field = blocking[0].Field,
            Rule = "A text holds what points at a person (" + string.Join(", ", blocking.Select(f => f.Kind.Name()).Distinct())
                + "); it was not sent.",
            Remedy = "Describe the place and the situation without it, and send again under the same revision.",
            Findings = { blocking },
        });
    }

    private static ReportResult Refuse(Report? report, Refused refused) => new()
    {
        SourceRef = report?.SourceRef ?? "",
        Revision = report?.Revision ?? 0,
        Refused = refused,
    };
}
