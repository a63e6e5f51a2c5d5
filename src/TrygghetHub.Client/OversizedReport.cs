using Google.Protobuf;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Client;

/// <summary>
/// Reports that fit in no message: one would end the whole call, so it is refused here as the hub refuses a
/// report over its own, far lower limit.
/// </summary>
internal static class OversizedReport
{
    /// <summary>Most bytes of reports in one message: the hub's 4 MiB, less room for the framing.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024 - 64 * 1024;

    /// <summary>Bytes that a report takes in a message, its own framing included.</summary>
    public static int Measure(IMessage report) => report.CalculateSize() + 8;

    /// <summary>The refusal.</summary>
    public static ReportResult Refuse(Report? report) => new()
    {
        SourceRef = report?.SourceRef ?? "",
        Revision = report?.Revision ?? 0,
        Refused = new Refused
        {
            Reason = ErrorReason.ReportTooLarge,
            Field = "report",
            Rule = "A report is at most 64 KiB on the wire.",
            Remedy = "Shorten it; the summary holds at most 500 characters.",
        },
    };
}
