using TrygghetHub.Server.Journal;

namespace TrygghetHub.Server.Partners;

/// <summary>The question that a departure asks and the Reports slice answers: what has the partner left in the hub?</summary>
internal interface IReportHoldings
{
    /// <summary>The reports of a sender as they are.</summary>
    HeldOfSender HeldOf(PartnerId sender);

    /// <summary>The same on the lane, with what this transaction and those before it have written.</summary>
    HeldOfSender HeldOf(PartnerId sender, JournalTransaction transaction);

    /// <summary>To whom any agreement has ever let reports of a sender be shown, in the order of ids.</summary>
    IReadOnlyList<PartnerId> RecipientsOf(PartnerId sender);
}

/// <summary>What the hub holds of a sender.</summary>
/// <param name="Standing">Reports that stand: not withdrawn, not superseded; those of exercises among them.</param>
/// <param name="Etag">Changes with every report that is sent, corrected, withdrawn or disposed of.</param>
internal sealed record HeldOfSender(long Standing, string Etag);
