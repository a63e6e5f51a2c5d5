using System.Globalization;
using Microsoft.Data.Sqlite;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Areas;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Storage;
using Environment = TrygghetHub.Reports.V1.Environment;

namespace TrygghetHub.Server.Reports;

/// <summary>
/// Reads reports for partners. Every method decides by <see cref="Disclosure"/> before it opens a content, and nothing
/// that it was denied shows in what it returns: not in a count, not in a page's length. Thread-safe.
/// </summary>
internal sealed class ReportReader(HubDatabase database, ReportContents contents, TimeProvider time)
{
    // Rows read at a time: short reads let the WAL be reset.
    private const int BatchSize = 500;

    public const string Columns = """
        r.seq, r.report_id, r.type, r.revision, r.state, r.partner, r.category, r.family, r.severity, r.environment,
        r.county, r.municipality, r.district, r.place, r.precision, r.tlp, r.week, r.published, r.exercise,
        r.context_only, r.text, r.occurred_from, r.occurred_to, r.certainty, r.cell, r.at
        """;

    /// <summary>The standing revision of a report, or null when there is none that the caller may see.</summary>
    public DisclosedReport? Get(
        ReportType type, PartnerId sender, ReportId id, PartnerId caller, Purpose purpose, RuleBook rules)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {Columns} FROM report r
            WHERE r.report_id = $id AND r.superseded_by_seq IS NULL AND r.state = 1
            """;
        find.Parameters.AddWithValue("$id", id.Value.ToByteArray(bigEndian: true));
        (long Seq, StoredReport Stored) found;
        using (var row = find.ExecuteReader())
        {
            if (!row.Read())
            {
                return null;
            }

            found = ReadRow(row);
        }

        return found.Stored.Type == type && found.Stored.Envelope.Sender == sender
            && Decide(found.Stored, caller, purpose, rules) is { } projection
            ? Open(connection, found.Seq, found.Stored, projection)
            : null;
    }

    /// <summary>
    /// Up to <paramref name="count"/> reports after an id, in the order of ids, that the caller may see and that lie, as
    /// it sees them, in the area and week asked for.
    /// </summary>
    /// <remarks>
    /// Not in the order of the journal: between reports whose time may be seen it would tell the time of one whose day
    /// alone may.
    /// </remarks>
    public IReadOnlyList<DisclosedReport> List(
        ReportType type, PartnerId? sender, string area, IsoWeek? week, bool exercise, PartnerId caller, Purpose purpose,
        RuleBook rules, ReportId after, int count, CancellationToken cancellation)
    {
        var disclosed = new List<DisclosedReport>(Math.Min(count, BatchSize));

        // What lies in an area as it is shown lies in its municipality as it is: a place is only ever coarsened.
        var municipality = rules.Areas.TryResolve(area, out var chain) ? chain.Municipality : null;
        using var connection = database.OpenReader();
        while (disclosed.Count < count)
        {
            cancellation.ThrowIfCancellationRequested();
            var batch = ReadBatch(connection, type, Senders(sender, caller, rules), municipality, week, exercise, after);
            foreach (var (seq, stored) in batch)
            {
                if (Decide(stored, caller, purpose, rules) is { } projection
                    && (area.Length == 0 || projection.Area.IsWithin(area))
                    && Open(connection, seq, stored, projection) is { } open)
                {
                    disclosed.Add(open);
                    if (disclosed.Count == count)
                    {
                        break;
                    }
                }
            }

            if (batch.Count < BatchSize)
            {
                break;
            }

            after = batch[^1].Stored.Id;
        }

        return disclosed;
    }

    /// <summary>The last 100 revisions held under one of the sender's own references, oldest first, and the report's name.</summary>
    public static HeldRevisions ListRevisions(
        SqliteConnection connection, PartnerId sender, string sourceRef, byte[] sourceRefHash)
    {
        using var find = connection.CreateCommand();
        find.CommandText = """
            SELECT k.revision, k.source_version, k.withdrawn, k.type, r.report_id
            FROM report_key k JOIN report r ON r.seq = k.seq
            WHERE k.partner = $partner AND k.source_ref_hash = $hash ORDER BY k.revision DESC LIMIT 100
            """;
        find.Parameters.AddWithValue("$partner", sender.Value);
        find.Parameters.AddWithValue("$hash", sourceRefHash);
        using var row = find.ExecuteReader();
        var held = new HeldRevisions { SourceRef = sourceRef };
        while (row.Read())
        {
            held.Name = ReportName.Of(sender, (ReportType)row.GetInt16(3), new ReportId(new Guid(row.GetFieldValue<byte[]>(4), bigEndian: true)));
            held.Revisions.Insert(0, new HeldRevision
            {
                Revision = row.GetInt32(0),
                SourceVersion = row.GetString(1),
                Withdrawn = row.GetInt32(2) == 1,
            });
        }

        return held;
    }

    public static (long Seq, StoredReport Stored) ReadRow(SqliteDataReader row) => (row.GetInt64(0), new StoredReport
    {
        Id = new ReportId(new Guid(row.GetFieldValue<byte[]>(1), bigEndian: true)),
        Type = (ReportType)row.GetInt16(2),
        Revision = row.GetInt32(3),
        State = (ReportState)row.GetInt16(4),
        Envelope = new ReportEnvelope
        {
            Sender = new PartnerId(row.GetString(5)),
            Category = row.GetString(6),
            Family = row.GetString(7),
            Severity = (Severity)row.GetInt32(8),
            Environment = (Environment)row.GetInt32(9),
            Area = new AreaChain(row.GetString(10), Text(row, 11), Text(row, 12), Text(row, 13)),
            Precision = (Precision)row.GetInt32(14),
            Tlp = (Tlp)row.GetInt32(15),
            Week = IsoWeek.FromKey(row.GetInt32(16)),
            Published = row.GetInt32(17) == 1,
            Exercise = row.GetInt32(18) == 1,
            ContextOnly = row.GetInt32(19) == 1,
            Text = (TextState)row.GetInt32(20),
        },
        OccurredFrom = row.GetInt64(21),
        OccurredTo = row.GetInt64(22),
        Certainty = (TimeCertainty)row.GetInt32(23),
        Cell = row.IsDBNull(24) ? null : row.GetInt64(24),
        ReceivedAt = JournalTime.FromMicros(row.GetInt64(25)),
    });

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private Projection? Decide(StoredReport stored, PartnerId caller, Purpose purpose, RuleBook rules) => Disclosure.Decide(
        stored.Envelope, stored.ReceivedAt, caller, purpose, SharingForm.Records, rules, time.GetUtcNow()).Projection;

    // Reports of nobody else can be seen, so that nobody else's need to be read; Disclosure decides about each of them.
    private static IReadOnlyCollection<string> Senders(PartnerId? wanted, PartnerId caller, RuleBook rules)
    {
        var senders = rules.Agreements.FlowsTo(caller).Select(f => f.Flow.From).Append(caller);
        return [.. senders.Where(s => wanted is null || s == wanted).Select(s => s.Value).Distinct()];
    }

    private static List<(long Seq, StoredReport Stored)> ReadBatch(
        SqliteConnection connection, ReportType type, IReadOnlyCollection<string> senders, string? municipality, IsoWeek? week,
        bool exercise, ReportId after)
    {
        using var find = connection.CreateCommand();
        var names = senders.Select((_, i) => "$s" + i.ToString(CultureInfo.InvariantCulture)).ToArray();
        find.CommandText = $"""
            SELECT {Columns} FROM report r
            WHERE r.report_id > $after AND r.superseded_by_seq IS NULL AND r.state = 1 AND r.type = $type
              AND r.exercise = $exercise AND r.partner IN ({string.Join(", ", names)})
              {(municipality is null ? "" : "AND r.municipality = $municipality")} {(week is null ? "" : "AND r.week = $week")}
            ORDER BY r.report_id LIMIT {BatchSize}
            """;
        find.Parameters.AddWithValue("$after", after.Value.ToByteArray(bigEndian: true));
        find.Parameters.AddWithValue("$type", (int)type);
        find.Parameters.AddWithValue("$exercise", exercise);
        foreach (var (name, sender) in names.Zip(senders))
        {
            find.Parameters.AddWithValue(name, sender);
        }

        if (municipality is not null)
        {
            find.Parameters.AddWithValue("$municipality", municipality);
        }

        if (week is { } only)
        {
            find.Parameters.AddWithValue("$week", only.Key);
        }

        using var row = find.ExecuteReader();
        var batch = new List<(long, StoredReport)>();
        while (row.Read())
        {
            batch.Add(ReadRow(row));
        }

        return batch;
    }

    // Takes the projection so that no content is opened without one.
    private DisclosedReport? Open(
        SqliteConnection connection, long seq, StoredReport stored, Projection projection)
    {
        using var find = connection.CreateCommand();
        find.CommandText = "SELECT at, content FROM journal_entry WHERE seq = $seq";
        find.Parameters.AddWithValue("$seq", seq);
        using var row = find.ExecuteReader();
        return row.Read() && !row.IsDBNull(1) && contents.Open(stored, row.GetFieldValue<byte[]>(1), projection) is { } content
            ? new DisclosedReport(seq, stored, projection, content, JournalTime.FromMicros(row.GetInt64(0)))
            : null;
    }
}

/// <summary>A report that its reader may see, and how much of it.</summary>
internal sealed record DisclosedReport(
    long Seq, StoredReport Stored, Projection Projection, ReportContent Content, DateTimeOffset ReceivedAt)
{
    public string Name => ReportName.Of(Stored.Envelope.Sender, Stored.Type, Stored.Id);
}
