using TrygghetHub.Server.Areas;

namespace TrygghetHub.Server.Retention;

/// <summary>One revision of a report, or its withdrawal, as far as retention asks about it. Immutable; no content.</summary>
/// <param name="Seq">Its entry.</param>
/// <param name="ReportId">The report, of which it is one revision.</param>
/// <param name="ReceivedAt">Journal time of its entry: what retention is counted from.</param>
/// <param name="Area">Where.</param>
/// <param name="Category">What.</param>
internal sealed record ReceivedRevision(long Seq, Guid ReportId, DateTimeOffset ReceivedAt, AreaChain Area, string Category);
