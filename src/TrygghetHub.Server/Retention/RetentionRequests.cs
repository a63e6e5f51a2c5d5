using Google.Protobuf.WellKnownTypes;
using TrygghetHub.Errors.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Codes;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Retention.V1;

namespace TrygghetHub.Server.Retention;

/// <summary>What a request must hold. Pure but for the books it is checked against; refuses by throwing.</summary>
internal static class RetentionRequests
{
    private const int LongestReference = 60;
    private const int LongestReason = 200;
    private const int MostDays = 36_500;
    private const int MostYearsAhead = 200;

    /// <summary>Days of a decision; 0 to keep.</summary>
    /// <exception cref="HubException">FIELD_INVALID or FIELD_REQUIRED.</exception>
    public static int RequireDays(int days, bool keep)
    {
        if (keep && days != 0)
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "days", "What is preserved has no days.", "Send either days or keep.");
        }

        if (!keep && days == 0)
        {
            throw new HubException(
                ErrorReason.FieldRequired, "days", "A decision says how long, or that nothing goes.", "Send days, or keep.");
        }

        return days is >= 0 and <= MostDays ? days : throw new HubException(
            ErrorReason.FieldInvalid, "days", $"Contents are kept for 1 to {MostDays} days.",
            "Send a number of days, or keep to preserve them.");
    }

    /// <summary>A reference to the controller's decision: without one nothing is disposed of, held or let go.</summary>
    /// <exception cref="HubException">FIELD_REQUIRED, TEXT_TOO_LONG, FIELD_INVALID or REFUSED_PERSONAL_DATA.</exception>
    public static string RequireReference(string text, string field)
    {
        var reference = RequireText(
            text, field, LongestReference, "The controller's decision is required.",
            "Name its registration number, such as KS2026/123.");
        CleanText.RequireReference(reference, field);
        return reference;
    }

    /// <summary>Why a hold is placed.</summary>
    /// <exception cref="HubException">As for a reference.</exception>
    public static string RequireReason(string text)
    {
        var reason = RequireText(text, "reason", LongestReason, "A hold says why.", "Write why, without pointing at anybody.");
        CleanText.RequireNobody(reason, "reason");
        return reason;
    }

    /// <summary>The time that a preview is of; now where none is set.</summary>
    /// <exception cref="HubException">TIME_OUT_OF_RANGE.</exception>
    public static DateTimeOffset ReadAsOf(Timestamp? time, DateTimeOffset now) =>
        WireTime.ReadOptional(time, "as_of") is not { } at ? now
        : at.Year >= 2000 && at <= now.AddYears(MostYearsAhead) ? at
        : throw new HubException(
            ErrorReason.TimeOutOfRange, "as_of", $"It is before 2000, or more than {MostYearsAhead} years ahead.",
            "Leave it out for now.");

    /// <summary>A scope of areas and categories that the hub knows.</summary>
    /// <exception cref="HubException">AREA_UNKNOWN, CATEGORY_UNKNOWN, TIME_OUT_OF_RANGE or FIELD_INVALID.</exception>
    public static HoldScope RequireScope(Wire.HoldScope? scope, AreaBook areas, RetentionRegister register)
    {
        scope ??= new Wire.HoldScope();
        if (scope.Area.Length > 0 && !areas.TryGet(scope.Area, out _))
        {
            throw new HubException(
                ErrorReason.AreaUnknown, "scope.area", "The hub knows no area with this code.",
                "Use official codes, such as 0139; list the areas to see them.");
        }

        if (scope.Category.Length > 0 && CategoryList.Embedded.Find(scope.Category) is null)
        {
            throw new HubException(
                ErrorReason.CategoryUnknown, "scope.category", "The hub knows no such category.",
                "Use codes from docs/categories.md, such as graffiti.");
        }

        var (from, to) = (ReadMicros(scope.ReceivedFrom, "scope.received_from"), ReadMicros(scope.ReceivedTo, "scope.received_to"));
        return from >= to
            ? throw new HubException(
                ErrorReason.FieldInvalid, "scope.received_to", "It ends before it begins: it would keep nothing.",
                "Send a later end, or leave it out.")
            : register.ScopeOf(scope.Area, scope.Category, from, to);
    }

    // As finely as the journal keeps time, so that it is the same after a restart.
    private static DateTimeOffset? ReadMicros(Timestamp? time, string field) =>
        WireTime.ReadOptional(time, field) is { } at ? JournalTime.FromMicros(JournalTime.ToMicros(at)) : null;

    private static string RequireText(string given, string field, int longest, string why, string remedy)
    {
        var text = given.Trim();
        if (text.Length == 0)
        {
            throw new HubException(ErrorReason.FieldRequired, field, why, remedy);
        }

        if (text.Length > longest)
        {
            throw new HubException(ErrorReason.TextTooLong, field, $"It has at most {longest} characters.", "Shorten it.");
        }

        if (text.Any(char.IsControl))
        {
            throw new HubException(ErrorReason.FieldInvalid, field, "It holds no control characters.", "Write it on one line.");
        }

        CleanText.Require(text, field);
        return text;
    }
}
