using System.Collections.Immutable;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using Wire = TrygghetHub.Pictures.V1;

namespace TrygghetHub.Server.Pictures.Reviews;

/// <summary>What a compiler does with its own pictures.</summary>
internal sealed class ReviewService(PictureReviews reviews, Deliveries deliveries, AgreementRegister agreements)
    : Wire.ReviewService.ReviewServiceBase
{
    private const int MostRecipients = 100;

    public override async Task<StartReviewResponse> StartReview(StartReviewRequest request, ServerCallContext context) => new()
    {
        Picture = await StepAsync(request.Name, request.Etag, request, context, at =>
        {
            ReviewRules.RequireState(at.Picture, PictureState.Compiled);
            return new ReviewStepEntry { Started = true };
        }),
    };

    public override async Task<EditSentenceResponse> EditSentence(EditSentenceRequest request, ServerCallContext context) => new()
    {
        Picture = await StepAsync(request.Name, request.Etag, request, context, at =>
        {
            ReviewRules.RequireState(at.Picture, PictureState.InReview);
            return new ReviewStepEntry { Edit = ReviewRules.RequireEdit(request, at.Picture, at.Now) };
        }),
    };

    public override async Task<SetAreaLevelResponse> SetAreaLevel(SetAreaLevelRequest request, ServerCallContext context) => new()
    {
        Picture = await StepAsync(request.Name, request.Etag, request, context, at =>
        {
            ReviewRules.RequireState(at.Picture, PictureState.InReview);
            return new ReviewStepEntry { Level = ReviewRules.RequireLevel(request, at.Picture, at.Now) };
        }),
    };

    public override async Task<DispatchDraftResponse> DispatchDraft(DispatchDraftRequest request, ServerCallContext context)
    {
        var name = RequireOwn(request.Name, request.Etag, context);
        var number = ReviewRules.RequireNumber(request.RegistrationNumber);
        var recipients = ReadRecipients(request.Recipients);
        if (recipients.IsEmpty)
        {
            throw new HubException(
                ErrorReason.FieldRequired, "recipients", "A draft goes to recipients that are named.", "Name at least one partner.");
        }

        var done = await deliveries.DispatchAsync(
            name, request, number, recipients, context.Caller().Uri, context.CancellationToken);
        return new DispatchDraftResponse { Picture = done.Picture, Deliveries = { done.Deliveries.Select(d => d.ToWire()) } };
    }

    public override async Task<ApprovePictureResponse> ApprovePicture(ApprovePictureRequest request, ServerCallContext context) =>
        new()
        {
            Picture = await StepAsync(request.Name, request.Etag, request, context, at =>
            {
                ReviewRules.RequireState(at.Picture, PictureState.InReview);
                return reviews.Approve(at, request, agreements.Rules.Agreements);
            }),
        };

    public override async Task<DistributePictureResponse> DistributePicture(
        DistributePictureRequest request, ServerCallContext context)
    {
        var name = RequireOwn(request.Name, request.Etag, context);
        var recipients = ReadRecipients(request.Recipients);
        if (recipients.IsEmpty != request.Everyone)
        {
            throw request.Everyone
                ? new HubException(
                    ErrorReason.FieldInvalid, "everyone", "It goes to everyone, or to recipients that are named.",
                    "Send either everyone or recipients.")
                : new HubException(
                    ErrorReason.FieldRequired, "recipients", "None is named, and no recipients means nobody.",
                    "Name at least one partner; or send everyone, for all who may see something.");
        }

        var done = await deliveries.DistributeAsync(
            name, request, recipients, context.Caller().Uri, context.CancellationToken);
        return new DistributePictureResponse { Picture = done.Picture, Deliveries = { done.Deliveries.Select(d => d.ToWire()) } };
    }

    public override Task<GetApprovalResponse> GetApproval(GetApprovalRequest request, ServerCallContext context)
    {
        var approval = reviews.ApprovalOf(RequireOwn(request.Name, context));
        return Task.FromResult(new GetApprovalResponse
        {
            Content = approval.Content,
            Seal = approval.Seal,
            ApproveTime = approval.Review.ApproveTime,
        });
    }

    private Task<SituationalPicture> StepAsync(
        string name, string etag, IMessage request, ServerCallContext context, Func<PictureAtStep, ReviewStepEntry> decide) =>
        reviews.StepAsync(
            RequireOwn(name, etag, context), request, etag, context.Caller().Uri, decide, context.CancellationToken);

    private static PictureName RequireOwn(string text, string etag, ServerCallContext context)
    {
        var name = RequireOwn(text, context);
        return etag.Length > 0
            ? name
            : throw new HubException(
                ErrorReason.FieldRequired, "etag", "A verb says which state of the picture it was made for.",
                "Get the picture, and send its etag.");
    }

    // Another's is answered as one that is not there.
    private static PictureName RequireOwn(string text, ServerCallContext context) =>
        PictureName.TryParse(text, out var name) && name.Compiler.Value == context.Caller().Id
            ? name
            : throw HubException.NotFound("name");

    private static ImmutableArray<PartnerId> ReadRecipients(RepeatedField<string> given)
    {
        if (given.Count > MostRecipients)
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "recipients", $"They are at most {MostRecipients}.", "Send it in several requests.");
        }

        return given.All(PartnerId.IsValid)
            ? [.. given.Distinct(StringComparer.Ordinal).Select(id => new PartnerId(id)).Order()]
            : throw new HubException(
                ErrorReason.FieldInvalid, "recipients", "One of them is no partner id.",
                "Send ids, such as polisen; they stand in the agreements.");
    }
}
