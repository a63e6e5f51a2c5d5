using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Server.Agreements;

/// <summary>The questions that explanations and rehearsals ask and the Reports slice answers: envelopes, never contents.</summary>
internal interface IHeldReports
{
    /// <summary>
    /// The revision of a report that stood at an entry, by its resource name; null when there was none, or it was
    /// withdrawn.
    /// </summary>
    HeldReport? Find(string name, long asOfSeq);

    /// <summary>The reports that stood at an entry, of a week and later ones, exercises left out; a sender's, or all.</summary>
    IEnumerable<HeldReport> Standing(IsoWeek from, long asOfSeq, PartnerId? sender, CancellationToken cancellation);

    /// <summary>
    /// How many reports the hub received for the first time from one instant on and before another, exercises left out; by what
    /// their first revision said.
    /// </summary>
    IReadOnlyDictionary<BaseCell, int> FirstReceived(
        DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation);
}

/// <summary>What a decision is made by, of a report that the hub holds.</summary>
internal sealed record HeldReport(ReportEnvelope Envelope, DateTimeOffset ReceivedAt);
