using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using TrygghetHub.Client;
using TrygghetHub.Partners.V1;
using TrygghetHub.Server.Tests.Platform.Access;
using TrygghetHub.Testing;

namespace TrygghetHub.Server.Tests.Partners;

/// <summary>What is done around consents, in one call each; who reads is the municipality of an agreed pair.</summary>
internal static class ConsentSteps
{
    public const string Reader = "upplands-bro";
    public const string ReaderName = "partners/" + Reader;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SetContactsResponse> SetContactsAsync(
        TestHub hub, string id, X509Certificate2? certificate, string address = "it@polisen.example")
    {
        using var identity = IdentityFolder.Load(hub.IdentityPath(id));
        using var client = HubClient.Connect(identity);
        return await client.Caller.SetContactsAsync(
            new SetContactsRequest
            {
                Contacts =
                {
                    new PartnerContact
                    {
                        Function = "Vakthavande IT",
                        Address = address,
                        CertificateDer = ByteString.CopyFrom(certificate?.RawData ?? []),
                    },
                },
            },
            cancellationToken: Cancellation);
    }

    public static async Task<Partner> PartnerAsync(TestHub hub, string id) =>
        (await hub.Operator.Partners.GetPartnerAsync(
            new GetPartnerRequest { Name = "partners/" + id }, cancellationToken: Cancellation)).Partner;

    public static async Task<IReadOnlyList<ConsentRequest>> RequestsAsync(TestHub hub) =>
        [.. (await hub.Operator.Partners.ListConsentRequestsAsync(
            new ListConsentRequestsRequest { IncludeClosed = true }, cancellationToken: Cancellation)).Items.Select(i => i.Request)];

    public static async Task<GetCallerResponse> SelfAsync(HubClient client) =>
        await client.Caller.GetCallerAsync(new GetCallerRequest(), cancellationToken: Cancellation);

    public static async Task<IReadOnlyList<PartnerNotice>> NoticesAsync(TestHub hub, string folder)
    {
        using var identity = IdentityFolder.Load(hub.IdentityPath(folder));
        using var client = HubClient.Connect(identity);
        return (await client.Caller.ListNoticesAsync(new ListNoticesRequest(), cancellationToken: Cancellation)).Notices;
    }

    public static async Task<GiveConsentResponse> GiveAsync(HubClient client, ConsentRequest request, byte[] signature) =>
        await client.Caller.GiveConsentAsync(
            new GiveConsentRequest { Name = request.Name, Signature = ByteString.CopyFrom(signature) },
            cancellationToken: Cancellation);

    /// <summary>Signs with the key of a contact, and hands the consent in.</summary>
    public static Task<ConsentRequest> HandInAsync(TestHub hub, HubClient client, X509Certificate2 contact, ConsentRequest request)
    {
        using var identity = IdentityFolder.Load(hub.IdentityPath(request.Name.Split('/')[1]));
        return Consents.HandInAsync(client, request, Consents.Sign(request, identity, contact), Cancellation);
    }

    /// <summary>What a request says, compared with the partner's first identity folder.</summary>
    public static ConsentDocument DocumentOf(TestHub hub, ConsentRequest request)
    {
        using var identity = IdentityFolder.Load(hub.IdentityPath(request.Name.Split('/')[1]));
        return Consents.Read(request, identity);
    }

    public static async Task RevokeAllAsync(TestHub hub, string id)
    {
        foreach (var certificate in (await PartnerAsync(hub, id)).Certificates)
        {
            await hub.Operator.Partners.RevokeCertificateAsync(
                new RevokeCertificateRequest { ThumbprintSha256 = certificate.ThumbprintSha256, Reason = "A test." },
                cancellationToken: Cancellation);
        }
    }

    public static async Task RevokeAsync(TestHub hub, string folder)
    {
        using var identity = IdentityFolder.Load(folder);
        await hub.Operator.Partners.RevokeCertificateAsync(
            new RevokeCertificateRequest
            {
                ThumbprintSha256 = identity.Certificate.GetCertHashString(HashAlgorithmName.SHA256),
                Reason = "A test.",
            },
            cancellationToken: Cancellation);
    }

    // Past the SDK, so that nothing but the hub decides.
    public static async Task<GrpcChannel> ChannelAsync(TestHub hub, string folder, string? token = null)
    {
        var identity = IdentityFolder.Load(hub.IdentityPath(folder));
        return hub.OpenChannel(identity.Certificate, identity.Issuers, token ?? await hub.TokenAsync(folder));
    }

    public static async Task<string?> ReadAsync(TestHub hub, string folder, string? token = null)
    {
        using var channel = await ChannelAsync(hub, folder, token);
        return await ReadAsync(channel);
    }

    /// <summary>Why incidents are not listed: the reason, <c>TLS</c> where it does not come so far, null when they are.</summary>
    public static async Task<string?> ReadAsync(GrpcChannel channel)
    {
        try
        {
            await new TrygghetHub.Incidents.V1.IncidentService.IncidentServiceClient(channel).ListIncidentsAsync(
                new TrygghetHub.Incidents.V1.ListIncidentsRequest { Purpose = TrygghetHub.Agreements.V1.Purpose.WeeklyPicture },
                cancellationToken: Cancellation);
            return null;
        }
        catch (RpcException refused)
        {
            return DirectCaller.ReasonOf(refused) ?? "TLS";
        }
    }

    // Whatever a method does with an empty request: what counts is whether it comes so far.
    public static async Task<string?> ReasonAsync(GrpcChannel channel, MethodDescriptor method)
    {
        var bytes = Marshallers.Create(b => b, b => b);
        var call = new Method<byte[], byte[]>(
            (method.IsClientStreaming, method.IsServerStreaming) switch
            {
                (false, false) => MethodType.Unary,
                (true, false) => MethodType.ClientStreaming,
                (false, true) => MethodType.ServerStreaming,
                _ => MethodType.DuplexStreaming,
            },
            method.Service.FullName, method.Name, bytes, bytes);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var options = new CallOptions(cancellationToken: ended.Token);
        var invoker = channel.CreateCallInvoker();
        try
        {
            switch (call.Type)
            {
                case MethodType.Unary:
                    await invoker.AsyncUnaryCall(call, null, options, []);
                    break;
                case MethodType.ClientStreaming:
                    using (var sending = invoker.AsyncClientStreamingCall(call, null, options))
                    {
                        await sending.RequestStream.CompleteAsync();
                        await sending.ResponseAsync;
                    }

                    break;
                case MethodType.ServerStreaming:
                    using (var reading = invoker.AsyncServerStreamingCall(call, null, options, []))
                    {
                        await reading.ResponseStream.MoveNext(ended.Token);
                    }

                    break;
                default:
                    using (var both = invoker.AsyncDuplexStreamingCall(call, null, options))
                    {
                        await both.RequestStream.CompleteAsync();
                        await both.ResponseStream.MoveNext(ended.Token);
                    }

                    break;
            }

            return null;
        }
        catch (RpcException refused)
        {
            return DirectCaller.ReasonOf(refused);
        }
    }

    public static async Task<string> CodeAsync(TestHub hub) =>
        (await hub.Operator.Partners.CreateEnrolmentCodeAsync(
            new CreateEnrolmentCodeRequest { Name = ReaderName }, cancellationToken: Cancellation)).Code;

    public static async Task<JoinResponse> JoinAsync(TestHub hub, string code, ECDsa key)
    {
        using var channel = hub.OpenChannel(null, url: hub.Hub.OpenUrl);
        return await new JoinService.JoinServiceClient(channel).JoinAsync(
            new JoinRequest
            {
                Code = code,
                CsrDer = ByteString.CopyFrom(new CertificateRequest("CN=x", key, HashAlgorithmName.SHA256).CreateSigningRequest()),
            },
            cancellationToken: Cancellation);
    }

    public static async Task<string?> JoinReasonAsync(TestHub hub, string code, ECDsa key) =>
        DirectCaller.ReasonOf(await Assert.ThrowsAsync<RpcException>(() => JoinAsync(hub, code, key)));
}
