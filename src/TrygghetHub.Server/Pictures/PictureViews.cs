using System.Security.Cryptography;
using Google.Protobuf;
using TrygghetHub.Errors.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Reviews;
using TrygghetHub.Server.Platform.Errors;

namespace TrygghetHub.Server.Pictures;

/// <summary>A picture as another reader than its compiler would see it. Thread-safe.</summary>
internal sealed class PictureViews(Projections projections, AgreementRegister agreements, TimeProvider time)
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
    public SituationalPicture Of(
        SituationalPicture picture, PictureRow row, AudienceKind kind, PartnerId? partner, PartnerId? shownTo = null)
    {
        var projection = projections.Of(row, kind, partner, shownTo);
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
