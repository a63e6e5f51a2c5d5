using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Retention.V1;
using TrygghetHub.Server.Partners;
using Wire = TrygghetHub.Retention.V1;

namespace TrygghetHub.Server.Retention;

/// <summary>A controller's decision on how long contents of a class are kept. Immutable.</summary>
/// <param name="Seq">Its entry.</param>
/// <param name="At">Since when it is in force, until the next one of its class and partner.</param>
/// <param name="Id">UUIDv7.</param>
/// <param name="Class">What it is about.</param>
/// <param name="Partner">Whose data; null for the access log, which is the hub's.</param>
/// <param name="Days">Whole Swedish days after the day of receipt; 0 to keep.</param>
/// <param name="Reference">The controller's reference: nothing is disposed of without one.</param>
/// <param name="By">Who entered it, <c>urn:trygghet:…</c>.</param>
internal sealed record RetentionDecision(
    long Seq, DateTimeOffset At, Guid Id, RetentionClass Class, PartnerId? Partner, int Days, string Reference, string By)
{
    /// <summary>Nothing goes by it.</summary>
    public bool Preserves => Days == 0;

    public static string NameOf(Guid id) => $"retentionDecisions/{id:D}";

    public Wire.RetentionDecision ToWire() => new()
    {
        Name = NameOf(Id),
        RetentionClass = Class,
        Partner = Partner?.Value ?? "",
        Days = Days,
        Keep = Preserves,
        DecisionReference = Reference,
        DecideTime = At.ToTimestamp(),
        DecidedBy = By,
    };
}
