using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Server.Partners;
using Wire = TrygghetHub.Retention.V1;

namespace TrygghetHub.Server.Retention;

/// <summary>Keeps contents of a partner's reports in spite of a decision to dispose of them, until it is lifted. Immutable.</summary>
/// <param name="Seq">Its entry.</param>
/// <param name="At">Since when.</param>
/// <param name="Id">UUIDv7.</param>
/// <param name="Partner">Whose reports.</param>
/// <param name="Scope">Which of them.</param>
/// <param name="Reference">The controller's reference.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Who placed it, <c>urn:trygghet:…</c>.</param>
/// <param name="Lifting">How it ended; null while it holds.</param>
internal sealed record LegalHold(
    long Seq, DateTimeOffset At, Guid Id, PartnerId Partner, HoldScope Scope, string Reference, string Reason, string By,
    HoldLifting? Lifting)
{
    private const string Collection = "legalHolds";

    public string Name => $"partners/{Partner}/{Collection}/{Id:D}";

    public static bool TryParse(string name, PartnerId partner, out Guid id)
    {
        id = default;
        return name.Split('/') is ["partners", var owner, Collection, var hold] && owner == partner.Value
            && Guid.TryParseExact(hold, "D", out id);
    }

    /// <param name="isWhole">Also what it is about and why: for its partner alone.</param>
    public Wire.LegalHold ToWire(bool isWhole) => new()
    {
        Name = Name,
        Scope = isWhole ? Scope.ToWire() : null,
        Reference = Reference,
        Reason = isWhole ? Reason : "",
        PlaceTime = At.ToTimestamp(),
        PlacedBy = By,
        LiftTime = Lifting?.At.ToTimestamp(),
        LiftReference = Lifting?.Reference ?? "",
        LiftedBy = Lifting?.By ?? "",
    };
}
