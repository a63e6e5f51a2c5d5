using System.Collections.Immutable;
using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using TrygghetHub.Agreements.V1;
using TrygghetHub.Errors.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Reports.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;
using TrygghetHub.Server.Reports;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>
/// Sends pictures to partners, each its own projection, and keeps the bytes that each of them got. Thread-safe.
/// </summary>
/// <remarks>
/// Projections are compiled and sealed before the journal's lane is asked, since they take long. On the lane it is only looked
/// whether the picture and the rules are still those that they were made by; otherwise they are made again.
/// </remarks>
internal sealed class Deliveries(
    JournalLane journal, HubDatabase database, AgreementRegister agreements, PictureViews views, HubSeal seal,
    TimeProvider time)
{
    private const string Insert = """
        INSERT INTO delivery (seq, id, at, recipient, compiler, municipality, week, revision, kind, registration_number, tlp, content_sha256)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string MarkRead = "UPDATE delivery SET read_at = ? WHERE seq = ? AND read_at IS NULL";

    private const string MarkAcknowledged = "UPDATE delivery SET acknowledged_at = ? WHERE seq = ? AND acknowledged_at IS NULL";

    /// <summary>
    /// Sends the draft of a picture in review to partners that are named. Who holds the same bytes already is not sent them again:
    /// the answer has the delivery that it got first.
    /// </summary>
    /// <exception cref="HubException">NOT_FOUND, ETAG_MISMATCH, PICTURE_STATE, or AGREEMENT_NOT_ACTIVE: then nobody gets it.</exception>
    public Task<Delivered> DispatchAsync(
        PictureName name, DispatchDraftRequest request, string registrationNumber, ImmutableArray<PartnerId> recipients,
        string by, CancellationToken cancellation) => DeliverAsync(
            name, request, request.Etag, by, registrationNumber,
            (picture, rules, connection) =>
            {
                ReviewRules.RequireState(picture, PictureState.InReview);
                RequireMay(rules, name, recipients);
                return [.. recipients.Select(r => new Due(r, DeliveryKind.Draft, Replaced: null))];
            },
            cancellation);

    /// <summary>
    /// Sends an approved picture to those who may see something of it and do not have it: to everyone, or to those who are named
    /// and whoever holds an earlier revision.
    /// </summary>
    /// <inheritdoc cref="DispatchAsync"/>
    public Task<Delivered> DistributeAsync(
        PictureName name, DistributePictureRequest request, ImmutableArray<PartnerId> named, string by,
        CancellationToken cancellation) => DeliverAsync(
            name, request, request.Etag, by, registrationNumber: null,
            (picture, rules, connection) =>
            {
                ReviewRules.RequireState(picture, PictureState.Approved, PictureState.Distributed);
                RequireMay(rules, name, named);
                var all = Recipients.All(rules, name.Compiler, name.Municipality, time.GetUtcNow()).ToList();
                if (all.Count == 0)
                {
                    throw new HubException(
                        ErrorReason.AgreementNotActive, "name",
                        "No agreement with you in force lets any other partner see something of the municipality for the weekly picture.",
                        "Agree with the partners who are to have it; what was approved stays as it is.");
                }

                var held = Held(connection, name);
                return
                [
                    .. all.Select(r => (Recipient: r, Has: held.GetValueOrDefault(r)))
                        .Where(r => r.Has?.Picture.Revision != name.Revision
                            && (request.Everyone || r.Has is not null || named.Contains(r.Recipient)))
                        .Select(r => new Due(r.Recipient, r.Has is null ? DeliveryKind.Picture : DeliveryKind.Erratum, r.Has)),
                ];
            },
            cancellation);

    /// <summary>Deliveries before an entry, newest first: to a partner, or of its pictures to others.</summary>
    public IReadOnlyList<DeliveryRow> List(PartnerId partner, bool sent, long before, int count)
    {
        using var connection = database.OpenReader();
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {DeliveryRow.Columns} FROM delivery
            WHERE {(sent ? "compiler" : "recipient")} = $partner AND seq < $before ORDER BY seq DESC LIMIT $count
            """;
        find.Parameters.AddWithValue("$partner", partner.Value);
        find.Parameters.AddWithValue("$before", before);
        find.Parameters.AddWithValue("$count", count);
        return Rows(find);
    }

    /// <summary>A delivery that its sender or its recipient asks for; without its contents.</summary>
    /// <exception cref="HubException">NOT_FOUND.</exception>
    public DeliveryRow Require(PartnerId caller, string name)
    {
        using var connection = database.OpenReader();
        return Require(connection, caller, name);
    }

    /// <summary>A delivery as its recipient got it; that it reads it is durable before it does.</summary>
    /// <remarks>
    /// Nothing is read after an agreement's end. That the recipient may be sent some picture of the municipality is not enough: the
    /// bytes hold what was permitted when they were sent, so that every agreement that they rest on must be in force.
    /// </remarks>
    /// <exception cref="HubException">NOT_FOUND or AGREEMENT_NOT_ACTIVE.</exception>
    public async Task<(DeliveryRow Row, DeliveryEntry Content)> ReadAsync(
        PartnerId recipient, string name, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var row = Require(recipient, name);
            var rules = agreements.Rules;
            var content = row.Recipient == recipient ? Open(row) : null;
            if (content is null || !MayRead(rules, row, content))
            {
                throw new HubException(
                    ErrorReason.AgreementNotActive, "name",
                    "An agreement by which you were sent this is in force no more.",
                    "Use the copy that you kept, as far as the agreement lets you; or renew the agreement.");
            }

            if (row.ReadAt is null)
            {
                row = await WriteReadAsync(row, rules, cancellation);
            }

            // Whoever's rights have ended while the receipt was written is answered by the rules of now.
            if (ReferenceEquals(rules, agreements.Rules))
            {
                return (row, content);
            }
        }
    }

    /// <summary>Writes down that a delivery has come; the same again changes nothing.</summary>
    /// <exception cref="HubException">NOT_FOUND: there is none, or it is another's.</exception>
    public Task<DeliveryRow> AcknowledgeAsync(
        PartnerId recipient, string name, string by, CancellationToken cancellation) => journal.WriteAsync(
            transaction =>
            {
                var row = Require(transaction.Connection, recipient, name);
                if (row.Recipient != recipient)
                {
                    throw HubException.NotFound("name");
                }

                if (row.AcknowledgedAt is not null)
                {
                    return row;
                }

                var point = transaction.Append(EntryKind.DeliveryAcknowledgement, new DeliveryAcknowledgementEntry
                {
                    Delivery = IdOf(row),
                    Recipient = recipient.Value,
                    By = by,
                }.ToByteArray());
                transaction.Prepare(MarkAcknowledged).Bind(JournalTime.ToMicros(point.At)).Bind(row.Seq).Execute();
                return row with { AcknowledgedAt = point.At };
            },
            published: null, cancellation);

    private async Task<Delivered> DeliverAsync(
        PictureName name, IMessage request, string etag, string by, string? registrationNumber,
        Func<SituationalPicture, RuleBook, SqliteConnection, ImmutableArray<Due>> choose, CancellationToken cancellation)
    {
        var hash = ReviewSteps.HashOf(request);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var rules = agreements.Rules;
            var prepared = Prepare(name, hash, etag, rules, choose);
            var delivered = await journal.WriteAsync(
                transaction =>
                {
                    var connection = transaction.Connection;
                    var row = PictureReviews.RequireRow(connection, name);
                    if (ReviewSteps.Repeated(connection, row, hash) is { } first)
                    {
                        return FirstAnswer(connection, row, first);
                    }

                    var picture = KeptPictures.Open(connection, row);
                    PictureReviews.RequireEtag(picture, etag);
                    return !ReferenceEquals(rules, agreements.Rules)
                            || !prepared.All(p => Recipients.May(rules, name.Compiler, p.Recipient, name.Municipality, transaction.Now))
                        ? null
                        : Write(transaction, row, picture, prepared, hash, by, registrationNumber);
                },
                published: null, cancellation);
            if (delivered is not null)
            {
                return delivered;
            }
        }
    }

    // Off the lane. Empty for a repetition, which the lane answers.
    private List<Prepared> Prepare(
        PictureName name, byte[] requestHash, string etag, RuleBook rules,
        Func<SituationalPicture, RuleBook, SqliteConnection, ImmutableArray<Due>> choose)
    {
        using var connection = database.OpenReader();
        var row = PictureReviews.RequireRow(connection, name);
        if (ReviewSteps.Repeated(connection, row, requestHash) is not null)
        {
            return [];
        }

        var picture = KeptPictures.Open(connection, row);
        PictureReviews.RequireEtag(picture, etag);
        return
        [
            .. choose(picture, rules, connection).Select(due =>
            {
                var content = ContentFor(due, row, picture, connection).ToByteArray();
                return new Prepared(due.Recipient, due.Kind, content, SHA256.HashData(content), seal.Sign(content));
            }),
        ];
    }

    private SituationalPicture ContentFor(Due due, PictureRow row, SituationalPicture picture, SqliteConnection connection)
    {
        var projection = views.Of(picture, row, PictureAudience.Partner(due.Recipient, new PartnerId(row.Compiler)));
        projection.State = due.Kind == DeliveryKind.Draft ? PictureState.InReview : PictureState.Distributed;
        if (due.Replaced is { } replaced)
        {
            // Of what this recipient got and gets; the compiler's own diff is of figures that it may not see.
            projection.Review.Diff = PictureDiffs.Between(
                SituationalPicture.Parser.ParseFrom(Open(connection, replaced).Content), projection);
        }

        return projection;
    }

    private static Delivered Write(
        JournalTransaction transaction, PictureRow row, SituationalPicture picture, List<Prepared> prepared, byte[] requestHash,
        string by, string? registrationNumber)
    {
        var step = new DeliveryStep { Draft = registrationNumber is not null, RegistrationNumber = registrationNumber ?? "" };
        var rows = prepared.ConvertAll(p => HeldDraft(transaction.Connection, PictureName.Of(row), p) ?? Keep(
            transaction, p, PictureName.Of(row), registrationNumber ?? picture.Review.RegistrationNumber,
            registrationNumber is null ? picture.Review.Tlp : Tlp.Unspecified));
        step.Entries.Add(rows.Select(r => r.Seq));
        ReviewSteps.Append(transaction, row, new ReviewStepEntry
        {
            Picture = picture.Name,
            By = by,
            RequestSha256 = UnsafeByteOperations.UnsafeWrap(requestHash),
            Delivered = step,
        });
        return new Delivered(KeptPictures.Open(transaction.Connection, row), rows);
    }

    private static DeliveryRow Keep(JournalTransaction transaction, Prepared prepared, PictureName picture, string number, Tlp tlp)
    {
        var id = Guid.CreateVersion7(transaction.Now);
        var idBytes = id.ToByteArray(bigEndian: true);
        var point = transaction.Append(EntryKind.Delivery, new DeliveryEntry
        {
            Delivery = UnsafeByteOperations.UnsafeWrap(idBytes),
            Kind = (int)prepared.Kind,
            Picture = picture.ToString(),
            Recipient = prepared.Recipient.Value,
            RegistrationNumber = number,
            Tlp = (int)tlp,
            Content = UnsafeByteOperations.UnsafeWrap(prepared.Content),
            Seal = UnsafeByteOperations.UnsafeWrap(prepared.Seal),
        }.ToByteArray());
        transaction.Prepare(Insert)
            .Bind(point.Seq).Bind(idBytes).Bind(JournalTime.ToMicros(point.At)).Bind(prepared.Recipient.Value)
            .Bind(picture.Compiler.Value).Bind(picture.Municipality).Bind(picture.Week.Key).Bind(picture.Revision)
            .Bind((long)prepared.Kind).Bind(number).Bind((long)tlp).Bind(prepared.Sha256)
            .Execute();
        return new DeliveryRow
        {
            Seq = point.Seq,
            Id = id,
            At = point.At,
            Recipient = prepared.Recipient,
            Picture = picture,
            Kind = prepared.Kind,
            RegistrationNumber = number,
            Tlp = tlp,
            ContentSha256 = prepared.Sha256,
        };
    }

    // The first delivery of the same bytes. As it was when it was made, so that the answer is the same when it is repeated.
    private static DeliveryRow? HeldDraft(SqliteConnection connection, PictureName picture, Prepared prepared)
    {
        if (prepared.Kind != DeliveryKind.Draft)
        {
            return null;
        }

        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {DeliveryRow.Columns} FROM delivery
            WHERE compiler = $compiler AND municipality = $municipality AND week = $week AND revision = $revision
              AND recipient = $recipient AND kind = {(int)DeliveryKind.Draft} AND content_sha256 = $sha256
            ORDER BY seq LIMIT 1
            """;
        find.Parameters.AddWithValue("$compiler", picture.Compiler.Value);
        find.Parameters.AddWithValue("$municipality", picture.Municipality);
        find.Parameters.AddWithValue("$week", picture.Week.Key);
        find.Parameters.AddWithValue("$revision", picture.Revision);
        find.Parameters.AddWithValue("$recipient", prepared.Recipient.Value);
        find.Parameters.AddWithValue("$sha256", prepared.Sha256);
        return Rows(find) is [var first] ? first with { ReadAt = null, AcknowledgedAt = null } : null;
    }

    // As it was when it was made: not yet read, and not acknowledged.
    private static Delivered FirstAnswer(SqliteConnection connection, PictureRow row, long step)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"SELECT {DeliveryRow.Columns} FROM delivery WHERE seq = $seq";
        var seq = find.Parameters.AddWithValue("$seq", 0L);
        var rows = ReviewSteps.Open(connection, step).Delivered.Entries.Select(entry =>
        {
            seq.Value = entry;
            return Rows(find).Single() with { ReadAt = null, AcknowledgedAt = null };
        });
        return new Delivered(KeptPictures.Open(connection, row, step), [.. rows]);
    }

    private Task<DeliveryRow> WriteReadAsync(DeliveryRow row, RuleBook rules, CancellationToken cancellation) =>
        journal.WriteAsync(
            transaction =>
            {
                // A receipt of the access log, like those of reports; what was read once is no new disclosure the next time.
                var point = transaction.Append(EntryKind.Showing, new ShowingEntry
                {
                    Partner = row.Recipient.Value,
                    Purpose = (int)Purpose.WeeklyPicture,
                    RulesSeq = rules.Since,
                    Delivery = IdOf(row),
                }.ToByteArray());
                transaction.Prepare(MarkRead).Bind(JournalTime.ToMicros(point.At)).Bind(row.Seq).Execute();
                return row with { ReadAt = point.At };
            },
            published: null, cancellation);

    // The last picture or erratum of the week that each recipient has.
    private static Dictionary<PartnerId, DeliveryRow> Held(SqliteConnection connection, PictureName name)
    {
        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {DeliveryRow.Columns} FROM delivery
            WHERE compiler = $compiler AND municipality = $municipality AND week = $week
              AND kind IN ({(int)DeliveryKind.Picture}, {(int)DeliveryKind.Erratum})
            ORDER BY seq
            """;
        find.Parameters.AddWithValue("$compiler", name.Compiler.Value);
        find.Parameters.AddWithValue("$municipality", name.Municipality);
        find.Parameters.AddWithValue("$week", name.Week.Key);
        return Rows(find).GroupBy(d => d.Recipient).ToDictionary(g => g.Key, g => g.Last());
    }

    private static DeliveryRow Require(SqliteConnection connection, PartnerId caller, string name)
    {
        if (!DeliveryRow.TryParse(name, out var recipient, out var id))
        {
            throw HubException.NotFound("name");
        }

        using var find = connection.CreateCommand();
        find.CommandText = $"""
            SELECT {DeliveryRow.Columns} FROM delivery
            WHERE id = $id AND recipient = $recipient AND (recipient = $caller OR compiler = $caller)
            """;
        find.Parameters.AddWithValue("$id", id.ToByteArray(bigEndian: true));
        find.Parameters.AddWithValue("$recipient", recipient.Value);
        find.Parameters.AddWithValue("$caller", caller.Value);
        return Rows(find) is [var row] ? row : throw HubException.NotFound("name");
    }

    private void RequireMay(RuleBook rules, PictureName name, ImmutableArray<PartnerId> recipients)
    {
        var now = time.GetUtcNow();
        var others = recipients.Where(r => !Recipients.May(rules, name.Compiler, r, name.Municipality, now)).Select(r => r.Value).ToList();
        if (others.Count > 0)
        {
            // Whether there is such a partner is not told: it is not the caller's to try out.
            throw new HubException(
                ErrorReason.AgreementNotActive, "recipients",
                $"No agreement with you in force lets these see anything of the municipality for the weekly picture: {string.Join(", ", others)}.",
                "Name partners with whom an agreement shares the municipality; nobody was sent anything.");
        }
    }

    private bool MayRead(RuleBook rules, DeliveryRow row, DeliveryEntry content)
    {
        var now = time.GetUtcNow();
        return Recipients.May(rules, row.Picture.Compiler, row.Recipient, row.Picture.Municipality, now)
            && (SituationalPicture.Parser.ParseFrom(content.Content).Basis?.Agreements ?? [])
                .All(used => rules.Agreements.InForce(used.Agreement, now) is { IsSuspended: false });
    }

    private static List<DeliveryRow> Rows(SqliteCommand find)
    {
        using var row = find.ExecuteReader();
        var rows = new List<DeliveryRow>();
        while (row.Read())
        {
            rows.Add(DeliveryRow.Read(row));
        }

        return rows;
    }

    private DeliveryEntry Open(DeliveryRow row)
    {
        using var connection = database.OpenReader();
        return Open(connection, row);
    }

    private static DeliveryEntry Open(SqliteConnection connection, DeliveryRow row) => DeliveryEntry.Parser.ParseFrom(
        JournalReader.Content(connection, row.Seq) ?? throw new InvalidDataException($"Entry {row.Seq} of a delivery has no content."));

    private static ByteString IdOf(DeliveryRow row) => UnsafeByteOperations.UnsafeWrap(row.Id.ToByteArray(bigEndian: true));

    /// <summary>Somebody who is to get something.</summary>
    private sealed record Due(PartnerId Recipient, DeliveryKind Kind, DeliveryRow? Replaced);

    /// <summary>What it is to get.</summary>
    private sealed record Prepared(PartnerId Recipient, DeliveryKind Kind, byte[] Content, byte[] Sha256, byte[] Seal);
}

/// <summary>What was delivered, and the picture after it.</summary>
internal sealed record Delivered(SituationalPicture Picture, IReadOnlyList<DeliveryRow> Deliveries);
