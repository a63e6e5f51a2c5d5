namespace TrygghetHub.Server.Feed;

/// <summary>
/// How far a feed has been told: all entries before <paramref name="Seq"/>, and of that one the reports up to
/// <paramref name="Within"/>. A report's own entry is told whole or not at all; a point at which older reports become
/// visible may be told in parts.
/// </summary>
internal readonly record struct FeedPosition(long Seq, long Within)
{
    /// <summary>All of the entry is told.</summary>
    public const long Whole = long.MaxValue;

    public static readonly FeedPosition Beginning = new(0, Whole);

    public static FeedPosition After(long seq) => new(seq, Whole);

    public bool IsBehind(FeedPosition other) => Seq < other.Seq || (Seq == other.Seq && Within < other.Within);
}
