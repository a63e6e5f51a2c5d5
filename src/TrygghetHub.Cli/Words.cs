using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Partners.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Platform.Calendar;

namespace TrygghetHub.Cli;

/// <summary>Wire values as people write and read them.</summary>
internal static class Words
{
    private const string KindPrefix = "PARTNER_KIND_";

    /// <summary>The kinds of partner that can be enrolled, as they are written: <c>municipal-unit</c>.</summary>
    public static IEnumerable<string> PartnerKinds =>
        System.Enum.GetValues<PartnerKind>().Where(k => k != PartnerKind.Unspecified).Select(k => Of(k));

    /// <summary>The roles that a partner can have, as they are written: <c>partner-system</c>.</summary>
    public static IEnumerable<string> PartnerRoles =>
        System.Enum.GetValues<PartnerRole>().Where(r => r != PartnerRole.Unspecified).Select(r => Of(r));

    /// <summary>An enum value without its prefix, in lower case with hyphens.</summary>
    public static string Of<T>(T value) where T : struct, System.Enum
    {
        var name = OriginalName(value);
        if (name.Length == 0)
        {
            return value.ToString();
        }

        return Of(name, typeof(T).Name);
    }

    /// <summary>The same of a value's name on the wire.</summary>
    /// <param name="name">Such as <c>SHARING_FORM_COUNTS</c>.</param>
    /// <param name="type">Such as <c>SharingForm</c>.</param>
    public static string Of(string name, string type)
    {
        var prefix = string.Concat(type.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : c.ToString()))
            .ToUpperInvariant() + "_";
        return Hyphens(name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name);
    }

    // Empty for a value that this version does not know.
    private static string OriginalName<T>(T value) where T : struct, System.Enum =>
        typeof(T).GetField(value.ToString())?.GetCustomAttributes(typeof(OriginalNameAttribute), false)
            .OfType<OriginalNameAttribute>().SingleOrDefault()?.Name ?? "";

    /// <summary>Reads a kind of partner, with hyphens or underscores, in any case.</summary>
    /// <exception cref="UsageException">There is no such kind; lists those there are.</exception>
    public static PartnerKind PartnerKindOf(string text)
    {
        var asked = Hyphens(text);
        if (asked.StartsWith(Hyphens(KindPrefix), StringComparison.Ordinal))
        {
            asked = asked[KindPrefix.Length..];
        }

        foreach (var kind in System.Enum.GetValues<PartnerKind>())
        {
            if (kind != PartnerKind.Unspecified && Of(kind) == asked)
            {
                return kind;
            }
        }

        throw new UsageException($"There is no kind of partner called \"{text}\".",
            "It is one of " + string.Join(", ", PartnerKinds) + ".");
    }

    /// <summary>Reads a role, with hyphens or underscores, in any case.</summary>
    /// <exception cref="UsageException">There is no such role; lists those there are.</exception>
    public static PartnerRole PartnerRoleOf(string text)
    {
        var asked = Hyphens(text);
        foreach (var role in System.Enum.GetValues<PartnerRole>())
        {
            if (role != PartnerRole.Unspecified && Of(role) == asked)
            {
                return role;
            }
        }

        throw new UsageException($"There is no role called \"{text}\".",
            "It is one of " + string.Join(", ", PartnerRoles) + ".");
    }

    /// <summary>Reads a value of any kind, with hyphens or underscores, in any case, with or without its prefix.</summary>
    /// <param name="text">As it was written.</param>
    /// <param name="what">What it is a value of, such as <c>purpose</c>.</param>
    /// <exception cref="UsageException">There is no such value; lists those there are.</exception>
    public static T ValueOf<T>(string text, string what) where T : struct, System.Enum
    {
        var asked = Hyphens(text);
        var values = System.Enum.GetValues<T>().Where(v => !v.Equals(default(T))).ToList();
        foreach (var value in values)
        {
            if (asked == Of(value) || asked == Hyphens(OriginalName(value)))
            {
                return value;
            }
        }

        throw new UsageException($"There is no {what} called \"{text}\".",
            "It is one of " + string.Join(", ", values.Select(v => Of(v))) + ".");
    }

    /// <summary>An instant on Swedish clocks, such as <c>Tue 21 May 2024 08:00 CEST</c>.</summary>
    public static string Time(Timestamp? time) => Of(time, SwedishClock.Time);

    /// <summary>The same where the year is plain.</summary>
    public static string Moment(Timestamp? time) => Of(time, SwedishClock.Moment);

    /// <summary>The same without the zone, for a column whose heading says that it is Swedish time.</summary>
    public static string MomentOfColumn(Timestamp? time) => Of(time, SwedishClock.MomentOfColumn);

    /// <summary>An instant on Swedish clocks, in the least room: <c>2024-05-21 08:00 CEST</c>.</summary>
    public static string Minute(Timestamp? time) => Of(time, SwedishClock.Minute);

    /// <summary>The same without the zone, for a column whose heading says that it is Swedish time.</summary>
    public static string MinuteOfColumn(Timestamp? time) => Of(time, SwedishClock.MinuteOfColumn);

    /// <summary>A day on Swedish clocks, such as <c>2024-05-21</c>.</summary>
    public static string Day(Timestamp? time) => Of(time, SwedishClock.Day);

    private static string Of(Timestamp? time, Func<DateTimeOffset, string> form) => time is null ? "–" : form(time.ToDateTimeOffset());

    private static string Hyphens(string text) =>
        ComparisonKey.Of(text).Replace('_', '-');
}
