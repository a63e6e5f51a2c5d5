using TrygghetHub.Errors.V1;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>A refusal that the caller can understand and act on.</summary>
/// <param name="reason">Why, from the closed list.</param>
/// <param name="field">The field at fault, in proto names; empty when none is.</param>
/// <param name="rule">The rule that was broken.</param>
/// <param name="remedy">What to do about it.</param>
internal sealed class HubException(ErrorReason reason, string field, string rule, string remedy)
    : Exception($"{field}: {rule} {remedy}")
{
    /// <summary>Why, from the closed list.</summary>
    public ErrorReason Reason => reason;

    /// <summary>The field at fault, in proto names; empty when none is.</summary>
    public string Field => @field;

    /// <summary>The rule that was broken.</summary>
    public string Rule => rule;

    /// <summary>What to do about it.</summary>
    public string Remedy => remedy;
}
