using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>
/// Keeps what always points at a person (numbers, addresses, plates) out of the texts beside reports: reasons, notes, names of
/// areas. A reason names nobody either. Thread-safe.
/// </summary>
internal static class CleanText
{
    private static readonly Screener Screener = new([]);

    /// <summary>For names of organisations and places, and references to decisions.</summary>
    /// <exception cref="HubException">REFUSED_PERSONAL_DATA, with kinds and places.</exception>
    public static void Require(string text, string field)
    {
        if (Check(text, field) is { } refusal)
        {
            throw new HubException(refusal);
        }
    }

    /// <summary>For reasons and codes, which can do without anybody's name.</summary>
    /// <exception cref="HubException">REFUSED_PERSONAL_DATA, with kinds and places.</exception>
    public static void RequireNobody(string text, string field)
    {
        if (Check(text, field, namesToo: true) is { } refusal)
        {
            throw new HubException(refusal);
        }
    }

    /// <summary>Why a text is not taken; null when it is.</summary>
    public static Refusal? Check(string text, string field, bool namesToo = false)
    {
        var found = Screener.Screen(text)
            .Where(f => f.Kind.AlwaysBlocks() || (namesToo && (f.Kind is FindingKind.Name or FindingKind.Relation)))
            .Select(f => new Finding { Kind = f.Kind, Field = field, Start = f.Start, Length = f.Length, Blocking = true })
            .ToList();
        return found.Count == 0 ? null : new Refusal(
            ErrorReason.RefusedPersonalData, field,
            $"The text holds what points at a person ({string.Join(", ", found.Select(f => f.Kind.Name()).Distinct())}); "
                + "the hub has kept nothing of it.",
            "Write it without.")
        {
            Findings = found,
        };
    }
}
