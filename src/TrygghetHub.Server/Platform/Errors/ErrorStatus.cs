using System.Globalization;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using TrygghetHub.Errors.V1;
using TrygghetHub.Options.V1;
using TrygghetHub.Screening;

namespace TrygghetHub.Server.Platform.Errors;

/// <summary>
/// Makes of a refusal the <c>google.rpc.Status</c> that callers get: the fixed gRPC code of its reason, exactly one <c>ErrorInfo</c>,
/// the reason in Swedish (<c>LocalizedMessage</c>) and a link to its page (<c>Help</c>), and a <c>BadRequest</c> when a field is at fault.
/// </summary>
internal static class ErrorStatus
{
    public const string Domain = "trygghethub";
    public const string StatusTrailer = "grpc-status";
    public const string DetailsTrailer = "grpc-status-details-bin";

    private const string Locale = "sv";

    public static RpcException ToRpcException(Refusal refusal, ErrorPages pages) => ToStatus(refusal, pages).ToRpcException();

    public static Google.Rpc.Status ToStatus(Refusal refusal, ErrorPages pages)
    {
        var info = new ErrorInfo
        {
            Domain = Domain,
            Reason = NameOf(refusal.Reason),
            Metadata = { { "field", refusal.Field }, { "rule", refusal.Rule }, { "remedy", refusal.Remedy } },
        };
        if (refusal.ResumeCursor is { } cursor)
        {
            info.Metadata.Add("resume_cursor", cursor);
        }

        if (refusal.Findings.Count > 0)
        {
            info.Metadata.Add("findings", string.Join("; ", refusal.Findings.Select(f => f.Words())));
        }

        if (refusal.Candidates.Count > 0)
        {
            info.Metadata.Add("candidates", string.Join(' ', refusal.Candidates));
        }

        var status = new Google.Rpc.Status
        {
            Code = (int)CodeOf(refusal.Reason),
            Message = Sentence(refusal),
            Details = { Any.Pack(info) },
        };

        if (refusal.RetryDelay is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = delay.ToDuration() }));
        }

        if (refusal.Field.Length > 0)
        {
            status.Details.Add(Any.Pack(new BadRequest
            {
                FieldViolations =
                {
                    new BadRequest.Types.FieldViolation { Field = refusal.Field, Description = refusal.Rule },
                },
            }));
        }

        status.Details.Add(Any.Pack(new LocalizedMessage { Locale = Locale, Message = InSwedish(refusal) }));
        if (pages.LinkTo(refusal.Reason) is { } page)
        {
            status.Details.Add(Any.Pack(new Help
            {
                Links = { new Help.Types.Link { Description = "What the reason means and what to do", Url = page.AbsoluteUri } },
            }));
        }

        return status;
    }

    /// <summary>What the caller is told of a bug: the number under which the log has it, and nothing more.</summary>
    public static Refusal Fault(string correlationId) => new(
        ErrorReason.Internal, "", $"A fault in the hub, correlation id {correlationId}.",
        "Tell the operator the correlation id. Sending again is safe.");

    /// <summary>
    /// Answers a gRPC call before its body is read: the status stands among the headers ("Trailers-Only" in gRPC's protocol).
    /// </summary>
    public static Task AnswerAsync(Microsoft.AspNetCore.Http.HttpResponse response, Refusal refusal, ErrorPages pages)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        Write(response.Headers, refusal, pages);
        return Task.CompletedTask;
    }

    /// <summary>Writes a refusal among headers or trailers.</summary>
    public static void Write(IHeaderDictionary headers, Refusal refusal, ErrorPages pages)
    {
        var status = ToStatus(refusal, pages);
        headers[StatusTrailer] = status.Code.ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = PercentEncoded(status.Message);
        headers[DetailsTrailer] = Convert.ToBase64String(status.ToByteArray());
    }

    /// <summary>The reason's name on the wire, without the enum's prefix: <c>AREA_UNKNOWN</c>.</summary>
    public static string NameOf(ErrorReason reason) => Names[reason];

    /// <summary>What a reason says to people: its remedy, its sentence in Swedish and its usual fields, as the proto has them.</summary>
    public static ReasonText TextOf(ErrorReason reason) => Texts[reason];

    /// <summary>The gRPC code that goes with a reason; documented on each value in the proto.</summary>
    public static StatusCode CodeOf(ErrorReason reason) => reason switch
    {
        ErrorReason.FieldInvalid or ErrorReason.FieldRequired or ErrorReason.EnumUnknown
            or ErrorReason.TimeOutOfRange or ErrorReason.PositionOutsideSweden
            or ErrorReason.PrecisionInconsistent or ErrorReason.TextTooLong or ErrorReason.ReportTooLarge
            or ErrorReason.MessageUnreadable or ErrorReason.CategoryUnknown or ErrorReason.AreaUnknown
            or ErrorReason.AgreementInvalid or ErrorReason.SignatureInvalid or ErrorReason.CursorInvalid
            or ErrorReason.PageTokenInvalid or ErrorReason.WeekInvalid or ErrorReason.RefusedPersonalData
            or ErrorReason.AudienceInvalid or ErrorReason.PlaceAmbiguous or ErrorReason.PlaceUnknown or ErrorReason.AreasInvalid or ErrorReason.CodesInvalid
            or ErrorReason.SentenceFigures
            or ErrorReason.CsrInvalid or ErrorReason.CertificateInvalid => StatusCode.InvalidArgument,
        ErrorReason.CategoryNotAccepted or ErrorReason.AgreementNotActive or ErrorReason.CategoryNotAgreed
            or ErrorReason.AreaNotAgreed or ErrorReason.PermissionMissing or ErrorReason.PartnerSuspended
            or ErrorReason.PartnerLeft or ErrorReason.EnrolmentCodeUnknown or ErrorReason.AccessRestricted => StatusCode.PermissionDenied,
        ErrorReason.MessageTooLarge or ErrorReason.QuotaExceeded or ErrorReason.SubscriberTooSlow => StatusCode.ResourceExhausted,
        ErrorReason.RevisionConflict or ErrorReason.PartnerExists => StatusCode.AlreadyExists,
        ErrorReason.RevisionSuperseded or ErrorReason.WeekHasReports or ErrorReason.EndpointWrong
            or ErrorReason.EnrolmentCodeUsed or ErrorReason.EnrolmentCodeExpired or ErrorReason.DevelopmentOnly
            or ErrorReason.PartnerState or ErrorReason.CertificateSucceeded or ErrorReason.ConsentState or ErrorReason.SourceTypeUnknown
            or ErrorReason.AgreementState or ErrorReason.QuarantineState or ErrorReason.RetentionState
            or ErrorReason.LinkState or ErrorReason.FormatUnavailable or ErrorReason.PictureState => StatusCode.FailedPrecondition,
        ErrorReason.CompressionUnsupported => StatusCode.Unimplemented,
        ErrorReason.EtagMismatch => StatusCode.Aborted,
        ErrorReason.NotFound or ErrorReason.PartnerUnknown => StatusCode.NotFound,
        ErrorReason.CertificateUnknown or ErrorReason.CertificateExpired or ErrorReason.CertificateRevoked
            or ErrorReason.CertificateStatusUnknown or ErrorReason.TokenRequired or ErrorReason.TokenExpired
            or ErrorReason.TokenInvalid or ErrorReason.TokenAudience or ErrorReason.TokenIssuer
            or ErrorReason.TokenUnbound or ErrorReason.TokenOfAnother => StatusCode.Unauthenticated,
        ErrorReason.Unavailable or ErrorReason.StreamTimeOver => StatusCode.Unavailable,
        _ => StatusCode.Internal,
    };

    // As gRPC's protocol has it: printable ASCII but for the percent sign stays.
    private static string PercentEncoded(string text)
    {
        var encoded = new StringBuilder(text.Length);
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            if (value is >= 0x20 and <= 0x7E and not (byte)'%')
            {
                encoded.Append((char)value);
            }
            else
            {
                encoded.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return encoded.ToString();
    }

    private static readonly IList<EnumValueDescriptor> Reasons =
        ErrorReasonReflection.Descriptor.EnumTypes.Single(e => e.Name == nameof(ErrorReason)).Values;

    private static readonly Dictionary<ErrorReason, string> Names =
        Reasons.ToDictionary(v => (ErrorReason)v.Number, v => v.Name["ERROR_REASON_".Length..]);

    private static readonly Dictionary<ErrorReason, ReasonText> Texts = Reasons
        .Select(v => (Reason: (ErrorReason)v.Number, Text: v.GetOptions()?.GetExtension(OptionsExtensions.ReasonText)))
        .Where(v => v.Text is not null)
        .ToDictionary(v => v.Reason, v => v.Text!);

    private static string InSwedish(Refusal refusal) => refusal.Field.Length > 0
        ? $"{TextOf(refusal.Reason).Swedish} Det gäller fältet {refusal.Field}."
        : TextOf(refusal.Reason).Swedish;

    private static string Sentence(Refusal refusal) => string.Join(
        ' ', new[] { refusal.Field.Length > 0 ? refusal.Field + ":" : "", refusal.Rule, refusal.Remedy }
            .Where(part => part.Length > 0));
}
