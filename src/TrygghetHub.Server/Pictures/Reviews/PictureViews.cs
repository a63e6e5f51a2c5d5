using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.Data.Sqlite;
using TrygghetHub.Errors.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Sentences;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>A picture as another reader than its compiler would see it: its projections. Thread-safe.</summary>
/// <remarks>
/// A projection is compiled anew from the same reports, those up to the entry at which the picture was counted, and decided by
/// the rules of now: what an agreement that has ended showed is not sent any more.
/// </remarks>
internal sealed class PictureViews(
    HubDatabase database, AgreementRegister agreements, WeeklyCycles cycles, TimeProvider time)
{
    /// <summary>The projection for an audience, with its header and what of the review is for it.</summary>
    /// <param name="picture">The compiler's own.</param>
    /// <param name="row">As stored.</param>
    /// <param name="audience">As it was asked for; its smallest count is not looked at.</param>
    /// <exception cref="HubException">AUDIENCE_INVALID, or AGREEMENT_NOT_ACTIVE: that partner would be sent nothing.</exception>
    public SituationalPicture For(SituationalPicture picture, PictureRow row, Audience? audience)
    {
        switch (audience?.Kind ?? AudienceKind.Full)
        {
            case AudienceKind.Unspecified when audience!.Partner.Length == 0:
            case AudienceKind.Full when audience is null || audience.Partner.Length == 0:
                return picture;
            case AudienceKind.Steering when audience!.Partner.Length == 0:
                return Of(picture, row, PictureAudience.Steering(new PartnerId(row.Compiler)));
            case AudienceKind.Partner when PartnerId.IsValid(audience!.Partner) && audience.Partner != row.Compiler:
                var partner = new PartnerId(audience.Partner);
                if (!Recipients.May(agreements.Rules, new PartnerId(row.Compiler), partner, row.Municipality, time.GetUtcNow()))
                {
                    throw new HubException(
                        ErrorReason.AgreementNotActive, "audience.partner",
                        "No agreement with you in force lets this partner see anything of the municipality for the weekly picture.",
                        "Name a partner that the picture can be sent to.");
                }

                return Of(picture, row, PictureAudience.Partner(partner, new PartnerId(row.Compiler)));
            default:
                throw new HubException(
                    ErrorReason.AudienceInvalid, "audience", "The picture has no projection for this audience.",
                    "Ask for full, steering, or one other partner by its id; weekly figures are too small for the public.");
        }
    }

    /// <summary>The projection for an audience that is known to be one.</summary>
    /// <param name="picture">The compiler's own.</param>
    /// <param name="row">As stored.</param>
    /// <param name="audience">Whom it is for.</param>
    public SituationalPicture Of(SituationalPicture picture, PictureRow row, PictureAudience audience)
    {
        var counted = new JournalPoint(row.CountedSeq, JournalTime.FromMicros(row.FrozenAt));
        var projection = WeeklyPicture.Of(
            PictureInputs.Read(
                database, row.Municipality, IsoWeek.FromKey(row.Week), counted, agreements.Rules, time.GetUtcNow(), audience.Reader,
                cycles.Of(row.Municipality)),
            audience);
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(projection.ToByteArray()));
        projection.Review = CarriedReview.ToReader(picture.Review ?? new Review(), picture, projection);
        projection.Name = picture.Name;
        projection.Revision = picture.Revision;
        projection.State = picture.State;
        projection.FreezeTime = picture.FreezeTime;
        projection.CompileTime = picture.CompileTime;
        projection.ContentSha256 = sha256;
        return projection;
    }

    /// <summary>
    /// A picture of its compiler's, with what has become of it since: late changes, and agreements that have ended. One that is not
    /// approved yet tells what differs from the revision that is: whoever approves it is to say why.
    /// </summary>
    internal SituationalPicture AsOfNow(SqliteConnection connection, PictureRow row, SituationalPicture picture)
    {
        var (rules, now) = (agreements.Rules, time.GetUtcNow());
        picture.LateChanges = LateChangesOf(connection, row);
        if (picture.State is PictureState.Compiled or PictureState.InReview
            && PictureReviews.DiffFromApproved(connection, row, picture) is { } diff)
        {
            picture.Review ??= new Review();
            picture.Review.Diff = diff;
        }

        picture.EndedAgreements.Add(
            (picture.Basis?.Agreements ?? []).Select(a => a.Agreement).Where(a => rules.Agreements.InForce(a, now) is null));
        return picture;
    }

    private LateChanges? LateChangesOf(SqliteConnection connection, PictureRow row)
    {
        var (compiler, week, rules) = (new PartnerId(row.Compiler), IsoWeek.FromKey(row.Week), agreements.Rules);
        var changes = LateReports.Count(
            LateReports.Read(connection, row.Municipality, week, row.CountedSeq, long.MaxValue), compiler, rules, time.GetUtcNow());
        var recalled = LateReports.Recalled(
            connection, row.Municipality, week, new JournalPoint(row.CountedSeq, JournalTime.FromMicros(row.FrozenAt)), compiler,
            agreements.RulesAsOf(row.CountedSeq), rules);
        if (recalled > 0)
        {
            changes ??= new LateChanges();
            changes.Withdrawn += recalled;
        }

        return changes;
    }
}
