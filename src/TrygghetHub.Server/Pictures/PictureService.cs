using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Pictures.V1;
using TrygghetHub.Server.Agreements;
using TrygghetHub.Server.Partners;
using TrygghetHub.Server.Pictures.Exports;
using TrygghetHub.Server.Pictures.Weeks;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Calendar;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Reports;
using Wire = TrygghetHub.Pictures.V1;
using WireWeek = TrygghetHub.Calendar.V1.IsoWeek;

namespace TrygghetHub.Server.Pictures;

/// <summary>Each partner compiles and reads pictures of its own.</summary>
internal sealed class PictureService(
    PictureArchive archive, PictureExports exports, WeekConfirmations confirmations, ReportingWeeks weeks, AgreementRegister agreements,
    PageTokens pages, TimeProvider time)
    : Wire.PictureService.PictureServiceBase
{
    public override async Task<CompilePictureResponse> CompilePicture(
        CompilePictureRequest request, ServerCallContext context)
    {
        var caller = Caller(context);
        RequireMunicipality(request.Municipality);
        var week = RequireBegunWeek(request.Week);
        RequireRecipient(caller, request.Municipality);
        if (request.DryRun)
        {
            var (effect, there) = await archive.WouldCompileAsync(caller, request.Municipality, week, context.CancellationToken);
            return new CompilePictureResponse { Would = effect, Picture = there };
        }

        var (picture, compiled) = await archive.CompileAsync(
            caller, request.Municipality, week, firstOnly: false, context.CancellationToken);
        return new CompilePictureResponse { Picture = picture, Compiled = compiled };
    }

    public override Task<GetPictureResponse> GetPicture(GetPictureRequest request, ServerCallContext context)
    {
        RequireMunicipality(request.Municipality);
        var week = ReportQueries.RequireWeek(request.Week, "week");
        return archive.Get(
            Caller(context), request.Municipality, week, request.HasRevision ? request.Revision : null, request.Audience) is { } picture
            ? Task.FromResult(new GetPictureResponse { Picture = picture })
            : throw new HubException(
                ErrorReason.NotFound, "",
                request.HasRevision
                    ? "You have no such revision of a picture of this municipality and week."
                    : "You have no picture of this municipality and week.",
                "Compile it, if an agreement lets you see anything there; what others have sent you is among your deliveries.");
    }

    public override async Task<ExportPictureResponse> ExportPicture(ExportPictureRequest request, ServerCallContext context)
    {
        if ((ReportRules.RequireKnown(request.Form, PictureForm.Unspecified, "form") ?? Unknown(request)) is { } refusal)
        {
            throw new HubException(refusal);
        }

        return new ExportPictureResponse
        {
            Files = { await exports.OfAsync(Caller(context), request, context.CancellationToken) },
        };
    }

    private static Refusal? Unknown(ExportPictureRequest request) =>
        !System.Enum.IsDefined(request.Language) ? new Refusal(
            ErrorReason.EnumUnknown, "language", "There is no such language.", "Send Swedish or English, or leave it out for Swedish.")
        : !System.Enum.IsDefined(request.Sheet) ? new Refusal(
            ErrorReason.EnumUnknown, "sheet", "There is no such sheet.", "Send week or weekend, or leave it out for the week.")
        : request.Sheet == PictureSheet.Weekend && request.Form is not (PictureForm.Html or PictureForm.Pdf) ? new Refusal(
            ErrorReason.FieldInvalid, "sheet", "Only a page has the weekend's sheet.", "Ask for HTML or PDF, or for the week.")
        : null;

    public override Task<ListPicturesResponse> ListPictures(ListPicturesRequest request, ServerCallContext context)
    {
        var caller = Caller(context);
        if (request.Municipality.Length > 0)
        {
            RequireMunicipality(request.Municipality);
        }

        var scope = $"pictures/{caller}/{request.Municipality}";
        var after = pages.Open(scope, request.PageToken);
        var size = PageTokens.SizeOf(request.PageSize);
        var page = archive.List(caller, request.Municipality, Place(after), size + 1);
        var response = new ListPicturesResponse { Pictures = { page.Take(size).Select(HeaderAndTotals) } };
        if (page.Count > size)
        {
            var last = page[size - 1];
            response.NextPageToken = pages.Seal(scope, string.Create(
                CultureInfo.InvariantCulture,
                $"{(last.Week.Year * 100) + last.Week.Week}/{last.Municipality}/{last.Revision}"));
        }

        return Task.FromResult(response);
    }

    public override async Task<ConfirmWeekResponse> ConfirmWeek(ConfirmWeekRequest request, ServerCallContext context)
    {
        RequireMunicipality(request.Municipality);
        var week = RequireBegunWeek(request.Week);
        if (ReportRules.RequireKnown(request.Statement, WeekStatement.Unspecified, "statement") is { } refusal)
        {
            throw new HubException(refusal);
        }

        return new ConfirmWeekResponse
        {
            Confirmation = await confirmations.ConfirmAsync(
                Caller(context), request.Municipality, week, request.Statement, context.CancellationToken),
        };
    }

    public override Task<ListWeeksResponse> ListWeeks(ListWeeksRequest request, ServerCallContext context)
    {
        if (request.Municipality.Length > 0)
        {
            RequireMunicipality(request.Municipality);
        }

        var count = request.PageSize switch
        {
            < 0 => throw new HubException(
                ErrorReason.FieldInvalid, "page_size", "It is less than 0.", "Send how many weeks you want, or 0 for five."),
            0 => ReportingWeeks.DefaultWeeks,
            _ => Math.Min(request.PageSize, ReportingWeeks.MostWeeks),
        };
        return Task.FromResult(new ListWeeksResponse
        {
            Weeks = { weeks.Of(Caller(context), request.Municipality, count) },
            HubTime = time.GetUtcNow().ToTimestamp(),
        });
    }

    private static (int Week, string Municipality, int Revision)? Place(string position) =>
        position.Split('/') is [var week, var municipality, var revision]
            ? (int.Parse(week, CultureInfo.InvariantCulture), municipality,
                int.Parse(revision, CultureInfo.InvariantCulture))
            : null;

    // By number, as the proto says it: what a later part of the picture adds is not in a list either.
    private static SituationalPicture HeaderAndTotals(SituationalPicture picture)
    {
        foreach (var field in SituationalPicture.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.FieldNumber > SituationalPicture.TotalsFieldNumber)
            {
                field.Accessor.Clear(picture);
            }
        }

        return picture;
    }

    private void RequireMunicipality(string code)
    {
        if (!agreements.Rules.Areas.TryGet(code, out var area) || area.Level != Areas.AreaLevel.Municipality)
        {
            throw new HubException(
                ErrorReason.AreaUnknown, "municipality", "The hub knows no municipality with this code.",
                "Send four digits, such as 0139 for Upplands-Bro.");
        }
    }

    private IsoWeek RequireBegunWeek(WireWeek? sent)
    {
        var week = ReportQueries.RequireWeek(sent, "week");
        return week.Start <= time.GetUtcNow()
            ? week
            : throw new HubException(
                ErrorReason.WeekInvalid, "week", "The week has not begun.", "Send this week or an earlier one.");
    }

    private void RequireRecipient(PartnerId caller, string municipality)
    {
        if (DuePictures.Since(agreements.Rules, caller, municipality, time.GetUtcNow()) is null)
        {
            throw new HubException(
                ErrorReason.AgreementNotActive, "municipality",
                "No agreement in force lets you see anything of this municipality for the weekly picture.",
                "Ask the operator which agreement you are a party to, and what it lets you see.");
        }
    }

    private static PartnerId Caller(ServerCallContext context) => new(context.Caller().Id);
}
