using System.Collections.Immutable;

namespace TrygghetHub.Server.Platform.Tokens;

/// <summary>When a signing key was published, and from when it signs; it signs until the next one does.</summary>
internal sealed record KeyDates(string Id, DateTimeOffset PublishedAt, DateTimeOffset SignsFrom);

/// <summary>
/// The life of signing keys. Pure. A ring is in the order in which its keys sign, and is never empty after the first
/// start.
/// </summary>
internal static class SigningPlan
{
    /// <summary>Whoever keeps a copy of the key set fetches it anew at least once in this time.</summary>
    public static readonly TimeSpan PublishedBefore = TimeSpan.FromDays(1);

    /// <summary>
    /// How long a key stays published after it has signed for the last time: the longest life that a token can be given,
    /// an hour, and five minutes for clocks that differ. A constant, because the lifetime may be set lower while longer
    /// tokens are out.
    /// </summary>
    public static readonly TimeSpan PublishedAfter = TimeSpan.FromMinutes(65);

    // The job that asks runs hourly: asked an hour early, the successor is ready on the day.
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);

    /// <summary>The one key that signs at an instant.</summary>
    public static KeyDates Signing(ImmutableArray<KeyDates> ring, DateTimeOffset at) =>
        ring.LastOrDefault(k => k.SignsFrom <= at) ?? ring[0];

    /// <summary>Dates of the key to make now, or null when none is due.</summary>
    public static KeyDates? Due(ImmutableArray<KeyDates> ring, DateTimeOffset at, TimeSpan signsFor, string id)
    {
        if (ring.IsEmpty)
        {
            return new KeyDates(id, at, at);
        }

        // After a long standstill the old key signs on until the new one has been published for its day.
        var change = ring[^1].SignsFrom + signsFor;
        return at < change - PublishedBefore - Ahead
            ? null
            : new KeyDates(id, at, Latest(change, at + PublishedBefore));
    }

    /// <summary>Whether every token that a key has signed is over.</summary>
    public static bool IsOver(ImmutableArray<KeyDates> ring, KeyDates key, DateTimeOffset at)
    {
        var next = ring.IndexOf(key) + 1;
        return next < ring.Length && at >= ring[next].SignsFrom + PublishedAfter;
    }

    private static DateTimeOffset Latest(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
