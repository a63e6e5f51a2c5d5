using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace TrygghetHub.Cli;

/// <summary>Times as they are written in options: <c>2026-11-23</c>, <c>2026-11-23T08:00</c>, or with an offset.</summary>
internal static class TimeArgument
{
    private const string Remedy =
        "Write it like 2026-11-23 or 2026-11-23T08:00, in Swedish time, or with an offset: 2026-11-23T07:00Z.";

    private static readonly string[] Local = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];
    private static readonly string[] WithOffset =
        ["yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"];

    /// <summary>An option that takes one.</summary>
    /// <param name="name">Such as <c>--at</c>.</param>
    /// <param name="what">What it is the time of, as a sentence.</param>
    public static Option<string?> Of(string name, string what) => new(name)
    {
        Description = what + " In Swedish time, unless a UTC offset is specified.",
        HelpName = "TIME",
    };

    /// <summary>Reads a time; a day is its first instant. Null where none was given.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="option">Where it was written, such as <c>--at</c>.</param>
    /// <exception cref="UsageException">It is no time.</exception>
    public static Timestamp? Read(string? text, string option)
    {
        if (text is null)
        {
            return null;
        }

        var invariant = CultureInfo.InvariantCulture;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", invariant, DateTimeStyles.None, out var day))
        {
            return Of(day, TimeOnly.MinValue);
        }

        if (DateTime.TryParseExact(text, Local, invariant, DateTimeStyles.None, out var local))
        {
            return Of(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
        }

        var zoned = text.EndsWith('Z') ? text[..^1] + "+00:00" : text;
        return DateTimeOffset.TryParseExact(zoned, WithOffset, invariant, DateTimeStyles.None, out var exact)
            ? exact.ToTimestamp()
            : throw new UsageException($"{option}: \"{text}\" is no time.", Remedy);

        // The first day of the first year and the last of the last have no instant everywhere.
        Timestamp Of(DateOnly date, TimeOnly time) => date.Year is > 1 and < 9999
            ? Week.At(date, time).ToTimestamp()
            : throw new UsageException($"{option}: \"{text}\" is no time.", Remedy);
    }
}
