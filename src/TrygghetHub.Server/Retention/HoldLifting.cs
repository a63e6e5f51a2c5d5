namespace TrygghetHub.Server.Retention;

/// <summary>The end of a legal hold. Immutable.</summary>
/// <param name="At">Since when what it kept may go.</param>
/// <param name="Reference">The controller's reference.</param>
/// <param name="By">Who lifted it, <c>urn:trygghet:…</c>.</param>
internal sealed record HoldLifting(DateTimeOffset At, string Reference, string By);
