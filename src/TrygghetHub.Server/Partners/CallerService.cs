using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using TrygghetHub.Errors.V1;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Platform;
using TrygghetHub.Server.Platform.Access;
using TrygghetHub.Server.Platform.Errors;
using TrygghetHub.Server.Platform.Identity;
using Wire = TrygghetHub.Partners.V1;

namespace TrygghetHub.Server.Partners;

/// <summary>What every caller may ask about itself.</summary>
internal sealed class CallerService(
    PartnerRegister register, Departures departures, Authority authority, TimeProvider time)
    : Wire.CallerService.CallerServiceBase
{
    public override Task<GetCallerResponse> GetCaller(GetCallerRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        var book = register.Book;
        return Task.FromResult(new GetCallerResponse
        {
            Principal = caller.Uri,
            Roles = { caller.Roles.Order().Select(PartnerMapping.NameOf) },
            Permissions = { caller.Permissions.Order(StringComparer.Ordinal) },
            Certificate = register.ToWire(book.Certificates[Thumbprint(context)]),
            Partner = caller.IsOperator ? null : register.ToWire(book.Partners[new PartnerId(caller.Id)]),
            HubTime = time.GetUtcNow().ToTimestamp(),
            Environment = authority.IsSandbox ? "sandbox" : "production",
            HubVersion = HubVersion.Text,
        });
    }

    public override async Task<RenewCertificateResponse> RenewCertificate(
        RenewCertificateRequest request, ServerCallContext context)
    {
        var (certificate, retiresAt) = await register.RenewAsync(
            context.Caller(), Thumbprint(context), SigningRequest.Read(request.CsrDer), context.CancellationToken);
        return new RenewCertificateResponse
        {
            CertificateChainPem = certificate.ChainPem,
            RootPem = authority.RootsPem,
            RetireTime = retiresAt.ToTimestamp(),
        };
    }

    public override async Task<LeaveHubResponse> LeaveHub(LeaveHubRequest request, ServerCallContext context)
    {
        var caller = context.Caller();
        if (request.Name != "partners/" + caller.Id)
        {
            throw new HubException(
                ErrorReason.FieldInvalid, "name", "The name is not that of the caller.",
                $"Send partners/{caller.Id} if you mean to leave.");
        }

        var (_, departure) = await departures.OffboardAsync(
            new PartnerId(caller.Id), request.RecallReports, PartnerService.RequireReason(request.Reason),
            caller.Uri, context.CancellationToken);
        return new LeaveHubResponse { Departure = departure };
    }

    private static string Thumbprint(ServerCallContext context) =>
        context.GetHttpContext().Connection.ClientCertificate!.GetCertHashString(HashAlgorithmName.SHA256);
}
