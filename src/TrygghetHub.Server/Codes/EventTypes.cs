using System.Collections.Immutable;
using Google.Protobuf;
using TrygghetHub.Codes.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Codes;

/// <summary>
/// What becomes of published events, by type: the hub's own list with what coordinators have decided. Thread-safe; changes are
/// published on the journal's lane.
/// </summary>
internal sealed class EventTypes
{
    private const int LongestType = 64;
    private const int MostDecisions = 1_000;

    private readonly JournalLane journal;
    private volatile EventTypeList current;

    // By key; only the lane changes it.
    private ImmutableSortedDictionary<string, EventType> decisions = ImmutableSortedDictionary.Create<string, EventType>(StringComparer.Ordinal);

    public EventTypes(JournalLane journal, HubDatabase database)
    {
        this.journal = journal;
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT seq FROM event_type_decision ORDER BY seq";
        using var row = find.ExecuteReader();
        while (row.Read())
        {
            decisions = With(EventTypeDecisionEntry.Parser.ParseFrom(JournalReader.Content(connection, row.GetInt64(0))!).Decided);
        }

        current = EventTypeList.Embedded.With(decisions.Values);
    }

    /// <summary>The list in force; another object after each change.</summary>
    public EventTypeList Current => current;

    /// <summary>Decides what becomes of events of a type.</summary>
    /// <param name="type">In any spelling.</param>
    /// <param name="treatment">Not set to take a decision back.</param>
    /// <param name="category">Where it is counted; empty otherwise.</param>
    /// <param name="by">Who decides, <c>urn:trygghet:…</c>.</param>
    /// <param name="cancellation">Cancels the wait.</param>
    /// <returns>What holds from here on, null where events are held back; and whether that is another than before.</returns>
    /// <exception cref="HubException">CODES_INVALID, CATEGORY_NOT_ACCEPTED, or REFUSED_PERSONAL_DATA.</exception>
    public async Task<(EventType? Type, bool Changed)> DecideAsync(
        string type, EventTreatment treatment, string category, string by, CancellationToken cancellation)
    {
        var decided = Checked(string.Join(' ', type.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), treatment, category);
        var changed = await journal.WriteAsync(
            transaction =>
            {
                var before = decisions.GetValueOrDefault(ComparisonKey.Of(decided.Type));
                if (before is null ? treatment == EventTreatment.Unspecified
                    : before.Treatment == decided.Treatment && before.Category == decided.Category)
                {
                    return false;
                }

                if (before is null && decisions.Count >= MostDecisions)
                {
                    throw Invalid("type", $"There are {MostDecisions} decisions already.", "Take back those that are needed no more.");
                }

                var point = transaction.Append(
                    EntryKind.EventTypeDecision, new EventTypeDecisionEntry { By = by, Decided = decided }.ToByteArray());
                transaction.Prepare("INSERT INTO event_type_decision (seq) VALUES (?)").Bind(point.Seq).Execute();
                HeldEventTypes.Release(transaction, decided.Type);
                return true;
            },
            written =>
            {
                if (written)
                {
                    decisions = With(decided);
                    current = EventTypeList.Embedded.With(decisions.Values);
                }
            },
            cancellation);
        return (current.Find(decided.Type), changed);
    }

    private ImmutableSortedDictionary<string, EventType> With(EventType decided) => decided.Treatment == EventTreatment.Unspecified
        ? decisions.Remove(ComparisonKey.Of(decided.Type))
        : decisions.SetItem(ComparisonKey.Of(decided.Type), decided);

    private static EventType Checked(string type, EventTreatment treatment, string category)
    {
        if (ComparisonKey.Of(type).Length == 0 || type.Length > LongestType || !type.All(IsOfSwedish))
        {
            throw Invalid(
                "type", $"A type has 1 to {LongestType} characters: Latin letters, digits, spaces and - / , . ( ) & : '.",
                "Write it as the source means it, in plain letters.");
        }

        CleanText.RequireNobody(type, "type");
        if (!ChosenId.HasNoWholeNumber(type))
        {
            throw Invalid(
                "type", $"A type has at most {ChosenId.MostDigits} digits.", "Write the type, and no number of a case or a person.");
        }

        if (!System.Enum.IsDefined(treatment))
        {
            throw Invalid("treatment", "The hub knows no such treatment.", "Decide that its events are counted in a category, kept as context, or never taken.");
        }

        var shipped = EventTypeList.Embedded.Find(type);
        if (shipped is { Treatment: EventTreatment.NeverTaken })
        {
            throw new HubException(
                ErrorReason.CategoryNotAccepted, "type", "Events of this type concern individuals and are never taken, whatever is decided.",
                "Do not send them; no decision can open them.");
        }

        if (treatment is EventTreatment.Counted or EventTreatment.Context && EventTypeList.Embedded.MisspeltIn(type) is { } word)
        {
            throw Invalid(
                "type", $"The type reads like one with \"{word.Trim('|', '?')}\", which is never taken, and is not opened by its spelling.",
                "Decide that its events are never taken, or leave them held back.");
        }

        if (shipped is not null && treatment != EventTreatment.Unspecified && !EventTypeList.Tightens(treatment, shipped.Treatment))
        {
            throw Invalid(
                "treatment", "The hub's own list says what becomes of this type; a decision may only take less of it.",
                "Decide that its events are kept as context or never taken, or take the decision back.");
        }

        if (treatment == EventTreatment.Counted
            ? CategoryList.Embedded.Find(category) is not { Taken: true }
            : category.Length > 0)
        {
            throw Invalid(
                "category", "A type that is counted has a category that the hub takes; any other has none.",
                "Send a code from docs/categories.md, such as graffiti, or other.");
        }

        return treatment is EventTreatment.Counted or EventTreatment.Context
            ? new EventType
            {
                Type = type,
                Treatment = treatment,
                Category = treatment == EventTreatment.Counted ? category : CategoryList.Other,
                Severity = treatment == EventTreatment.Counted ? Severity.Moderate : Severity.Minor,
                Confidence = Confidence.SecondHand,
                Decided = true,
            }
            : new EventType { Type = type, Treatment = treatment, Decided = true };
    }

    // A letter of another script, or the remains of a wrong encoding, could hide a word that is never taken.
    private static bool IsOfSwedish(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is >= '\u00C0' and <= '\u017F' or ' ' or '\u0301' or '\u0308' or '\u030A'
            or '-' or '/' or ',' or '.' or '(' or ')' or '&' or ':' or '\'';

    private static HubException Invalid(string field, string rule, string remedy) =>
        new(ErrorReason.CodesInvalid, field, rule, remedy);
}
