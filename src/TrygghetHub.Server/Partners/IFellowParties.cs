namespace TrygghetHub.Server.Partners;

/// <summary>
/// The question that notices ask and the Agreements slice answers: with whom does a partner have agreements now?
/// </summary>
internal interface IFellowParties
{
    /// <summary>The other parties of agreements that name the partner and are not over, in the order of ids.</summary>
    IReadOnlyList<PartnerId> Of(PartnerId partner);
}
