using Google.Protobuf;
using Microsoft.Data.Sqlite;
using TrygghetHub.Errors.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>Takes pictures through review and approval. Thread-safe.</summary>
internal sealed class PictureReviews(JournalLane journal, HubDatabase database, HubSeal seal)
{
    /// <summary>
    /// Takes one step on the journal's lane, so that two of them cannot both begin from one state. The same request again
    /// gives the picture as the first has left it.
    /// </summary>
    /// <param name="name">Of the caller's own picture.</param>
    /// <param name="request">By which its repetition is known.</param>
    /// <param name="etag">Of the state that it was made for.</param>
    /// <param name="by">Who asks, <c>urn:trygghet:…</c>.</param>
    /// <param name="decide">Says which step, or refuses; on the lane's thread.</param>
    /// <param name="cancellation">Cancels the wait for a place.</param>
    /// <exception cref="HubException">NOT_FOUND, ETAG_MISMATCH, or what <paramref name="decide"/> refuses with.</exception>
    public Task<SituationalPicture> StepAsync(
        PictureName name, IMessage request, string etag, string by, Func<PictureAtStep, ReviewStepEntry> decide,
        CancellationToken cancellation) => journal.WriteAsync(
            transaction =>
            {
                var row = RequireRow(transaction.Connection, name);
                var hash = ReviewSteps.HashOf(request);
                if (ReviewSteps.Repeated(transaction.Connection, row, hash) is { } first)
                {
                    return KeptPictures.Open(transaction.Connection, row, first);
                }

                var picture = KeptPictures.Open(transaction.Connection, row);
                RequireEtag(picture, etag);
                var step = decide(new PictureAtStep(picture, row, transaction.Connection, transaction.Now));
                (step.Picture, step.By, step.RequestSha256) = (picture.Name, by, UnsafeByteOperations.UnsafeWrap(hash));
                ReviewSteps.Append(transaction, row, step);
                return KeptPictures.Open(transaction.Connection, row);
            },
            published: null, cancellation);

    /// <summary>The step that approves a picture: its bytes, as they are from here on, and the hub's seal over them.</summary>
    /// <exception cref="HubException">What <see cref="ReviewRules.RequireApproval"/> refuses with.</exception>
    public ReviewStepEntry Approve(PictureAtStep at, ApprovePictureRequest request, AgreementBook agreements)
    {
        var approval = ReviewRules.RequireApproval(request, at.Picture, agreements, DiffFromApproved(at.Connection, at.Row, at.Picture), at.Now);
        var approved = at.Picture.Clone();
        approved.State = PictureState.Approved;
        // A handle on the state, which goes on; it is no part of what was approved.
        approved.Etag = "";
        approved.Review ??= new Review();
        approved.Review.MergeFrom(approval);
        var content = approved.ToByteArray();
        return new ReviewStepEntry
        {
            Approved = new ApprovalStep
            {
                Review = approval,
                Content = UnsafeByteOperations.UnsafeWrap(content),
                Seal = UnsafeByteOperations.UnsafeWrap(seal.Sign(content)),
            },
        };
    }

    /// <summary>What was approved, byte for byte.</summary>
    /// <exception cref="HubException">NOT_FOUND, or PICTURE_STATE where it is not approved.</exception>
    public ApprovalStep ApprovalOf(PictureName name)
    {
        using var connection = database.OpenReader();
        var row = RequireRow(connection, name);
        return ReviewSteps.ApprovalOf(connection, row) is { } seq
            ? ReviewSteps.Open(connection, seq).Approved
            : throw new HubException(
                ErrorReason.PictureState, "name", "The picture is not approved.", "Approve it first, or name an approved revision.");
    }

    /// <summary>The row of a picture.</summary>
    /// <exception cref="HubException">NOT_FOUND.</exception>
    public static PictureRow RequireRow(SqliteConnection connection, PictureName name) =>
        KeptPictures.Row(connection, name) ?? throw HubException.NotFound("name");

    /// <summary>The picture must be as it was when the caller saw it.</summary>
    /// <exception cref="HubException">ETAG_MISMATCH.</exception>
    public static void RequireEtag(SituationalPicture picture, string etag)
    {
        if (picture.Etag != etag)
        {
            throw new HubException(
                ErrorReason.EtagMismatch, "etag", "The picture has changed since you got this etag.",
                "Get the picture again, look at what has changed, and send its etag.");
        }
    }

    /// <summary>What differs from the revision that was approved before; null where none was.</summary>
    public static PictureDiff? DiffFromApproved(SqliteConnection connection, PictureRow row, SituationalPicture picture)
    {
        if (ReviewSteps.ApprovedBefore(connection, row) is not { } revision)
        {
            return null;
        }

        var earlier = RequireRow(connection, PictureName.Of(row) with { Revision = revision });
        return PictureDiffs.Between(KeptPictures.Open(connection, earlier), picture);
    }
}

/// <summary>A picture at the moment of a step.</summary>
/// <param name="Picture">With its review.</param>
/// <param name="Row">As stored.</param>
/// <param name="Connection">Of the step's transaction.</param>
/// <param name="Now">Journal time of the step.</param>
internal sealed record PictureAtStep(SituationalPicture Picture, PictureRow Row, SqliteConnection Connection, DateTimeOffset Now);
