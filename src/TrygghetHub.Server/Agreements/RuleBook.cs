using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Partners;

namespace TrygghetHub.Server.Agreements;

/// <summary>
/// Everything that decisions are made by, as it was at one journal entry. Immutable: a decision can be made
/// again years later from the book of that entry.
/// </summary>
internal sealed record RuleBook(
    AgreementBook Agreements, PartnerBook Partners, AreaBook Areas, CategoryList Categories, CeilingList Ceilings)
{
    /// <summary>The entry from which on agreements and areas are these.</summary>
    public long Since { get; init; }
}
