using System.Security.Cryptography.X509Certificates;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Platform.Access;

/// <summary>Calls past the SDK with one certificate, on one connection, each time with a new token bound to it.</summary>
internal sealed class DirectCaller(TestHub hub, X509Certificate2 certificate, X509Certificate2Collection issuers, string principal)
    : IDisposable
{
    private readonly GrpcChannel channel = hub.OpenChannel(certificate, issuers);

    public static DirectCaller Of(TestHub hub, string partner)
    {
        var identity = IdentityFolder.Load(hub.IdentityPath(partner));
        return new DirectCaller(hub, identity.Certificate, identity.Issuers, "urn:trygghet:partner:" + partner);
    }

    public CallerService.CallerServiceClient Caller => new(channel);

    public async Task<CallOptions> OptionsAsync()
    {
        var token = HandMadeToken.Sign(hub, await HandMadeToken.ClaimsAsync(
            hub, certificate, principal, "self.read self.renew self.leave"));
        return new CallOptions(
            new Metadata { { "authorization", "Bearer " + token } }, cancellationToken: TestContext.Current.CancellationToken);
    }

    /// <summary>Why it is refused: the hub's reason, <c>TLS</c> where it does not come so far, null when it is not.</summary>
    public async Task<string?> ReasonAsync()
    {
        try
        {
            await Caller.GetCallerAsync(new GetCallerRequest(), await OptionsAsync());
            return null;
        }
        catch (RpcException refused)
        {
            return ReasonOf(refused) ?? "TLS";
        }
    }

    public static string? ReasonOf(RpcException refused) => refused.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason;

    public void Dispose() => channel.Dispose();
}
