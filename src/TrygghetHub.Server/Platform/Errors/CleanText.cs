using System.Globalization;
using System.Text.RegularExpressions;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>
/// Keeps what always points at a person (numbers, addresses, plates) out of the texts beside reports: reasons, notes, names of
/// areas. A reason names nobody either. Keeps out, too, what is not seen or makes a text be seen as another. Thread-safe.
/// </summary>
internal static partial class CleanText
{
    private static readonly Screener Screener = new([]);

    // What programs put in the place of a character that they could not read.
    private const char LostCharacter = '\uFFFD';

    /// <summary>For names of organisations and places, and references to decisions.</summary>
    /// <exception cref="HubException">REFUSED_PERSONAL_DATA, with kinds and places; or FIELD_INVALID.</exception>
    public static void Require(string text, string field) => Require(text, field, k => k.AlwaysBlocks());

    /// <summary>For reasons and codes, which can do without anybody's name.</summary>
    /// <inheritdoc cref="Require(string, string)"/>
    public static void RequireNobody(string text, string field) =>
        Require(text, field, k => k.AlwaysBlocks() || k is FindingKind.Name or FindingKind.Relation);

    /// <summary>Whether a text is one that <see cref="RequireNobody"/> takes.</summary>
    public static bool IsOfNobody(string text) =>
        Check(text, "", k => k.AlwaysBlocks() || k is FindingKind.Name or FindingKind.Relation) is null;

    /// <summary>For who has done something in office: a name or a role, and nothing more of the person.</summary>
    /// <inheritdoc cref="Require(string, string)"/>
    public static void RequirePerson(string text, string field) => Require(text, field, k => k != FindingKind.Name);

    /// <summary>
    /// For references to decisions, statutes and registers: as <see cref="Require(string, string)"/>, and no identity number
    /// whatever stands between its digits.
    /// </summary>
    /// <inheritdoc cref="Require(string, string)"/>
    public static void RequireReference(string text, string field)
    {
        Require(text, field);
        RequireNoIdentityDigits(text, field);
    }

    /// <summary>For numbers of a register, which may look like any number but a person's, and hold no name.</summary>
    /// <inheritdoc cref="Require(string, string)"/>
    public static void RequireRegistrationNumber(string text, string field)
    {
        Require(
            text, field,
            k => k is FindingKind.PersonalIdentityNumber or FindingKind.CoordinationNumber or FindingKind.InterimNumber
                or FindingKind.Name);
        RequireNoIdentityDigits(text, field);
    }

    /// <summary>Why a name of an organisation or a place is not taken; null when it is.</summary>
    public static Refusal? Check(string text, string field) => Check(text, field, k => k.AlwaysBlocks());

    /// <summary>Why a text is not taken that has lost a character (U+FFFD); null where none is lost.</summary>
    /// <remarks>A name may stand there, and no screening finds it.</remarks>
    public static Refusal? CheckWhole(string text, string field) => text.Contains(LostCharacter, StringComparison.Ordinal) ? Lost(field) : null;

    private static Refusal Lost(string field) => new(
        ErrorReason.FieldInvalid, field,
        "It holds U+FFFD, which stands where a program could not read a character.",
        "Read the source in its own encoding, and send the text in UTF-8.");

    private static void Require(string text, string field, Func<FindingKind, bool> blocks)
    {
        if (Check(text, field, blocks) is { } refusal)
        {
            throw new HubException(refusal);
        }
    }

    private static Refusal? Check(string text, string field, Func<FindingKind, bool> blocks) =>
        CheckSeen(text, field) ?? CheckClean(text, field, blocks);

    // A text is read as it stands: nothing in it moves the cursor, turns the direction of writing or shows as nothing.
    private static Refusal? CheckSeen(string text, string field)
    {
        if (CheckWhole(text, field) is { } lost)
        {
            return lost;
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value != '\n' && UnseenCharacters.Contains(rune))
            {
                return new Refusal(
                    ErrorReason.FieldInvalid, field,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"It holds no control characters, and none that show as nothing or turn the writing: there is U+{rune.Value:X4}."),
                    "Write it without; a text that was pasted may hold such characters unseen.");
            }
        }

        return null;
    }

    [GeneratedRegex(@"(?<![0-9])(?:[0-9]{2})?[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01]|[6-8][0-9]|9[01])[-+][0-9]{4}(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex IdentityNumberShape();

    /// <summary>For what is no text and is kept in clear: no identity number in its digits.</summary>
    /// <exception cref="HubException">REFUSED_PERSONAL_DATA.</exception>
    public static void RequireNoIdentityDigits(string text, string field)
    {
        if (IdentityDigits.AreIn(text))
        {
            throw new HubException(new Refusal(
                ErrorReason.RefusedPersonalData, field,
                "Its digits, read together, are an identity number; the hub has kept nothing of it.", "Write it without.")
            {
                Findings =
                [
                    new Finding
                    {
                        Kind = FindingKind.PersonalIdentityNumber, Field = field, Start = 0, Length = text.Length, Blocking = true,
                    },
                ],
            });
        }
    }

    private static Refusal? CheckClean(string text, string field, Func<FindingKind, bool> blocks)
    {
        var found = Screener.Screen(text)
            .Where(f => blocks(f.Kind))
            .Select(f => (f.Kind, f.Start, f.Length))
            // A check digit that does not fit is a slip of the pen here, where no number has a place, and not another number.
            .Concat(blocks(FindingKind.PersonalIdentityNumber)
                ? IdentityNumberShape().Matches(text).Select(m => (Kind: FindingKind.PersonalIdentityNumber, Start: m.Index, m.Length))
                : [])
            .DistinctBy(f => f.Start)
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
