namespace TrygghetHub.Server.Journal;

/// <summary>An entry's number and its journal time. Later entries have higher numbers and no earlier times.</summary>
/// <param name="Seq">1 for the first entry; 0 before it. Never leaves the hub.</param>
/// <param name="At">UTC, whole microseconds.</param>
internal readonly record struct JournalPoint(long Seq, DateTimeOffset At);

/// <summary>Journal time in store: microseconds since 1970, UTC.</summary>
internal static class JournalTime
{
    public static long ToMicros(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10;

    public static DateTimeOffset FromMicros(long micros) =>
        new(DateTimeOffset.UnixEpoch.Ticks + (micros * 10), TimeSpan.Zero);
}
