using System.Collections.Concurrent;
using System.Collections.Frozen;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Data.Sqlite;
using TrygghetHub.Codes.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Screening;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Codes;

/// <summary>
/// What each partner's own codes are here, in versions. Thread-safe; changes are published on the journal's lane.
/// </summary>
internal sealed class CodeMappings
{
    private const int MostCodes = 10_000;
    private const int LongestCode = 64;

    private readonly JournalLane journal;
    private readonly HubDatabase database;
    private readonly ConcurrentDictionary<PartnerId, InForce> inForce = new();

    public CodeMappings(JournalLane journal, HubDatabase database)
    {
        this.journal = journal;
        this.database = database;
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT partner, MAX(version), seq FROM code_mapping GROUP BY partner";
        using var row = find.ExecuteReader();
        while (row.Read())
        {
            inForce[new PartnerId(row.GetString(0))] =
                new InForce(Read(connection, row.GetInt64(2)));
        }
    }

    /// <summary>The category that a partner's code is mapped to, in any spelling; null where its mapping does not name it.</summary>
    public string? Find(PartnerId partner, string sourceCategory) =>
        inForce.TryGetValue(partner, out var mapping) ? mapping.ByCode.GetValueOrDefault(ComparisonKey.Of(sourceCategory)) : null;

    /// <summary>A partner's mapping in force; null where it has none.</summary>
    public CodeMapping? Get(PartnerId partner) => inForce.TryGetValue(partner, out var mapping) ? mapping.Wire : null;

    /// <summary>A version of a partner's mapping; null where there is none.</summary>
    public CodeMapping? Get(PartnerId partner, int version)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT seq FROM code_mapping WHERE partner = $partner AND version = $version";
        find.Parameters.AddWithValue("$partner", partner.Value);
        find.Parameters.AddWithValue("$version", version);
        return find.ExecuteScalar() is long seq
            ? Read(connection, seq)
            : null;
    }

    /// <summary>Takes a mapping as the next version; the same as the one in force changes nothing.</summary>
    /// <exception cref="HubException">CODES_INVALID, or REFUSED_PERSONAL_DATA for a code that points at a person.</exception>
    public async Task<(CodeMapping Mapping, bool Changed)> ImportAsync(
        PartnerId partner, CodeMapping wanted, string by, CancellationToken cancellation)
    {
        Check(wanted);
        return await journal.WriteAsync(
            transaction =>
            {
                var last = Get(partner);
                if (last is not null && last.Codes.Equals(wanted.Codes))
                {
                    return (last, false);
                }

                var mapping = new CodeMapping
                {
                    Version = (last?.Version ?? 0) + 1,
                    ImportTime = transaction.Now.ToTimestamp(),
                    Codes = { wanted.Codes },
                };
                var point = transaction.Append(
                    EntryKind.CodeMapping,
                    new CodeMappingEntry { Partner = partner.Value, By = by, Mapping = mapping }.ToByteArray());
                transaction.Prepare("INSERT INTO code_mapping (seq, partner, version) VALUES (?, ?, ?)")
                    .Bind(point.Seq).Bind(partner.Value).Bind(mapping.Version).Execute();
                return (mapping, true);
            },
            written =>
            {
                if (written.Item2)
                {
                    inForce[partner] = new InForce(written.Item1);
                }
            },
            cancellation);
    }

    private static CodeMapping Read(SqliteConnection connection, long seq) =>
        CodeMappingEntry.Parser.ParseFrom(JournalReader.Content(connection, seq)!).Mapping;

    private static void Check(CodeMapping mapping)
    {
        if (mapping.Codes.Count > MostCodes)
        {
            throw Invalid("mapping.codes", $"A mapping has at most {MostCodes} codes.", "Leave out those that never come.");
        }

        var seen = new HashSet<string>(ComparisonKey.Comparer);
        for (var i = 0; i < mapping.Codes.Count; i++)
        {
            var (code, field) = (mapping.Codes[i], $"mapping.codes[{i}]");
            if (ComparisonKey.Of(code.SourceCategory).Length == 0 || code.SourceCategory.Length > LongestCode
                || code.SourceCategory.Any(char.IsControl))
            {
                throw Invalid(
                    field + ".source_category", $"A code has 1 to {LongestCode} characters, something of it visible, and no control characters.",
                    "Send it as it comes in reports.");
            }

            CleanText.RequireNobody(code.SourceCategory, field + ".source_category");
            if (EventTypeList.Embedded.ListsAsNeverTaken(code.SourceCategory))
            {
                throw Invalid(
                    field + ".source_category", "Events of this type concern individuals, and the hub takes nothing of it from anyone.",
                    "Leave the code out, and do not send such events.");
            }

            if (!ChosenId.HasNoWholeNumber(code.SourceCategory))
            {
                throw Invalid(
                    field + ".source_category", $"A code has at most {ChosenId.MostDigits} digits.",
                    "Send the code of a kind of event, and no number of a case or a person.");
            }

            if (!seen.Add(code.SourceCategory))
            {
                throw Invalid(field + ".source_category", "The code stands twice: capitals, spaces and kinds of dash make no difference.", "Decide for one category.");
            }

            if (CategoryList.Embedded.Find(code.Category) is not { } category)
            {
                throw Invalid(
                    field + ".category", "The hub knows no such category.", "Send a code from docs/categories.md, such as graffiti, or other.");
            }

            if (!category.Taken)
            {
                throw Invalid(
                    field + ".category", "The category concerns individuals, and the hub takes nothing of it from anyone.",
                    "Leave the code out, and do not send such events.");
            }
        }
    }

    private static HubException Invalid(string field, string rule, string remedy) =>
        new(ErrorReason.CodesInvalid, field, rule, remedy);

    private sealed class InForce(CodeMapping wire)
    {
        public CodeMapping Wire => wire;

        public FrozenDictionary<string, string> ByCode { get; } =
            wire.Codes.ToFrozenDictionary(c => ComparisonKey.Of(c.SourceCategory), c => c.Category, StringComparer.Ordinal);
    }
}
