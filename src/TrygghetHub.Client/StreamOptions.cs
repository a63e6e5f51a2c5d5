using TrygghetHub.Screening;

namespace TrygghetHub.Client;

/// <summary>How reports are sent in bulk. The defaults suit everyone but tests.</summary>
public sealed record StreamOptions
{
    /// <summary>
    /// Most incidents in one message, 1 to 10,000; 100 unless set. A message takes what is at hand and never
    /// waits to be full.
    /// </summary>
    public int MaxBatch { get; init; } = 100;

    /// <summary>
    /// Most incidents that may be on their way at once, 1 or more, counted until their result has been read;
    /// 5,000 unless set. At that number nothing more is taken from the source.
    /// </summary>
    public int MaxUnanswered { get; init; } = 5_000;

    /// <summary>How many times in a row a broken connection is made anew without any answer coming; 8 unless set.</summary>
    public int MaxReconnects { get; init; } = 8;

    /// <summary>
    /// Screens each report before it is sent: one with something that always blocks is answered here, as the hub would refuse
    /// it, and does not leave the machine. Null, the default, leaves it to the hub, which may quarantine it instead. See
    /// <see cref="HubClient.GetScreeningAsync"/>.
    /// </summary>
    public ReportScreening? Screening { get; init; }

    /// <summary>
    /// Told before each wait for a new attempt what broke, so that a person can be; null, the default, tells nobody.
    /// It must not throw.
    /// </summary>
    public Action<HubException>? Reconnecting { get; init; }
}
