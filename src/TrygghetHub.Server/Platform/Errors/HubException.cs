using TrygghetHub.Errors.V1;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>
/// Ends a call with a refusal. The only exception that a service throws on purpose; anything else is a bug
/// and is answered as <c>INTERNAL</c>.
/// </summary>
internal sealed class HubException(Refusal refusal, Exception? inner = null)
    : Exception($"{refusal.Reason}: {refusal.Field} {refusal.Rule}", inner)
{
    public HubException(ErrorReason reason, string field, string rule, string remedy)
        : this(new Refusal(reason, field, rule, remedy))
    {
    }

    public Refusal Refusal { get; } = refusal;

    /// <summary>
    /// The one answer for what does not exist and for what the caller may not see: telling them apart would
    /// tell that it exists.
    /// </summary>
    public static HubException NotFound(string field) =>
        new(ErrorReason.NotFound, field, "There is no such thing, or it is not shared with you.",
            "Check the name; if it is right, no agreement in force lets you see it for this purpose.");
}
