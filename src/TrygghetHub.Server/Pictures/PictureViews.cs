using System.Security.Cryptography;
using Google.Protobuf;
using TrygghetHub.Errors.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Journal;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Reviews;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Pictures;

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
                return Of(picture, row, AudienceKind.Steering, partner: null);
            case AudienceKind.Partner when PartnerId.IsValid(audience!.Partner) && audience.Partner != row.Compiler:
                var partner = new PartnerId(audience.Partner);
                if (!Recipients.May(agreements.Rules, new PartnerId(row.Compiler), partner, row.Municipality, time.GetUtcNow()))
                {
                    throw new HubException(
                        ErrorReason.AgreementNotActive, "audience.partner",
                        "No agreement with you in force lets this partner see anything of the municipality for the weekly picture.",
                        "Name a partner that the picture can be sent to.");
                }

                // The two together: what the one alone may see is not the other's to look at.
                return Of(picture, row, AudienceKind.Partner, partner, shownTo: new PartnerId(row.Compiler));
            default:
                throw new HubException(
                    ErrorReason.AudienceInvalid, "audience", "The picture has no projection for this audience.",
                    "Ask for full, steering, or one other partner by its id; weekly figures are too small for the public.");
        }
    }

    /// <summary>The projection for an audience that is known to be one.</summary>
    /// <param name="picture">The compiler's own.</param>
    /// <param name="row">As stored.</param>
    /// <param name="kind">What kind of reader.</param>
    /// <param name="partner">Which partner, where it is one.</param>
    /// <param name="shownTo">
    /// Who is shown the partner's projection, where it is not sent to the partner: nothing is in it that the two may not both count.
    /// </param>
    public SituationalPicture Of(
        SituationalPicture picture, PictureRow row, AudienceKind kind, PartnerId? partner, PartnerId? shownTo = null)
    {
        var viewer = partner ?? new PartnerId(row.Compiler);
        var counted = new JournalPoint(row.CountedSeq, JournalTime.FromMicros(row.FrozenAt));
        var projection = PictureCompiler.Compile(
            PictureInputs.Read(
                database, row.Municipality, IsoWeek.FromKey(row.Week), counted, agreements.Rules, time.GetUtcNow(), viewer,
                cycles.Of(row.Municipality)),
            viewer, kind, shownTo);
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
}
