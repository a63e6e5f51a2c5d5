namespace TrygghetHub.Server.Partners;

/// <summary>
/// The question that notices ask and the Agreements slice answers: who had an agreement with whom?
/// </summary>
internal interface IFellowParties
{
    /// <summary>Whether two partners were parties of one agreement that had not ended.</summary>
    /// <param name="one">One of them.</param>
    /// <param name="other">The other.</param>
    /// <param name="seq">As the journal stood at this entry.</param>
    /// <param name="at">The time of the entry.</param>
    bool Were(PartnerId one, PartnerId other, long seq, DateTimeOffset at);
}
