namespace TrygghetHub.Client;

/// <summary>One link between an identity folder and its hub that was looked at.</summary>
/// <param name="Subject">What was looked at, in a word or two.</param>
/// <param name="Outcome">How it is.</param>
/// <param name="Text">What was found, as a sentence.</param>
/// <param name="Remedy">What to do; null when nothing is to be done.</param>
public sealed record HubCheck(string Subject, CheckOutcome Outcome, string Text, string? Remedy = null)
{
    /// <summary>Why the identity folder cannot be used, where that is what was found.</summary>
    public IdentityFault? Fault { get; init; }
}

/// <summary>How a link is.</summary>
public enum CheckOutcome
{
    /// <summary>It holds.</summary>
    Fine,

    /// <summary>It holds, but needs a look.</summary>
    Warning,

    /// <summary>It is broken.</summary>
    Failed,

    /// <summary>It could not be looked at, because of one before it.</summary>
    NotMade,
}
