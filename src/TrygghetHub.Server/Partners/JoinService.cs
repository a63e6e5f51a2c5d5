using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Partners;

/// <summary>How a partner gets a certificate without having one, on the open endpoint.</summary>
internal sealed class JoinService(PartnerRegister register, Authority authority, HubAddresses addresses)
    : Wire.JoinService.JoinServiceBase
{
    public override async Task<JoinResponse> Join(JoinRequest request, ServerCallContext context)
    {
        // Before anything is used up: a hub that has only begun to listen does not know its addresses yet.
        if (!addresses.AreKnown)
        {
            throw new HubException(ErrorReason.Unavailable, "", "The hub has only begun to listen.", "Try again in a moment.");
        }

        var code = EnrolmentCode.Parse(request.Code) ?? throw new HubException(
            ErrorReason.EnrolmentCodeUnknown, "code", "This is no enrolment code, or it was mistyped.",
            "Copy it whole, from thj1_ on.");
        var (partner, certificate) = await register.JoinAsync(
            code, SigningRequest.Read(request.CsrDer), context.CancellationToken);
        return new JoinResponse
        {
            Partner = register.ToWire(partner, [certificate]),
            CertificateChainPem = certificate.ChainPem,
            RootPem = authority.RootsPem,
            HubUrl = addresses.Partners.GetLeftPart(UriPartial.Authority),
            TokenEndpoint = addresses.TokenEndpoint.ToString(),
            ConsentRequest = register.RequestOf(certificate) is { } waiting ? register.ToWire(waiting) : null,
        };
    }
}
