using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using TrygghetHub.Codes.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening;

/// <summary>What becomes of published events, by their types; it fails closed.</summary>
/// <remarks>
/// <code>
/// 1  a type of the list     as the list says
/// 2  a never-taken word     never taken, whatever else the type says
/// 3  a decision             as a coordinator has decided; of a type of the list it only tightens
/// 4  a type that ends in *  as the list says of all that begin so
/// 5  anything else          held back: unknown
/// </code>
/// Types are compared by <see cref="ComparisonKey"/>. The hub decides by it, and a connector by the copy that the hub gives
/// it, so that what is never taken does not leave the sender's machine. Immutable; thread-safe.
/// </remarks>
public sealed partial class EventTypeList
{
    private const string Other = "other";

    private readonly FrozenDictionary<string, EventType> listed;
    private readonly EventType[] beginnings;
    private readonly FrozenDictionary<string, EventType> decided;
    private readonly string[] anywhere;
    private readonly string[] bound;

    /// <summary>Makes a list of what a hub has told, or of the files that the hub ships with.</summary>
    /// <param name="version">The list's.</param>
    /// <param name="types">Listed and decided ones.</param>
    /// <param name="neverTakenWords">As in <c>Data/never-taken-words.txt</c>.</param>
    public EventTypeList(int version, IEnumerable<EventType> types, IEnumerable<string> neverTakenWords)
    {
        Version = version;
        Types = [.. types];
        NeverTakenWords = [.. neverTakenWords];
        listed = Types.Where(t => !t.Decided && !IsBeginning(t)).ToFrozenDictionary(t => ComparisonKey.Of(t.Type), StringComparer.Ordinal);
        beginnings = [.. Types.Where(t => !t.Decided && IsBeginning(t))];
        decided = Types.Where(t => t.Decided).ToFrozenDictionary(t => ComparisonKey.Of(t.Type), StringComparer.Ordinal);
        anywhere = [.. NeverTakenWords.Where(w => !w.Contains('|', StringComparison.Ordinal)).Select(w => Letters.Of(w).Joined)];
        bound = [.. NeverTakenWords.Where(w => w.Contains('|', StringComparison.Ordinal)).Select(Bound)];
    }

    /// <summary>The list that this version of the library ships with.</summary>
    public static EventTypeList Embedded { get; } = new(
        VersionOf(DataFile.Text("event-types.txt")), DataFile.Lines("event-types.txt").Select(Parse),
        DataFile.Lines("never-taken-words.txt"));

    /// <summary>Version of the listed types.</summary>
    public int Version { get; }

    /// <summary>The types, listed ones first, then those that a coordinator has decided.</summary>
    public IReadOnlyList<EventType> Types { get; }

    /// <summary>Words of types that are never taken.</summary>
    public IReadOnlyList<string> NeverTakenWords { get; }

    /// <summary>The same list with other decisions.</summary>
    public EventTypeList With(IEnumerable<EventType> decisions) =>
        new(Version, Types.Where(t => !t.Decided).Concat(decisions), NeverTakenWords);

    /// <summary>What becomes of events of a type.</summary>
    /// <param name="type">As a source writes it, in any spelling; HTML entities and percent encoding are read.</param>
    /// <returns>Null for a type that is unknown, whose events are held back.</returns>
    public EventType? Find(string type)
    {
        var plain = PlainText.Of(type);
        var key = ComparisonKey.Of(plain);
        var known = listed.GetValueOrDefault(key);
        if (known is null && HoldsNeverTakenWord(plain))
        {
            return new EventType { Type = type, Treatment = EventTreatment.NeverTaken };
        }

        var decision = decided.GetValueOrDefault(key);
        known ??= Array.Find(beginnings, b => key.StartsWith(ComparisonKey.Of(b.Type[..^1]), StringComparison.Ordinal));
        return decision is not null && (known is null || Tightens(decision.Treatment, known.Treatment)) ? decision : known;
    }

    /// <summary>Whether events are never taken: by their type, or by what a headline says beside the type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="headline">A line that repeats the type with time and place; empty where there is none.</param>
    /// <param name="place">The name of the place, which may hold any word.</param>
    public bool IsNeverTaken(string type, string headline, string place)
    {
        if (Find(type) is { Treatment: EventTreatment.NeverTaken })
        {
            return true;
        }

        var rest = ComparisonKey.Of(PlainText.Of(headline));
        foreach (var said in new[] { type, place })
        {
            var key = ComparisonKey.Of(PlainText.Of(said));
            rest = key.Length == 0 ? rest : rest.Replace(key, " , ", StringComparison.Ordinal);
        }

        return HoldsNeverTakenWord(rest);
    }

    /// <summary>Whether a type is itself in the list as never taken; its words are not looked at.</summary>
    /// <param name="type">As for <see cref="Find"/>.</param>
    public bool ListsAsNeverTaken(string type) =>
        listed.GetValueOrDefault(ComparisonKey.Of(PlainText.Of(type))) is { Treatment: EventTreatment.NeverTaken };

    /// <summary>Whether a text holds one of <see cref="NeverTakenWords"/>.</summary>
    public bool HoldsNeverTakenWord(string text)
    {
        var letters = Letters.Of(PlainText.Of(text));
        return Array.Exists(anywhere, w => letters.Joined.Contains(w, StringComparison.Ordinal))
            || Array.Exists(bound, w => letters.Words.Contains(w, StringComparison.Ordinal));
    }

    /// <summary>Whether a treatment takes less than another.</summary>
    public static bool Tightens(EventTreatment treatment, EventTreatment than) => treatment > than;

    private static bool IsBeginning(EventType type) => type.Type.EndsWith('*');

    // " lvu " is a word, " dod" the beginning of one: the words of a text have a blank on both sides.
    private static string Bound(string word) =>
        (word.StartsWith('|') ? " " : "") + Letters.Of(word).Joined + (word.EndsWith('|') ? " " : "");

    private static int VersionOf(string file) => VersionHead().Match(file) is { Success: true } head
        ? int.Parse(head.Groups[1].ValueSpan, CultureInfo.InvariantCulture)
        : throw new InvalidDataException("event-types.txt, line 1: it must begin with its version, \"# Version 1.\"");

    private static EventType Parse(string line) => line.Split(';', StringSplitOptions.TrimEntries) switch
    {
        [var type, "never-taken"] => new EventType { Type = type, Treatment = EventTreatment.NeverTaken },
        [var type, "context"] => new EventType
        {
            Type = type,
            Treatment = EventTreatment.Context,
            Category = Other,
            Severity = Severity.Minor,
            Confidence = Confidence.SecondHand,
        },
        [var type, "counted", var category, var severity, var confidence] => new EventType
        {
            Type = type,
            Treatment = EventTreatment.Counted,
            Category = category,
            Severity = Enum.Parse<Severity>(severity, ignoreCase: true),
            Confidence = confidence == "suspected" ? Confidence.Suspected : Confidence.SecondHand,
        },
        _ => throw new InvalidDataException($"event-types.txt: \"{line}\" is not \"type; treatment; category; severity; confidence\"."),
    };

    [GeneratedRegex("^# Version ([0-9]{1,6})\\.")]
    private static partial Regex VersionHead();

    /// <summary>What is left of a text when it is read for words: letters from a to z, and digits.</summary>
    /// <param name="Words">Its words with a blank before, between and after; letters that stand alone in a row are one word.</param>
    /// <param name="Joined">Its letters and digits without blanks.</param>
    private readonly record struct Letters(string Words, string Joined)
    {
        // Latin letters that no mark makes, as those write them who have none of them.
        private const string Variants = "ßsøoæaœoðdþpłlıiđdħhŧt";

        public static Letters Of(string text)
        {
            var folded = new StringBuilder(text.Length);
            foreach (var rune in ComparisonKey.Of(text).EnumerateRunes())
            {
                var letter = Bare(rune);
                if (Rune.IsLetterOrDigit(letter))
                {
                    folded.Append(letter);
                }
                else if (Rune.GetUnicodeCategory(letter) is not (UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark))
                {
                    folded.Append(' ');
                }
            }

            // As those write who have no å, ä and ö.
            var plain = folded.Replace("aa", "a").Replace("ae", "a").Replace("oe", "o").ToString();
            var words = new StringBuilder(" ");
            var isAlone = false;
            foreach (var word in plain.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (isAlone && word.Length == 1)
                {
                    words.Length--;
                }

                words.Append(word).Append(' ');
                isAlone = word.Length == 1;
            }

            return new Letters(words.ToString(), plain.Replace(" ", "", StringComparison.Ordinal));
        }

        private static Rune Bare(Rune rune)
        {
            while (rune.IsBmp && Compatibility.Decompose((char)rune.Value) is { } parts)
            {
                rune = new Rune(parts[0]);
            }

            // Case is folded here, and either case may be what looks alike.
            var seen = LookAlikes.Of(rune.Value) is not '\0' and var lower ? lower : LookAlikes.Of(Rune.ToUpperInvariant(rune).Value);
            return char.IsAsciiLetter(seen) ? new Rune(char.ToLowerInvariant(seen))
                : rune.IsBmp && Variants.IndexOf((char)rune.Value, StringComparison.Ordinal) is >= 0 and var at && at % 2 == 0
                    ? new Rune(Variants[at + 1])
                    : rune;
        }
    }
}
