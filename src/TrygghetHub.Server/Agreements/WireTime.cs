using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Agreements;

/// <summary>Reads times of requests.</summary>
internal static class WireTime
{
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whether it is one: from year 1 to 9999, as Timestamp defines it. What is outside cannot be converted.</summary>
    public static bool IsTime(Timestamp? time) =>
        time is { Seconds: >= -62135596800 and <= 253402300799, Nanos: >= 0 and <= 999_999_999 };

    /// <exception cref="HubException">TIME_OUT_OF_RANGE: it is set, and no time.</exception>
    public static DateTimeOffset? ReadOptional(Timestamp? time, string field) => time is null ? null
        : IsTime(time) ? time.ToDateTimeOffset()
        : throw new HubException(
            ErrorReason.TimeOutOfRange, field, "It is no time.", "Send a time such as 2027-01-01T00:00:00Z.");

    /// <summary>A time that is now or past; now where it is not set.</summary>
    /// <exception cref="HubException">TIME_OUT_OF_RANGE: it is no time, or has not come.</exception>
    public static DateTimeOffset ReadPast(Timestamp? time, string field, DateTimeOffset now) =>
        ReadOptional(time, field) is not { } at ? now
        : at <= now && at >= Earliest ? at
        : throw new HubException(
            ErrorReason.TimeOutOfRange, field, "The time is before 2000, or has not come: what rules there will be is not known.",
            "Send a past time, or leave it out for now.");
}
