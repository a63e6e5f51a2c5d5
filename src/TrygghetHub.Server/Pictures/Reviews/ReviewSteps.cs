using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Pictures.Compile;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>The steps of reviews, where they are kept: in the journal, found by a table. Stateless.</summary>
internal static class ReviewSteps
{
    private const string OfPicture = "compiler = $compiler AND municipality = $municipality AND week = $week";

    private const string Insert = """
        INSERT INTO review_step (seq, compiler, municipality, week, revision, approval, request) VALUES (?, ?, ?, ?, ?, ?, ?)
        """;

    private const string InsertWithoutRequest = """
        INSERT INTO review_step (seq, compiler, municipality, week, revision, approval) VALUES (?, ?, ?, ?, ?, ?)
        """;

    /// <summary>What a request is known by when it comes again: its type and all of its content, the etag included.</summary>
    public static byte[] HashOf(IMessage request) =>
        SHA256.HashData([.. Encoding.UTF8.GetBytes(request.Descriptor.FullName + "\n"), .. request.ToByteArray()]);

    /// <summary>How a picture stands, or stood at an entry.</summary>
    public static ReviewState StateOf(SqliteConnection connection, PictureRow row, long upTo = long.MaxValue)
    {
        var state = Read(connection, row, upTo)
            .Aggregate(ReviewState.Begin(PictureName.Of(row), row.Hash), (before, step) => before.After(step));
        return SupersededBy(connection, row, state.IsApproved, upTo) is { } revision ? state.SupersededBy(revision) : state;
    }

    /// <summary>The entry of the step that a request made when it first came; null when it has not.</summary>
    public static long? Repeated(SqliteConnection connection, PictureRow row, byte[] requestHash)
    {
        using var find = Find(
            connection, row, $"SELECT MIN(seq) FROM review_step WHERE {OfPicture} AND revision = $revision AND request = $request");
        find.Parameters.AddWithValue("$request", requestHash);
        return find.ExecuteScalar() as long?;
    }

    /// <summary>The entry of a picture's approval; null while it is not approved.</summary>
    public static long? ApprovalOf(SqliteConnection connection, PictureRow row)
    {
        using var find = Find(
            connection, row, $"SELECT seq FROM review_step WHERE {OfPicture} AND revision = $revision AND approval = 1");
        return find.ExecuteScalar() as long?;
    }

    /// <summary>The highest approved revision before a picture's own; null where there is none.</summary>
    public static int? ApprovedBefore(SqliteConnection connection, PictureRow row)
    {
        using var find = Find(
            connection, row,
            $"SELECT MAX(revision) FROM review_step WHERE {OfPicture} AND revision < $revision AND approval = 1");
        return (int?)(find.ExecuteScalar() as long?);
    }

    /// <summary>A step as the journal has it.</summary>
    /// <exception cref="InvalidDataException">It was disposed of: pictures and their reviews never are.</exception>
    public static ReviewStepEntry Open(SqliteConnection connection, long seq) => ReviewStepEntry.Parser.ParseFrom(
        JournalReader.Content(connection, seq) ?? throw new InvalidDataException($"Entry {seq} of a review has no content."));

    /// <summary>Appends a step and its row.</summary>
    public static void Append(JournalTransaction transaction, PictureRow row, ReviewStepEntry step)
    {
        var isApproval = step.StepCase == ReviewStepEntry.StepOneofCase.Approved;
        var point = transaction.Append(isApproval ? EntryKind.Approval : EntryKind.ReviewStep, step.ToByteArray());
        var insert = transaction.Prepare(step.RequestSha256.IsEmpty ? InsertWithoutRequest : Insert)
            .Bind(point.Seq).Bind(row.Compiler).Bind(row.Municipality).Bind(row.Week).Bind(row.Revision).Bind(isApproval);
        (step.RequestSha256.IsEmpty ? insert : insert.Bind(step.RequestSha256.Span)).Execute();
    }

    /// <summary>
    /// Has a revision that was just compiled take over what was decided about the one before: see <see cref="CarriedReview"/>.
    /// </summary>
    /// <param name="transaction">That of the compilation.</param>
    /// <param name="before">The revision before; null where there is none.</param>
    /// <param name="after">The new one.</param>
    /// <param name="content">Its content.</param>
    public static void CarryOver(JournalTransaction transaction, PictureRow? before, PictureRow after, byte[] content)
    {
        if (before is null || before.Revision == 0)
        {
            return;
        }

        var connection = transaction.Connection;
        var carried = CarriedReview.ToRevision(
            // As it stood before the new one took its place; that changes neither edits nor levels.
            StateOf(connection, before).Review,
            SituationalPicture.Parser.ParseFrom(JournalReader.Content(connection, before.Seq)!),
            SituationalPicture.Parser.ParseFrom(content));
        if (carried.CalculateSize() > 0)
        {
            Append(transaction, after, new ReviewStepEntry { Picture = PictureName.Of(after).ToString(), Carried = carried });
        }
    }

    private static List<ReviewStepEntry> Read(SqliteConnection connection, PictureRow row, long upTo)
    {
        var entries = new List<long>();
        using (var find = Find(
            connection, row,
            $"SELECT seq FROM review_step WHERE {OfPicture} AND revision = $revision AND seq <= $up_to ORDER BY seq"))
        {
            find.Parameters.AddWithValue("$up_to", upTo);
            using var found = find.ExecuteReader();
            while (found.Read())
            {
                entries.Add(found.GetInt64(0));
            }
        }

        return entries.ConvertAll(seq => Open(connection, seq));
    }

    // An approved picture gives way to an approved one alone; any other to the next that was compiled.
    private static int? SupersededBy(SqliteConnection connection, PictureRow row, bool isApproved, long upTo)
    {
        using var find = Find(
            connection, row,
            isApproved
                ? $"SELECT MIN(revision) FROM review_step WHERE {OfPicture} AND revision > $revision AND approval = 1 AND seq <= $up_to"
                : $"SELECT MIN(revision) FROM picture WHERE {OfPicture} AND revision > $revision AND seq <= $up_to");
        find.Parameters.AddWithValue("$up_to", upTo);
        return (int?)(find.ExecuteScalar() as long?);
    }

    private static SqliteCommand Find(SqliteConnection connection, PictureRow row, string sql)
    {
        var find = connection.CreateCommand();
        find.CommandText = sql;
        find.Parameters.AddWithValue("$compiler", row.Compiler);
        find.Parameters.AddWithValue("$municipality", row.Municipality);
        find.Parameters.AddWithValue("$week", row.Week);
        find.Parameters.AddWithValue("$revision", row.Revision);
        return find;
    }
}
