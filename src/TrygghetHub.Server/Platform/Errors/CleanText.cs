using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>
/// Keeps what always points at a person (numbers, addresses, plates) out of the texts beside reports: reasons, notes, names of
/// areas. Names of people are left to whoever writes: a decision may name the official who made it. Thread-safe.
/// </summary>
internal static class CleanText
{
    private static readonly Screener Screener = new([]);

    /// <exception cref="HubException">REFUSED_PERSONAL_DATA, with kinds and places.</exception>
    public static void Require(string text, string field)
    {
        if (Check(text, field) is { } refusal)
        {
            throw new HubException(refusal);
        }
    }

    /// <summary>Why a text is not taken; null when it is.</summary>
    public static Refusal? Check(string text, string field)
    {
        var found = Screener.Screen(text).Where(f => f.Kind.AlwaysBlocks())
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
