using Google.Protobuf;
using TrygghetHub.Forms;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Seals;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Compile;
using TrygghetHub.Server.Pictures.Reviews;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using TrygghetHub.Server.Platform.Storage;

namespace TrygghetHub.Server.Pictures.Exports;

/// <summary>Gives pictures as files, sealed where somebody answers for them. Thread-safe.</summary>
/// <remarks>
/// What is approved, and what was delivered, is sealed: the picture by the bytes that were kept, and every file made of it by its
/// own. A draft has no seal: nobody has said that it holds.
/// </remarks>
internal sealed class PictureExports(
    HubDatabase database, PictureViews views, PictureReviews reviews, Deliveries deliveries, HubSeal seal, PdfPrinter printer)
{
    /// <summary>The files of a picture of the caller's, or of a delivery to it.</summary>
    /// <exception cref="HubException">NOT_FOUND, AUDIENCE_INVALID, AGREEMENT_NOT_ACTIVE, FORMAT_UNAVAILABLE, or of a PDF QUOTA_EXCEEDED or UNAVAILABLE.</exception>
    public async Task<IReadOnlyList<PictureFile>> OfAsync(
        PartnerId caller, ExportPictureRequest request, CancellationToken cancellation)
    {
        var source = request.Name.Contains("/deliveries/", StringComparison.Ordinal)
            ? await DeliveredAsync(caller, request, cancellation)
            : Own(caller, request);
        var isPdf = request.Form == PictureForm.Pdf;
        var files = PictureFiles.Of(
            source.Picture, source.Bytes, isPdf ? PictureForm.Html : request.Form, request.Sheet, request.Language,
            isSealed: source.Seal is not null && !isPdf);
        if (isPdf)
        {
            files =
            [
                new FormFile(
                    Path.ChangeExtension(files[0].Name, ".pdf"), "application/pdf",
                    await printer.PrintAsync(caller, files[0].Content, cancellation)),
            ];
        }

        return [.. files.Select(file => ToWire(file, request, source))];
    }

    private PictureFile ToWire(FormFile file, ExportPictureRequest request, Source source)
    {
        var form = request.Form;

        // The weekend sheet goes to people who are given no more than what stands on it: the picture is not hidden behind it.
        var content = form == PictureForm.Html && source.Seal is { } held
            ? SealedPage.Write(
                file.Content, request.Sheet == PictureSheet.Weekend ? null : new SealedPage.HeldPicture(source.Bytes, held), page => seal.Sign(page))
            : file.Content;
        return new PictureFile
        {
            FileName = file.Name,
            MediaType = file.MediaType,
            Content = UnsafeByteOperations.UnsafeWrap(content),
            Seal = source.Seal is null ? ByteString.Empty
                : UnsafeByteOperations.UnsafeWrap(form == PictureForm.Protobuf ? source.Seal : seal.Sign(content)),
        };
    }

    private Source Own(PartnerId caller, ExportPictureRequest request)
    {
        if (!PictureName.TryParse(request.Name, out var name) || name.Compiler != caller)
        {
            throw HubException.NotFound("name");
        }

        using var connection = database.OpenReader();
        var row = PictureReviews.RequireRow(connection, name);
        var picture = KeptPictures.Open(connection, row);
        var shown = views.For(picture, row, request.Audience);
        var isOwn = ReferenceEquals(shown, picture);
        if (picture.State is not (PictureState.Approved or PictureState.Distributed or PictureState.Superseded)
            || ReviewSteps.ApprovalOf(connection, row) is null)
        {
            var draft = shown.ToByteArray();
            return new Source(isOwn ? views.AsOfNow(connection, row, picture) : shown, draft, null);
        }

        if (isOwn)
        {
            var approval = reviews.ApprovalOf(name);
            return new Source(
                views.AsOfNow(connection, row, picture), approval.Content.ToByteArray(), approval.Seal.ToByteArray());
        }

        // What a partner would see it was not sent: the hub answers for deliveries alone.
        var bytes = shown.ToByteArray();
        return new Source(shown, bytes, shown.Audience.Kind == AudienceKind.Steering ? seal.Sign(bytes) : null);
    }

    private async Task<Source> DeliveredAsync(PartnerId caller, ExportPictureRequest request, CancellationToken cancellation)
    {
        if (request.Audience is not null)
        {
            throw new HubException(
                Errors.V1.ErrorReason.AudienceInvalid, "audience", "A delivery is for its recipient alone.", "Leave the audience out.");
        }

        var (_, content) = await deliveries.ReadAsync(caller, request.Name, cancellation);
        return new Source(
            SituationalPicture.Parser.ParseFrom(content.Content), content.Content.ToByteArray(), content.Seal.ToByteArray());
    }

    /// <summary>What is to be put into a form.</summary>
    /// <param name="Picture">As it is shown: its state is of now.</param>
    /// <param name="Bytes">As they are kept, or would be sent.</param>
    /// <param name="Seal">Over the bytes; null where nobody answers for them.</param>
    private sealed record Source(SituationalPicture Picture, byte[] Bytes, byte[]? Seal);
}
