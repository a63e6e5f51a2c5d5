using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using TrygghetHub.Codes.V1;
using TrygghetHub.Reports.V1;

namespace TrygghetHub.Screening;

/// <summary>What becomes of published events, by their types; it fails closed.</summary>
/// <remarks>
/// <code>
/// 1  a type of the list     as the list says
/// 2  a never-taken word     never taken, whatever else the type says, unless it says it of animals or things alone
/// 3  a misspelling of one   held back; a decision may only be that it is never taken
/// 4  a decision             as a coordinator has decided; of a type of the list it only tightens
/// 5  a type that ends in *  as the list says of all that begin so
/// 6  anything else          held back: unknown
/// </code>
/// Types are compared by <see cref="ComparisonKey"/>. The hub decides by it, and a connector by the copy that the hub gives
/// it, so that what is never taken does not leave the sender's machine. Immutable; thread-safe.
/// </remarks>
public sealed partial class EventTypeList
{
    /// <summary>
    /// Mark (<c>source_version</c>) of the withdrawals that the hub makes when a coordinator has decided that events of a type
    /// are never taken: when the decision is taken back, their senders may send them again.
    /// </summary>
    public const string WithdrawalMark = "hub:never-taken";

    private const string Other = "other";

    // Sources have some hundred types, and partners some hundred codes.
    private const int MostRemembered = 4_096;
    private const int LongestRemembered = 128;

    private readonly FrozenDictionary<string, EventType> listed;
    private readonly EventType[] beginnings;
    private readonly FrozenDictionary<string, EventType> decided;
    private readonly NeverTakenWords words;
    private readonly string[] neverTaken;
    private readonly ConcurrentDictionary<string, EventType?> found = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> listing = new(StringComparer.Ordinal);
    private readonly FrozenSet<string> taken;

    /// <summary>Makes a list of what a hub has told, or of the files that the hub ships with.</summary>
    /// <param name="version">The list's.</param>
    /// <param name="types">Listed and decided ones.</param>
    /// <param name="neverTakenWords">As in <c>Data/never-taken-words.txt</c>.</param>
    /// <param name="objectWords">As in <c>Data/object-words.txt</c>.</param>
    public EventTypeList(
        int version, IEnumerable<EventType> types, IEnumerable<string> neverTakenWords, IEnumerable<string> objectWords)
    {
        Version = version;
        Types = [.. types];
        NeverTakenWords = [.. neverTakenWords];
        ObjectWords = [.. objectWords];
        listed = Types.Where(t => !t.Decided && !IsBeginning(t)).ToFrozenDictionary(t => ComparisonKey.Of(t.Type), StringComparer.Ordinal);
        beginnings = [.. Types.Where(t => !t.Decided && IsBeginning(t))];
        decided = Types.Where(t => t.Decided).ToFrozenDictionary(t => ComparisonKey.Of(t.Type), StringComparer.Ordinal);
        words = new NeverTakenWords(NeverTakenWords, ObjectWords);
        neverTaken = [.. listed.Values.Where(t => t.Treatment == EventTreatment.NeverTaken).Select(t => Letters.Of(t.Type).Joined)];
        taken = listed.Values.Where(t => t.Treatment != EventTreatment.NeverTaken).Select(t => Letters.Of(t.Type).Words)
            .ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>The list that this version of the library ships with.</summary>
    public static EventTypeList Embedded { get; } = new(
        VersionOf(DataFile.Text("event-types.txt")), DataFile.Lines("event-types.txt").Select(Parse),
        DataFile.Lines("never-taken-words.txt"), DataFile.Lines("object-words.txt"));

    /// <summary>Version of the listed types.</summary>
    public int Version { get; }

    /// <summary>The types, listed ones first, then those that a coordinator has decided.</summary>
    public IReadOnlyList<EventType> Types { get; }

    /// <summary>Words of types that are never taken.</summary>
    public IReadOnlyList<string> NeverTakenWords { get; }

    /// <summary>Words of animals and things: a type of those alone is not about an individual.</summary>
    public IReadOnlyList<string> ObjectWords { get; }

    /// <summary>The same list with other decisions.</summary>
    public EventTypeList With(IEnumerable<EventType> decisions) =>
        new(Version, Types.Where(t => !t.Decided).Concat(decisions), NeverTakenWords, ObjectWords);

    /// <summary>What becomes of events of a type.</summary>
    /// <param name="type">As a source writes it, in any spelling; HTML entities and percent encoding are read.</param>
    /// <returns>Null for a type that is unknown, whose events are held back.</returns>
    public EventType? Find(string type)
    {
        if (found.TryGetValue(type, out var known))
        {
            return known;
        }

        known = Search(type);
        // Searching for words costs the most for types that nobody knows. What a sender can send is bounded by nothing else.
        if (found.Count < MostRemembered && type.Length <= LongestRemembered)
        {
            found.TryAdd(type, known);
        }

        return known;
    }

    private EventType? Search(string type)
    {
        var plain = PlainText.Of(type);
        var key = ComparisonKey.Of(plain);
        var known = listed.GetValueOrDefault(key);
        var decision = decided.GetValueOrDefault(key);
        if (known is null)
        {
            if (!IsSpellingOfTaken(plain) && words.AreIn(plain))
            {
                return new EventType { Type = type, Treatment = EventTreatment.NeverTaken };
            }

            if (words.NearestIn(plain) is not null)
            {
                return decision is { Treatment: EventTreatment.NeverTaken } ? decision : null;
            }

            known = Array.Find(beginnings, b => key.StartsWith(ComparisonKey.Of(b.Type[..^1]), StringComparison.Ordinal));
        }

        return decision is not null && (known is null || Tightens(decision.Treatment, known.Treatment)) ? decision : known;
    }

    /// <summary>The never-taken word that a type seems to misspell; no decision takes events of such a type.</summary>
    /// <param name="type">As for <see cref="Find"/>.</param>
    /// <returns>Null where it misspells none, and for a type of the list.</returns>
    public string? MisspeltIn(string type)
    {
        var plain = PlainText.Of(type);
        return listed.ContainsKey(ComparisonKey.Of(plain)) || IsSpellingOfTaken(plain) ? null : words.NearestIn(plain);
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

    /// <summary>Whether a code is a type that the list never takes, in any spelling and with one letter wrong; its words are not looked at.</summary>
    /// <param name="code">As for <see cref="Find"/>.</param>
    public bool ListsAsNeverTaken(string code)
    {
        if (listing.TryGetValue(code, out var isListed))
        {
            return isListed;
        }

        var letters = Letters.Of(PlainText.Of(code)).Joined;
        isListed = Array.Exists(neverTaken, t => Misspelling.IsOf(t, letters));
        if (listing.Count < MostRemembered && code.Length <= LongestRemembered)
        {
            listing.TryAdd(code, isListed);
        }

        return isListed;
    }

    /// <summary>Whether a text holds one of <see cref="NeverTakenWords"/>.</summary>
    public bool HoldsNeverTakenWord(string text) => words.AreIn(PlainText.Of(text));

    /// <summary>Whether a treatment takes less than another.</summary>
    public static bool Tightens(EventTreatment treatment, EventTreatment than) => RankOf(treatment) > RankOf(than);

    // Not by their numbers in the contract, between which no value could come then. What is unknown takes least.
    private static int RankOf(EventTreatment treatment) => treatment switch
    {
        EventTreatment.Unspecified => 0,
        EventTreatment.Counted => 1,
        EventTreatment.Context => 2,
        _ => 3,
    };

    private static bool IsBeginning(EventType type) => type.Type.EndsWith('*');

    // "Ofog barn / ungdom" is the listed type, whatever stands between its words.
    private bool IsSpellingOfTaken(string type) => taken.Contains(Letters.Of(type).Words);

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
}
