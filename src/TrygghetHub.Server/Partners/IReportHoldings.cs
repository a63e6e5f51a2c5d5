namespace TrygghetHub.Server.Partners;

/// <summary>The question that a departure asks and the Reports slice answers: what has the partner left in the hub?</summary>
internal interface IReportHoldings
{
    /// <summary>How many reports of a sender stand: not withdrawn, not superseded.</summary>
    long CountStanding(PartnerId sender);

    /// <summary>To whom any agreement has ever let reports of a sender be shown, in the order of ids.</summary>
    IReadOnlyList<PartnerId> RecipientsOf(PartnerId sender);
}
